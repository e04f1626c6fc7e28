"""What a payment between members is called where it was made.

Revision ID: 0038
Revises: 0037
"""

import sqlalchemy as sa

from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("settlements", sa.Column("external_ref", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("settlements", "external_ref")
