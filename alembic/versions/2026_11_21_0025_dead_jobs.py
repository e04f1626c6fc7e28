"""Jobs that failed for good.

Revision ID: 0025
Revises: 0028
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from alembic import op

revision = "0025"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dead_jobs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("queue", AutoString(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("arguments", postgresql.JSONB(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("reason", AutoString(), nullable=False),
        sa.Column("trace", AutoString(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("dead_jobs_pkey")),
    )


def downgrade() -> None:
    op.drop_table("dead_jobs")
