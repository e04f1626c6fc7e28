"""The ledger's log. Recording a fact is the only way anything leaves a transaction."""

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, Integer, bindparam
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.db import Tx
from core.prepared import Prepared, Where, given, insert_many, is_the, one_of
from core.telemetry import trail
from domain.actor import Author
from domain.log import EventKind, Fact, chained
from domain.pages import Page, Slice, whole
from models.base import Edited, select_shown
from models.event import Event
from models.ledger import Ledger
from services.access import Seat
from services.paging import Key, PagedInLedger

_NEWEST = PagedInLedger(
    select_shown(Event),
    col(Event.ledger_id),
    Key(col(Event.seq), whole),
)

_FACT = tuple(field.name for field in fields(Fact))
_EVENT = (*_FACT, "hash", "origin")
_HEAD = ("id", "seq", "head_hash")

_head_given = given(Ledger, _HEAD, rows="heads")
_APPEND = Prepared(
    update(Ledger)
    .where(col(Ledger.id) == _head_given.c.id)
    .values(seq=_head_given.c.seq, head_hash=_head_given.c.head_hash)
    .add_cte(insert_many(Event, _EVENT, rows="events").cte("recorded"))
)


_most = bindparam("most", type_=Integer())
_SINCE = Prepared(
    select(Event)
    .where(
        is_the(Event.ledger_id, "ledger_id"),
        col(Event.seq) > bindparam("seq", type_=BigInteger()),
    )
    .order_by(col(Event.seq))
    .limit(_most)
)
_THESE = Prepared(
    select(Event)
    .where(
        is_the(Event.ledger_id, "ledger_id"),
        one_of(Event.seq, "seqs"),
    )
    .order_by(col(Event.seq))
)
_HEADS = Prepared(select(Ledger.id, Ledger.seq).where(one_of(Ledger.id)))
_known = given(Ledger, ("id", "seq"), rows="known")
_GROWN = Prepared(
    select(Ledger.id)
    .join(_known, col(Ledger.id) == _known.c.id)
    .where(col(Ledger.seq) > _known.c.seq)
)
_UNPUBLISHED = Prepared(
    select(Event)
    .where(col(Event.published_at).is_(None))
    .order_by(col(Event.position))
    .limit(_most)
)
_PUBLISHED_SINCE = Prepared(
    select(Event).where(col(Event.published_at) >= bindparam("since")).order_by(col(Event.position))
)
_MARK = Prepared(
    update(Event)
    .where(
        one_of(Event.position, "positions"),
        col(Event.published_at).is_(None),
    )
    .values(published_at=bindparam("at"))
)


class _Recorded(NamedTuple):
    """What a transaction has recorded and not written yet, with its hash."""

    ledger: Ledger
    fact: Fact
    hash: bytes


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
) -> Fact:
    """Append the fact to the ledger's log. `ledger` must be locked by this transaction.

    It is written when the transaction's block has ended, with all that it recorded, by one statement.
    """
    recorded = tx.at_end(_append)
    seq, head_hash = _head(ledger, recorded)
    fact = Fact(
        ledger_id=ledger.id,
        seq=seq + 1,
        kind=kind,
        entity_id=entity_id,
        actor_id=author.user_id,
        actor_name=author.name,
        device_id=author.device_id,
        before=before,
        after=after,
        balances=list(balances),
        at=now(),
    )
    recorded.append(_Recorded(ledger, fact, chained(head_hash, fact)))
    return fact


def record_row(
    tx: Tx,
    seat: Seat,
    kind: EventKind,
    row: Edited,
    before: dict[str, Any] | None = None,
    balances: Sequence[dict[str, Any]] = (),
) -> Fact:
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


async def since(where: Where, ledger_id: UUID, seq: int, *, limit: int) -> Sequence[Event]:
    """Up to `limit` events with a higher `seq`, in order. The caller has checked access."""
    return await _SINCE.rows(where, ledger_id=ledger_id, seq=seq, most=limit)


async def these(where: Where, ledger_id: UUID, seqs: Collection[int]) -> Sequence[Event]:
    """Those of a ledger's events that are there, in order."""
    return await _THESE.rows(where, ledger_id=ledger_id, seqs=list(seqs))


async def page(where: Where, viewer: UUID, ledger_id: UUID, slice: Slice) -> Page[Event]:
    """The ledger's activity, newest first. Refuses: `NotFound`, `CursorUnreadable`."""
    return await _NEWEST.of(where, viewer, ledger_id, slice)


async def heads(session: AsyncSession, ledger_ids: Collection[UUID]) -> dict[UUID, int]:
    """The newest `seq` of each ledger that is still there."""
    return {row.id: row.seq for row in await _HEADS.rows(session, ids=list(ledger_ids))}


async def grown(where: Where, known: Mapping[UUID, int]) -> AbstractSet[UUID]:
    """The ledgers with events after the `seq` that is known of each: of many thousands by one statement."""
    asked = [{"id": ledger_id, "seq": seq} for ledger_id, seq in known.items()]
    return {row.id for row in await _GROWN.rows(where, known=asked)}


async def after_version(
    session: AsyncSession, ledger_id: UUID, entity_id: UUID, version: int
) -> Sequence[Event]:
    """What became of a thing since it had this version, of those whose every write is one event."""
    query = (
        select(Event)
        .where(Event.ledger_id == ledger_id, Event.entity_id == entity_id)
        .order_by(col(Event.seq))
        .offset(max(0, version))
    )
    return (await session.exec(query)).all()


async def unpublished(where: Where, *, limit: int) -> Sequence[Event]:
    """What the relay has still to carry, oldest first."""
    return await _UNPUBLISHED.rows(where, most=limit)


async def published_since(where: Where, since: datetime) -> Sequence[Event]:
    """What the relay has carried from then on, oldest first."""
    return await _PUBLISHED_SINCE.rows(where, since=since)


async def oldest_unpublished(session: AsyncSession) -> datetime | None:
    """When what the relay has to carry next has happened."""
    query = (
        select(Event.at)
        .where(col(Event.published_at).is_(None))
        .order_by(col(Event.position))
        .limit(1)
    )
    return (await session.exec(query)).first()


async def mark_published(where: Where, events: Sequence[Event]) -> None:
    """By one statement, which is a transaction of its own where there is none."""
    await _MARK.rows(where, positions=[event.position for event in events], at=now())


def _head(ledger: Ledger, recorded: Sequence[_Recorded]) -> tuple[int, bytes]:
    """Where the ledger's log ends: with what this transaction recorded, if anything."""
    for newest in reversed(recorded):
        if newest.ledger.id == ledger.id:
            return newest.fact.seq, newest.hash
    return ledger.seq, ledger.head_hash


async def _append(tx: Tx, recorded: Sequence[_Recorded]) -> None:
    origin = trail.origin()
    lines = [
        {name: getattr(one.fact, name) for name in _FACT} | {"hash": one.hash, "origin": origin}
        for one in recorded
    ]
    newest = {one.ledger.id: one for one in recorded}.values()
    heads = [{"id": one.ledger.id, "seq": one.fact.seq, "head_hash": one.hash} for one in newest]
    await _APPEND.rows(tx, events=lines, heads=heads)
    for one in newest:
        set_committed_value(one.ledger, "seq", one.fact.seq)
        set_committed_value(one.ledger, "head_hash", one.hash)
