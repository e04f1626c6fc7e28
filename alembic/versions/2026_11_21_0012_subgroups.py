"""Members who settle as one.

Revision ID: 0012
Revises: 0010
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from alembic import op

revision = "0012"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "subgroups",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("clock", postgresql.JSONB(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("ledger_id", sa.Uuid(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("member_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("payer_id", sa.Uuid(), nullable=False),
        sa.Column("dissolved_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "payer_id = ANY (member_ids)", name=op.f("subgroups_payer_is_among_them_check")
        ),
        sa.CheckConstraint("cardinality(member_ids) > 1", name=op.f("subgroups_takes_two_check")),
        sa.ForeignKeyConstraint(
            ["ledger_id"],
            ["ledgers.id"],
            name=op.f("subgroups_ledger_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["payer_id"], ["members.id"], name=op.f("subgroups_payer_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("subgroups_pkey")),
    )
    op.create_index(op.f("subgroups_ledger_id_idx"), "subgroups", ["ledger_id"])


def downgrade() -> None:
    op.drop_table("subgroups")
