"""Receipts whose lines the members of a group claim.

Revision ID: 0024
Revises: 0022
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from alembic import op

revision = "0024"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "claimings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("clock", postgresql.JSONB(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("ledger_id", sa.Uuid(), nullable=False),
        sa.Column("receipt_id", sa.Uuid(), nullable=False),
        sa.Column("merchant", AutoString(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", AutoString(length=3), nullable=False),
        sa.Column("lines", postgresql.JSONB(), nullable=False),
        sa.Column("adjustments", postgresql.JSONB(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "OPEN",
                "CLOSED",
                "CANCELLED",
                name="claimingstatus",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("expense_id", sa.Uuid(), nullable=True),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(expense_id IS NOT NULL) = (status = 'CLOSED')",
            name=op.f("claimings_closed_into_an_expense_check"),
        ),
        sa.ForeignKeyConstraint(
            ["expense_id"],
            ["expenses.id"],
            name=op.f("claimings_expense_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["ledger_id"], ["ledgers.id"], name=op.f("claimings_ledger_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["receipt_id"],
            ["receipts.id"],
            name=op.f("claimings_receipt_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("claimings_pkey")),
    )
    op.create_index(op.f("claimings_ledger_id_idx"), "claimings", ["ledger_id"], unique=False)
    op.create_index(
        "claimings_of_receipt_idx",
        "claimings",
        ["receipt_id", sa.literal_column("created_at DESC")],
        unique=False,
    )
    op.create_index(
        "claimings_open_once_idx",
        "claimings",
        ["receipt_id"],
        unique=True,
        postgresql_where=sa.text("status = 'OPEN'"),
    )
    op.create_table(
        "claims",
        sa.Column("claiming_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("ledger_id", sa.Uuid(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.CheckConstraint("parts > 0", name=op.f("claims_parts_are_positive_check")),
        sa.ForeignKeyConstraint(
            ["claiming_id"],
            ["claimings.id"],
            name=op.f("claims_claiming_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["ledger_id"], ["ledgers.id"], name=op.f("claims_ledger_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("claims_member_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("claiming_id", "line", "member_id", name=op.f("claims_pkey")),
    )
    op.create_index(op.f("claims_ledger_id_idx"), "claims", ["ledger_id"], unique=False)


def downgrade() -> None:
    op.drop_table("claims")
    op.drop_table("claimings")
