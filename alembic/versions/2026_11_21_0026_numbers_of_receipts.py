"""Receipts know the numbers printed on them, so that a second photograph of one is recognised.

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("receipts", sa.Column("numbers", sa.ARRAY(sa.Integer()), nullable=True))


def downgrade() -> None:
    op.drop_column("receipts", "numbers")
