from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from domain.delivery import DeliveryState
from domain.notification import NotificationKind
from domain.preferences import Channel, Digest
from models.base import Row, text_enum


class Notification(Row, table=True):
    """Something its owner should know, kept after it is read. `data` is what the kind needs, as JSON.

    It was caused by the event `source_seq` of the ledger `source_ledger_id`, of which its owner is never
    told twice, and announced by the event `seq` of their personal ledger. Without `in_app` only other
    channels tell of it.
    """

    __tablename__: ClassVar[str] = "notifications"
    __table_args__ = (
        UniqueConstraint("ledger_id", "seq"),
        UniqueConstraint(
            "ledger_id",
            "source_ledger_id",
            "source_seq",
            "kind",
            name="notifications_told_once_key",
        ),
        Index("notifications_unread_idx", "ledger_id", postgresql_where=text("read_at IS NULL")),
    )
    ledger_id: UUID = Field(foreign_key="ledgers.id", ondelete="CASCADE")
    seq: int = Field(sa_type=BigInteger)
    source_ledger_id: UUID = Field(foreign_key="ledgers.id", ondelete="CASCADE")
    source_seq: int = Field(sa_type=BigInteger)
    kind: NotificationKind = Field(sa_type=text_enum(NotificationKind))
    data: dict[str, Any] = Field(sa_type=JSONB)
    in_app: bool = True
    read_at: datetime | None = None


class NotificationPreferences(SQLModel, table=True):
    """What the owner of a personal ledger chose. Whoever chose nothing has no row.

    `choices` maps kinds to channels where they differ from the default.
    """

    __tablename__: ClassVar[str] = "notification_preferences"
    ledger_id: UUID = Field(foreign_key="ledgers.id", ondelete="CASCADE", primary_key=True)
    digest: Digest = Field(sa_type=text_enum(Digest))
    choices: dict[str, list[str]] = Field(sa_type=JSONB)


class Endpoint(Row, table=True):
    """Where its owner wants to be told besides the API: a browser, or a service by its Apprise URL.

    `url` and the keys of a browser (RFC 8291) are secrets: sealed by `services.endpoints`, never logged,
    never shown. `address` is what may be shown of them; what an older version left open may have none.
    """

    __tablename__: ClassVar[str] = "endpoints"
    __table_args__ = (Index("endpoints_ledger_idx", "ledger_id"),)
    ledger_id: UUID = Field(foreign_key="ledgers.id", ondelete="CASCADE")
    channel: Channel = Field(sa_type=text_enum(Channel))
    name: str
    address: str | None = None
    url: str
    p256dh: str | None = None
    auth: str | None = None


class Delivery(Row, table=True):
    """One notification on its way to one address; without `endpoint_id` to its owner's mail.

    WAITING until `due_at`; CLAIMED by a worker until then, after which it is taken for dead; SENT or FAILED
    for good. `asked_at` is when a job for it was last asked for.
    """

    __tablename__: ClassVar[str] = "deliveries"
    __table_args__ = (
        UniqueConstraint(
            "notification_id", "channel", "endpoint_id", postgresql_nulls_not_distinct=True
        ),
        Index(
            "deliveries_due_idx",
            "due_at",
            postgresql_where=text("state IN ('WAITING', 'CLAIMED')"),
        ),
        Index("deliveries_ledger_idx", "ledger_id"),
    )
    ledger_id: UUID = Field(foreign_key="ledgers.id", ondelete="CASCADE")
    notification_id: UUID = Field(foreign_key="notifications.id", ondelete="CASCADE")
    channel: Channel = Field(sa_type=text_enum(Channel))
    endpoint_id: UUID | None = Field(
        default=None, foreign_key="endpoints.id", ondelete="CASCADE", index=True
    )
    state: DeliveryState = Field(default=DeliveryState.WAITING, sa_type=text_enum(DeliveryState))
    due_at: datetime
    attempts: int = 0
    asked_at: datetime | None = None
    sent_at: datetime | None = None
    failure: str | None = None
