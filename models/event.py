from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from domain.log import EventKind
from models.base import text_enum


class Event(SQLModel, table=True):
    """One line of a ledger's log: outbox, live updates, resume, offline pull, activity and audit.

    Append-only: the database refuses to change or drop a line (only `published_at` is set, once).
    `seq` is gapless within the ledger; `position` orders what the relay still has to carry out.
    `balances` lists the balances that this event changed, at their new value. `origin` leads from jobs and
    pushes back to the request that caused them; it is nobody's fact and so in no hash.
    """

    __tablename__: ClassVar[str] = "events"
    __table_args__ = (
        Index("events_unpublished_idx", "position", postgresql_where=text("published_at IS NULL")),
        Index("events_entity_idx", "ledger_id", "entity_id"),
        Index(
            "events_published_idx",
            "published_at",
            postgresql_using="brin",
            postgresql_with={"autosummarize": "on"},
        ),
    )
    ledger_id: UUID = Field(foreign_key="ledgers.id", ondelete="CASCADE", primary_key=True)
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    position: int | None = Field(
        default=None,
        nullable=False,
        sa_type=BigInteger,
        sa_column_args=(Identity(always=True),),
    )
    kind: EventKind = Field(sa_type=text_enum(EventKind))
    entity_id: UUID
    actor_id: UUID | None = None
    actor_name: str
    device_id: int = Field(sa_type=BigInteger)
    before: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    after: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    balances: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSONB)
    at: datetime
    hash: bytes
    published_at: datetime | None = None
    origin: dict[str, str] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
