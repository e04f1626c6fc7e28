"""Guests: people without an account who take part in one group.

Revision ID: 0020
Revises: 0014
"""

import sqlalchemy as sa

from alembic import op

revision = "0020"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("users", "email", nullable=True)
    op.alter_column("users", "password_hash", nullable=True)
    op.create_check_constraint(
        op.f("users_guest_or_with_account_check"),
        "users",
        "num_nonnulls(email, password_hash) IN (0, 2)",
    )
    op.add_column("sessions", sa.Column("guest_of", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("sessions_guest_of_fkey"),
        "sessions",
        "ledgers",
        ["guest_of"],
        ["id"],
        ondelete="CASCADE",
    )
    _add_flag("members", "is_guest", default="false")
    op.create_check_constraint(
        op.f("members_guests_hold_no_office_check"),
        "members",
        "NOT is_guest OR role IN ('MEMBER', 'VIEWER')",
    )
    _add_flag("invites", "allows_guests", default="true")


def _add_flag(table: str, name: str, *, default: str) -> None:
    """Fill the rows that are there with `default`, which the column does not keep."""
    op.add_column(table, sa.Column(name, sa.Boolean(), nullable=False, server_default=default))
    op.alter_column(table, name, server_default=None)


def downgrade() -> None:
    """Guests go; their seats stay as placeholders."""
    op.drop_column("invites", "allows_guests")
    op.drop_column("members", "is_guest")
    op.drop_column("sessions", "guest_of")
    op.execute("DELETE FROM users WHERE email IS NULL")
    op.drop_constraint(op.f("users_guest_or_with_account_check"), "users", type_="check")
    op.alter_column("users", "password_hash", nullable=False)
    op.alter_column("users", "email", nullable=False)
