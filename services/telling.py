"""Whom an event concerns, by their personal ledgers. Everyone is then told in a transaction of their own."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.db import Tx
from domain import concern, news
from domain.concern import Audience, Creator, Everyone, Happened, Parties, Seats, Uploader
from domain.news import News
from domain.notification import NotificationKind
from models.event import Event
from models.expense import Expense
from models.ledger import Ledger, Member
from models.receipt import Receipt
from services import access, notifications
from services.notifications import Word
from services.postings import FACTS


class Told(NamedTuple):
    """What someone is to be told, by their personal ledger."""

    ledger_id: UUID
    kind: NotificationKind
    source: Event
    data: dict[str, Any]


class _Person(NamedTuple):
    """Someone with a seat, since when, which they may have left, and their personal ledger."""

    member_id: UUID
    user_id: UUID
    since: datetime
    left_at: datetime | None
    ledger_id: UUID


async def concerned(session: AsyncSession, ledger_id: UUID, seq: int) -> Sequence[Told]:
    """Everyone whom the event concerns, but for whoever did it. Who has left learns nothing new."""
    event = await session.get(Event, (ledger_id, seq))
    if event is None:
        return []
    happened = Happened(event.kind, event.entity_id, event.before, event.after)
    people = await _people(session, ledger_id)
    told: dict[UUID, Told] = {}
    data: dict[str, Any] | None = None
    for one in concern.concerns(happened):
        for person in await _audience(session, one.audience, people, event):
            if person.user_id != event.actor_id and person.ledger_id not in told:
                data = data or news.stored(await _news(session, event))
                told[person.ledger_id] = Told(person.ledger_id, one.kind, event, data)
    return list(told.values())


async def tell(tx: Tx, *everyone: Told) -> None:
    """Tell each of them, once, unless their account is gone."""
    ledgers = await access.lock_ledgers_for_job(tx, {told.ledger_id for told in everyone})
    words = [
        Word(ledger, told.kind, told.source, told.data)
        for told in everyone
        if (ledger := ledgers.get(told.ledger_id)) and ledger.owner_id is not None
    ]
    await notifications.tell(tx, *words)


async def _people(session: AsyncSession, ledger_id: UUID) -> Sequence[_Person]:
    query = (
        select(Member, Ledger.id)
        .join(Ledger, col(Ledger.owner_id) == Member.user_id)
        .where(Member.ledger_id == ledger_id)
        .order_by(col(Member.id))
    )
    return [
        _Person(seat.id, seat.user_id, seat.created_at, seat.left_at, personal)
        for seat, personal in (await session.exec(query)).all()
        if seat.user_id is not None
    ]


async def _audience(
    session: AsyncSession, audience: Audience, people: Collection[_Person], event: Event
) -> Sequence[_Person]:
    match audience:
        case Everyone():
            return [
                person for person in people if person.left_at is None and person.since <= event.at
            ]
        case Seats(ids, gone_too):
            return [
                person
                for person in people
                if person.member_id in ids and (gone_too or person.left_at is None)
            ]
        case Parties():
            ids = concern.part_of(audience.table, await _topic(session, audience))
            return await _audience(session, Seats(ids), people, event)
        case Uploader():
            receipt = await session.get(Receipt, event.entity_id)
            return _staying(people, receipt.uploaded_by if receipt else None)
        case Creator():
            expense = await session.get_one(Expense, event.entity_id)
            return _staying(people, expense.created_by)


def _staying(people: Collection[_Person], user_id: UUID | None) -> Sequence[_Person]:
    return [person for person in people if person.user_id == user_id and person.left_at is None]


async def _topic(session: AsyncSession, topic: Parties) -> dict[str, Any]:
    """What a comment is about, as it is now: it may be deleted, but it never goes."""
    return (await session.get_one(FACTS[topic.table], topic.id)).facts()


async def _news(session: AsyncSession, event: Event) -> News:
    ledger = await session.get_one(Ledger, event.ledger_id)
    entity, _, _ = event.kind.partition(".")
    before, after = event.before, event.after
    if entity == "comment":
        before, after = None, await _topic(session, concern.topic(after or {}))
    return News(
        ledger_id=ledger.id,
        ledger_name=ledger.name,
        actor_name=event.actor_name,
        entity=entity.title(),
        entity_id=event.entity_id,
        title=news.title(before, after),
        amount=news.amount(after or {}),
        changed=news.changed(event.before, event.after),
        count=news.count(event.after or {}),
    )
