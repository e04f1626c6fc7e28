"""Receipts know how they look and which bill they are of, so that the same one is recognised.

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from sqlmodel.sql.sqltypes import AutoString

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_BILL_KEY = """
CASE WHEN correction IS NULL THEN
    (reading #>> '{total,value}') || ' ' || (reading #>> '{currency,value}')
    || ' ' || (reading #>> '{day,value}')
ELSE
    (correction ->> 'total_minor') || ' ' || (correction ->> 'currency') || ' ' || (correction ->> 'day')
END
"""


def upgrade() -> None:
    op.add_column("receipts", sa.Column("looks", sa.BigInteger(), nullable=True))
    op.add_column(
        "receipts",
        sa.Column("bill_key", AutoString(), sa.Computed(_BILL_KEY, persisted=True), nullable=True),
    )
    op.create_index("receipts_same_bill_idx", "receipts", ["ledger_id", "bill_key"])


def downgrade() -> None:
    op.drop_column("receipts", "bill_key")
    op.drop_column("receipts", "looks")
