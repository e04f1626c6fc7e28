"""Files that were imported, and which record each fact came from.

Revision ID: 0014
Revises: 0012
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from alembic import op

revision = "0014"
down_revision = "0012"
branch_labels = None
depends_on = None

FACTS = ("expense", "settlement", "conversion")


def upgrade() -> None:
    op.create_table(
        "imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("clock", postgresql.JSONB(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("ledger_id", sa.Uuid(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "OUTGO", "SPLITWISE", "SPLIIT", name="importsource", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("name", AutoString(), nullable=True),
        *(sa.Column(f"{fact}_count", sa.Integer(), nullable=False) for fact in FACTS),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("undone_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["ledger_id"], ["ledgers.id"], name=op.f("imports_ledger_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("imports_pkey")),
    )
    op.create_index(
        "imports_newest_idx", "imports", ["ledger_id", sa.literal_column("id DESC")], unique=False
    )
    op.create_table(
        "imported_facts",
        sa.Column("ledger_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        *(sa.Column(f"{fact}_id", sa.Uuid(), nullable=True) for fact in FACTS),
        sa.CheckConstraint(
            "num_nonnulls(expense_id, settlement_id, conversion_id) = 1",
            name=op.f("imported_facts_of_one_fact_check"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [f"{thing}_id"],
                [f"{thing}s.id"],
                name=op.f(f"imported_facts_{thing}_id_fkey"),
                ondelete="CASCADE",
            )
            for thing in ("ledger", "import", *FACTS)
        ),
        sa.PrimaryKeyConstraint("ledger_id", "key", name=op.f("imported_facts_pkey")),
    )
    op.create_index(
        op.f("imported_facts_import_id_idx"), "imported_facts", ["import_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("imported_facts")
    op.drop_table("imports")
