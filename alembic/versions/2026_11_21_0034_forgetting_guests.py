"""Guests who cannot return are forgotten once a day.

Revision ID: 0034
Revises: 0033
"""

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "INSERT INTO upkeep (kind, due_at) "
        "VALUES ('FORGET_GUESTS', CURRENT_TIMESTAMP + interval '1 day')"
    )


def downgrade() -> None:
    op.execute("DELETE FROM upkeep WHERE kind = 'FORGET_GUESTS'")
