"""Notifications of what others did, and their way to mails, browsers and services.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _text_enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=32)


_CHANNEL = _text_enum("channel", "IN_APP", "EMAIL", "PUSH", "SERVICE")


def upgrade() -> None:
    _say_where_notifications_come_from()
    op.create_table(
        "notification_preferences",
        sa.Column("ledger_id", sa.Uuid(), nullable=False),
        sa.Column("digest", _text_enum("digest", "IMMEDIATE", "HOURLY", "DAILY"), nullable=False),
        sa.Column("choices", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ledger_id"],
            ["ledgers.id"],
            name=op.f("notification_preferences_ledger_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("ledger_id", name=op.f("notification_preferences_pkey")),
    )
    op.create_table(
        "endpoints",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("ledger_id", sa.Uuid(), nullable=False),
        sa.Column("channel", _CHANNEL, nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("url", AutoString(), nullable=False),
        sa.Column("p256dh", AutoString(), nullable=True),
        sa.Column("auth", AutoString(), nullable=True),
        sa.ForeignKeyConstraint(
            ["ledger_id"],
            ["ledgers.id"],
            name=op.f("endpoints_ledger_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("endpoints_pkey")),
        sa.UniqueConstraint("ledger_id", "url", name=op.f("endpoints_ledger_id_url_key")),
    )
    _create_deliveries()


def _say_where_notifications_come_from() -> None:
    """Until now each was of an event of its owner's own ledger."""
    op.add_column("notifications", sa.Column("source_ledger_id", sa.Uuid(), nullable=True))
    op.add_column("notifications", sa.Column("source_seq", sa.BigInteger(), nullable=True))
    op.add_column("notifications", sa.Column("in_app", sa.Boolean(), nullable=True))
    op.execute(
        "UPDATE notifications SET source_ledger_id = ledger_id, source_seq = seq, in_app = true"
    )
    for column in ("source_ledger_id", "source_seq", "in_app"):
        op.alter_column("notifications", column, nullable=False)
    op.create_foreign_key(
        op.f("notifications_source_ledger_id_fkey"),
        "notifications",
        "ledgers",
        ["source_ledger_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.create_unique_constraint(
        "notifications_told_once_key",
        "notifications",
        ["ledger_id", "source_ledger_id", "source_seq", "kind"],
    )


def _create_deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("ledger_id", sa.Uuid(), nullable=False),
        sa.Column("notification_id", sa.Uuid(), nullable=False),
        sa.Column("channel", _CHANNEL, nullable=False),
        sa.Column("endpoint_id", sa.Uuid(), nullable=True),
        sa.Column(
            "state",
            _text_enum("deliverystate", "WAITING", "CLAIMED", "SENT", "FAILED"),
            nullable=False,
        ),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=True),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.Column("failure", AutoString(), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [f"{table}.id"],
                name=op.f(f"deliveries_{column}_fkey"),
                ondelete="CASCADE",
            )
            for column, table in (
                ("ledger_id", "ledgers"),
                ("notification_id", "notifications"),
                ("endpoint_id", "endpoints"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("deliveries_pkey")),
        sa.UniqueConstraint(
            "notification_id",
            "channel",
            "endpoint_id",
            name=op.f("deliveries_notification_id_channel_endpoint_id_key"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(op.f("deliveries_endpoint_id_idx"), "deliveries", ["endpoint_id"])
    op.create_index("deliveries_ledger_idx", "deliveries", ["ledger_id"])
    op.create_index(
        "deliveries_due_idx",
        "deliveries",
        ["due_at"],
        postgresql_where=sa.text("state IN ('WAITING', 'CLAIMED')"),
    )


def downgrade() -> None:
    for table in ("deliveries", "endpoints", "notification_preferences"):
        op.drop_table(table)
    op.drop_constraint("notifications_told_once_key", "notifications")
    op.drop_constraint(op.f("notifications_source_ledger_id_fkey"), "notifications")
    for column in ("in_app", "source_seq", "source_ledger_id"):
        op.drop_column("notifications", column)
