"""What comes round once a day; and how a claiming was closed, so that a repetition is known by it.

Revision ID: 0029
Revises: 0024
"""

import sqlalchemy as sa
from sqlmodel.sql.sqltypes import UTCDateTime

from alembic import op

revision = "0029"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    upkeep = op.create_table(
        "upkeep",
        sa.Column(
            "kind",
            sa.Enum("RECONCILE", "SWEEP_FILES", name="upkeepkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("upkeep_pkey")),
    )
    tomorrow = sa.text("CURRENT_TIMESTAMP + interval '1 day'")
    op.execute(upkeep.insert().values(kind="RECONCILE", due_at=tomorrow))
    op.execute(upkeep.insert().values(kind="SWEEP_FILES", due_at=tomorrow))
    op.add_column("claimings", sa.Column("closing_fingerprint", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("claimings", "closing_fingerprint")
    op.drop_table("upkeep")
