"""Comments on expenses and settlements.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "comments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("clock", postgresql.JSONB(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("ledger_id", sa.Uuid(), nullable=False),
        sa.Column("expense_id", sa.Uuid(), nullable=True),
        sa.Column("settlement_id", sa.Uuid(), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("author_name", AutoString(), nullable=False),
        sa.Column("text", AutoString(), nullable=True),
        sa.Column("mention_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("edited_at", UTCDateTime(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("deleted_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(expense_id, settlement_id) = 1", name=op.f("comments_on_one_fact_check")
        ),
        sa.CheckConstraint(
            "(text IS NULL) = (deleted_at IS NOT NULL)",
            name=op.f("comments_wordless_once_deleted_check"),
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["members.id"], name=op.f("comments_author_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["expense_id"],
            ["expenses.id"],
            name=op.f("comments_expense_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["ledger_id"], ["ledgers.id"], name=op.f("comments_ledger_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["settlement_id"],
            ["settlements.id"],
            name=op.f("comments_settlement_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("comments_pkey")),
    )
    op.create_index(op.f("comments_ledger_id_idx"), "comments", ["ledger_id"], unique=False)
    for topic in ("expense", "settlement"):
        op.create_index(
            f"comments_of_{topic}_idx",
            "comments",
            [
                f"{topic}_id",
                sa.literal_column("created_at DESC"),
                sa.literal_column("id DESC"),
            ],
            unique=False,
        )


def downgrade() -> None:
    op.drop_table("comments")
