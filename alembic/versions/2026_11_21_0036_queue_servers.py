"""Which Redis has been given the jobs, and what was carried lately, to give it again to the next.

On a table of many millions, make the index beforehand, concurrently, under the same name.

Revision ID: 0036
Revises: 0035
"""

import sqlalchemy as sa
from sqlmodel.sql.sqltypes import UTCDateTime

from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "queue_servers",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("seen_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", name=op.f("queue_servers_pkey")),
    )
    op.create_index(
        "events_published_idx",
        "events",
        ["published_at"],
        postgresql_using="brin",
        postgresql_with={"autosummarize": "on"},
        if_not_exists=True,
    )


def downgrade() -> None:
    op.drop_index("events_published_idx", table_name="events")
    op.drop_table("queue_servers")
