from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from models.base import Row, text_enum


class NotificationKind(StrEnum):
    BUDGET_ALERT = "BUDGET_ALERT"


class Notification(Row, table=True):
    """Something its owner should know, kept after it is read. `data` is what the kind needs, as JSON.

    It tells of the event `seq` of the owner's personal ledger, and no event is told of twice.
    """

    __tablename__: ClassVar[str] = "notifications"
    __table_args__ = (
        UniqueConstraint("ledger_id", "seq"),
        Index("notifications_unread_idx", "ledger_id", postgresql_where=text("read_at IS NULL")),
    )
    ledger_id: UUID = Field(foreign_key="ledgers.id", ondelete="CASCADE")
    seq: int = Field(sa_type=BigInteger)
    kind: NotificationKind = Field(sa_type=text_enum(NotificationKind))
    data: dict[str, Any] = Field(sa_type=JSONB)
    read_at: datetime | None = None
