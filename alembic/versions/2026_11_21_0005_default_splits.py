"""Default splits, and who gets the odd cents.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlmodel.sql.sqltypes import UTCDateTime

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_POLICIES = sa.Enum(
    "ROTATE", "PAYER", "FAIR_LEDGER", name="remainderpolicy", native_enum=False, length=32
)


def upgrade() -> None:
    _add("ledgers", sa.Column("remainder", _POLICIES, nullable=False), default="ROTATE")
    op.add_column("expenses", sa.Column("precedence", postgresql.JSONB(), nullable=True))
    for table in ("entries", "balances"):  # odd cents are counted from here on
        _add(table, sa.Column("spare_minor", sa.BigInteger(), nullable=False), default="0")
    op.create_table(
        "default_splits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("clock", postgresql.JSONB(), nullable=False),
        sa.Column("ledger_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=True),
        sa.Column("first_member_id", sa.Uuid(), nullable=True),
        sa.Column("second_member_id", sa.Uuid(), nullable=True),
        sa.Column("split", postgresql.JSONB(), nullable=True),
        sa.Column("seats", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(first_member_id, second_member_id) = 0"
            " OR (first_member_id < second_member_id AND category_id IS NULL)",
            name=op.f("default_splits_of_one_scope_check"),
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("default_splits_category_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["first_member_id"], ["members.id"], name=op.f("default_splits_first_member_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["ledger_id"],
            ["ledgers.id"],
            name=op.f("default_splits_ledger_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["second_member_id"], ["members.id"], name=op.f("default_splits_second_member_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("default_splits_pkey")),
        sa.UniqueConstraint(
            "ledger_id",
            "category_id",
            "first_member_id",
            "second_member_id",
            name="default_splits_scope_key",
            postgresql_nulls_not_distinct=True,
        ),
    )


def _add(table: str, column: sa.Column[object], *, default: str) -> None:
    """Fill the rows that are there with `default`, which the column does not keep."""
    column.server_default = sa.DefaultClause(default)
    op.add_column(table, column)
    op.alter_column(table, column.name, server_default=None)


def downgrade() -> None:
    op.drop_table("default_splits")
    for table in ("balances", "entries"):
        op.drop_column(table, "spare_minor")
    op.drop_column("expenses", "precedence")
    op.drop_column("ledgers", "remainder")
