"""Who may edit what, deactivated members, and disputes of expenses.

Revision ID: 0010
Revises: 0011
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlmodel.sql.sqltypes import UTCDateTime

from alembic import op

revision = "0010"
down_revision = "0011"
branch_labels = None
depends_on = None

_WHO = sa.Enum(
    "ANY_MEMBER",
    "INVOLVED",
    "CREATOR_OR_ADMIN",
    name="whomayedit",
    native_enum=False,
    length=32,
)


def upgrade() -> None:
    op.add_column(
        "ledgers", sa.Column("who_may_edit", _WHO, nullable=False, server_default="ANY_MEMBER")
    )
    op.alter_column("ledgers", "who_may_edit", server_default=None)
    op.add_column("ledgers", sa.Column("lock_after_days", sa.Integer(), nullable=True))
    op.create_check_constraint(
        op.f("ledgers_lock_is_not_negative_check"), "ledgers", "lock_after_days >= 0"
    )
    op.add_column("members", sa.Column("deactivated_at", UTCDateTime(), nullable=True))
    op.add_column("expenses", sa.Column("disputes", postgresql.JSONB(), nullable=True))


def downgrade() -> None:
    op.drop_column("expenses", "disputes")
    op.drop_column("members", "deactivated_at")
    op.drop_column("ledgers", "lock_after_days")
    op.drop_column("ledgers", "who_may_edit")
