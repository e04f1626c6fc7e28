"""Comments on conversions.

Revision ID: 0011
Revises: 0005
"""

import sqlalchemy as sa

from alembic import op

revision = "0011"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("comments", sa.Column("conversion_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("comments_conversion_id_fkey"),
        "comments",
        "conversions",
        ["conversion_id"],
        ["id"],
        ondelete="CASCADE",
    )
    _on_one_of("expense_id, settlement_id, conversion_id")
    op.create_index(
        "comments_of_conversion_idx",
        "comments",
        ["conversion_id", sa.literal_column("created_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )


def _on_one_of(facts: str) -> None:
    name = op.f("comments_on_one_fact_check")
    op.drop_constraint(name, "comments", type_="check")
    op.create_check_constraint(name, "comments", f"num_nonnulls({facts}) = 1")


def downgrade() -> None:
    op.execute("DELETE FROM comments WHERE conversion_id IS NOT NULL")
    op.drop_index("comments_of_conversion_idx", "comments")
    _on_one_of("expense_id, settlement_id")
    op.drop_column("comments", "conversion_id")
