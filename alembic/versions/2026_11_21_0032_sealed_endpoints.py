"""Addresses outside are sealed, so what is shown of them stands beside them.

The rows themselves are sealed by `outgo rotate-secrets`, which has the keys: see ADR 0021.

Revision ID: 0032
Revises: 0026
"""

import sqlalchemy as sa

from alembic import op

revision = "0032"
down_revision = "0026"
branch_labels = None
depends_on = None
contracts = (
    "a unique key that is no rule: the version before looks for the same address under the lock"
)

_SHOWN = """
UPDATE endpoints SET address = CASE channel
  WHEN 'SERVICE' THEN substring(url FROM '^[^:]*://')
  ELSE 'https://' || substring(url FROM '^https?://(?:[^/@]*@)?([^/:?#]+)')
END
"""


def upgrade() -> None:
    op.add_column("endpoints", sa.Column("address", sa.String(), nullable=True))
    op.execute(_SHOWN)
    op.drop_constraint("endpoints_ledger_id_url_key", "endpoints", type_="unique")
    op.create_index("endpoints_ledger_idx", "endpoints", ["ledger_id"])


def downgrade() -> None:
    op.drop_index("endpoints_ledger_idx", "endpoints")
    op.create_unique_constraint("endpoints_ledger_id_url_key", "endpoints", ["ledger_id", "url"])
    op.drop_column("endpoints", "address")
