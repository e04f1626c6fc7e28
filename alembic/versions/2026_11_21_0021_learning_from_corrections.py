"""What users confirm teaches: memory of shops, curves of confidence, leave to train readers.

Revision ID: 0021
Revises: 0016
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from alembic import op

revision = "0021"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "users",
        sa.Column(
            "shares_receipts_for_training", sa.Boolean(), server_default=sa.false(), nullable=False
        ),
    )
    op.alter_column("users", "shares_receipts_for_training", server_default=None)
    op.add_column("receipts", sa.Column("suggested_category_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("receipts_suggested_category_id_fkey"),
        "receipts",
        "categories",
        ["suggested_category_id"],
        ["id"],
    )
    op.create_index(
        "receipts_examples_idx",
        "receipts",
        ["read_at", "id"],
        postgresql_where=sa.text("status = 'CONFIRMED' AND read_at IS NOT NULL"),
    )
    op.create_table(
        "shop_memories",
        sa.Column("key", AutoString(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("merchant", AutoString(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=True),
        sa.Column("currency", AutoString(), nullable=False),
        sa.Column("confirmations", sa.Integer(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("shop_memories_user_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("shop_memories_category_id_fkey")
        ),
        sa.PrimaryKeyConstraint("key", "user_id", name=op.f("shop_memories_pkey")),
    )
    op.create_index(op.f("shop_memories_user_id_idx"), "shop_memories", ["user_id"])
    op.create_table(
        "calibrations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("curves", postgresql.JSONB(), nullable=False),
        sa.Column("examples", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("calibrations_pkey")),
    )
    op.create_index("calibrations_newest_idx", "calibrations", ["created_at"])


def downgrade() -> None:
    op.drop_table("calibrations")
    op.drop_table("shop_memories")
    op.drop_index("receipts_examples_idx", table_name="receipts")
    op.drop_column("receipts", "suggested_category_id")
    op.drop_column("users", "shares_receipts_for_training")
