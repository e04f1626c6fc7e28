"""Whether a fact and its entries agree is looked up by indexes, however few rows there were when planned.

A connection plans it once. If that was while tables were small, it would read them whole for every fact of an
import.

Revision ID: 0035
Revises: 0033
"""

from alembic import op

revision = "0035"
down_revision = "0033"
branch_labels = None
depends_on = None

_CHECK = "outgo_assert_fact_balances(uuid, uuid, uuid)"


def upgrade() -> None:
    op.execute(f"ALTER FUNCTION {_CHECK} SET enable_seqscan = off")


def downgrade() -> None:
    op.execute(f"ALTER FUNCTION {_CHECK} RESET enable_seqscan")
