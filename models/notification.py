from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from models.base import Row, text_enum


class NotificationKind(StrEnum):
    BUDGET_ALERT = "BUDGET_ALERT"


class Notification(Row, table=True):
    """Something its owner should know, kept until read. `data` is what the kind needs, as JSON."""

    __tablename__: ClassVar[str] = "notifications"
    __table_args__ = (
        Index("notifications_newest_idx", "ledger_id", text("id DESC")),
        Index("notifications_unread_idx", "ledger_id", postgresql_where=text("read_at IS NULL")),
    )
    ledger_id: UUID = Field(foreign_key="ledgers.id", ondelete="CASCADE")
    kind: NotificationKind = Field(sa_type=text_enum(NotificationKind))
    data: dict[str, Any] = Field(sa_type=JSONB)
    read_at: datetime | None = None
