"""The ledger's log. Recording a fact is the only way anything leaves a transaction."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.db import Tx
from domain.actor import Author
from domain.log import EventKind, Fact, chained
from domain.pages import Page, Slice, whole
from models.base import Edited
from models.event import Event
from models.ledger import Ledger
from services import access, paging
from services.access import Seat
from services.paging import Key


def record(
    tx: Tx,
    ledger: Ledger,
    author: Author,
    kind: EventKind,
    entity_id: UUID,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    balances: Sequence[dict[str, Any]] = (),
) -> Event:
    """Append the fact to the ledger's log. `ledger` must be locked by this transaction."""
    event = Event(
        ledger_id=ledger.id,
        seq=ledger.seq + 1,
        kind=kind,
        entity_id=entity_id,
        actor_id=author.user_id,
        actor_name=author.name,
        device_id=author.device_id,
        before=before,
        after=after,
        balances=list(balances),
        at=now(),
        hash=ledger.head_hash,
    )
    event.hash = chained(ledger.head_hash, fact_of(event))
    ledger.seq, ledger.head_hash = event.seq, event.hash
    tx.add_all([ledger, event])
    return event


def record_row(
    tx: Tx,
    seat: Seat,
    kind: EventKind,
    row: Edited,
    before: dict[str, Any] | None = None,
    balances: Sequence[dict[str, Any]] = (),
) -> Event:
    """Append what the caller did to a row of the ledger that they have locked."""
    return record(
        tx,
        seat.ledger,
        seat.author,
        kind,
        row.id,
        before=before,
        after=row.facts(),
        balances=balances,
    )


def fact_of(row: Event) -> Fact:
    """The event as the chain sees it, for verifying."""
    return Fact(
        ledger_id=row.ledger_id,
        seq=row.seq,
        kind=row.kind,
        entity_id=row.entity_id,
        actor_id=row.actor_id,
        actor_name=row.actor_name,
        device_id=row.device_id,
        before=row.before,
        after=row.after,
        balances=row.balances,
        at=row.at,
    )


async def since(session: AsyncSession, ledger_id: UUID, seq: int, *, limit: int) -> Sequence[Event]:
    """Up to `limit` events with a higher `seq`, in order. The caller has checked access."""
    query = (
        select(Event)
        .where(Event.ledger_id == ledger_id, col(Event.seq) > seq)
        .order_by(col(Event.seq))
        .limit(limit)
    )
    return (await session.exec(query)).all()


async def page(session: AsyncSession, viewer: UUID, ledger_id: UUID, slice: Slice) -> Page[Event]:
    """The ledger's activity, newest first. Refuses: `NotFound`, `CursorUnreadable`."""
    await access.ledger_of(session, viewer, ledger_id)
    query = select(Event).where(Event.ledger_id == ledger_id)
    return await paging.page(session, query, slice, Key(col(Event.seq), whole))


async def heads(session: AsyncSession, ledger_ids: Collection[UUID]) -> dict[UUID, int]:
    """The newest `seq` of each ledger that is still there."""
    query = select(Ledger.id, Ledger.seq).where(col(Ledger.id).in_(ledger_ids))
    return dict((await session.exec(query)).all())


async def unpublished(session: AsyncSession, *, limit: int) -> Sequence[Event]:
    """What the relay has still to carry, oldest first."""
    query = (
        select(Event)
        .where(col(Event.published_at).is_(None))
        .order_by(col(Event.position))
        .limit(limit)
    )
    return (await session.exec(query)).all()


async def oldest_unpublished(session: AsyncSession) -> datetime | None:
    """When what the relay has to carry next has happened."""
    query = (
        select(Event.at)
        .where(col(Event.published_at).is_(None))
        .order_by(col(Event.position))
        .limit(1)
    )
    return (await session.exec(query)).first()


async def mark_published(tx: Tx, events: Sequence[Event]) -> None:
    query = (
        update(Event)
        .where(
            col(Event.position).in_([event.position for event in events]),
            col(Event.published_at).is_(None),
        )
        .values(published_at=now())
    )
    await tx.exec(query)
