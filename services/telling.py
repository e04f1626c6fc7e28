"""Whom an event concerns, by their personal ledgers. Everyone is then told in a transaction of their own."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, ScalarSelect, bindparam
from sqlmodel import col, or_, select

from core.db import Database, Tx
from core.prepared import Prepared, is_the, one_of
from domain import concern, news
from domain.concern import Audience, Creator, Everyone, Happened, Parties, Seats, Uploader
from domain.news import News
from domain.notification import NotificationKind
from models.event import Event
from models.expense import Expense
from models.ledger import Ledger, Member
from models.receipt import Receipt
from services import access, events, notifications
from services.notifications import Word
from services.postings import FACTS


class Told(NamedTuple):
    """What someone is to be told, by their personal ledger."""

    ledger_id: UUID
    kind: NotificationKind
    source: Event
    data: dict[str, Any]


def _people(*conditions: ColumnElement[bool]) -> Prepared:
    """Who has or had a seat in a ledger: their accounts, and their personal ledgers."""
    return Prepared(
        select(Member.user_id, Ledger.id)
        .join(Ledger, col(Ledger.owner_id) == Member.user_id)
        .where(is_the(Member.ledger_id, "ledger_id"), *conditions)
        .order_by(col(Member.id))
    )


def _staying(user_id: ScalarSelect[UUID]) -> Prepared:
    return _people(col(Member.user_id) == user_id, _IS_HERE)


_IS_HERE = col(Member.left_at).is_(None)
_EVERYONE = _people(col(Member.created_at) <= bindparam("at"), _IS_HERE)
_SEATED = _people(one_of(Member.id), or_(_IS_HERE, bindparam("gone_too", type_=Boolean())))
_UPLOADER = _staying(
    select(Receipt.uploaded_by).where(is_the(Receipt.id, "entity_id")).scalar_subquery()
)
_CREATOR = _staying(
    select(Expense.created_by).where(is_the(Expense.id, "entity_id")).scalar_subquery()
)
_NAMED = Prepared(select(Ledger.id, Ledger.name).where(is_the(Ledger.id, "ledger_id")))


async def concerned(db: Database, ledger_id: UUID, seqs: Collection[int]) -> Sequence[Told]:
    """Everyone whom events concern, but for whoever did them. Who has left learns nothing new."""
    found = await events.these(db, ledger_id, seqs)
    return [told for event in found for told in await _concerned(db, event)]


async def _concerned(db: Database, event: Event) -> Collection[Told]:
    happened = Happened(event.kind, event.entity_id, event.before, event.after)
    told: dict[UUID, Told] = {}
    data: dict[str, Any] | None = None
    for one in concern.concerns(happened):
        for user_id, personal_id in await _audience(db, one.audience, event):
            if user_id != event.actor_id and personal_id not in told:
                data = data or news.stored(await _news(db, event))
                told[personal_id] = Told(personal_id, one.kind, event, data)
    return told.values()


async def tell(tx: Tx, *everyone: Told) -> None:
    """Tell each of them, once, unless their account is gone."""
    ledgers = await access.lock_ledgers_for_job(tx, {told.ledger_id for told in everyone})
    words = [
        Word(ledger, told.kind, told.source, told.data)
        for told in everyone
        if (ledger := ledgers.get(told.ledger_id)) and ledger.owner_id is not None
    ]
    await notifications.tell(tx, *words)


async def _audience(db: Database, audience: Audience, event: Event) -> Sequence[Any]:
    its = {"ledger_id": event.ledger_id, "entity_id": event.entity_id}
    match audience:
        case Everyone():
            return await _EVERYONE.rows(db, **its, at=event.at)
        case Seats(ids, gone_too):
            return await _SEATED.rows(db, **its, ids=list(ids), gone_too=gone_too) if ids else []
        case Parties():
            ids = concern.part_of(audience.table, await _topic(db, audience))
            return await _audience(db, Seats(ids), event)
        case Uploader():
            return await _UPLOADER.rows(db, **its)
        case Creator():
            return await _CREATOR.rows(db, **its)


async def _topic(db: Database, topic: Parties) -> dict[str, Any]:
    """What a comment is about, as it is now: it may be deleted, but it never goes."""
    async with db.reading() as session:
        return (await session.get_one(FACTS[topic.table], topic.id)).facts()


async def _news(db: Database, event: Event) -> News:
    [ledger] = await _NAMED.rows(db, ledger_id=event.ledger_id)
    entity, _, _ = event.kind.partition(".")
    before, after = event.before, event.after
    if entity == "comment":
        before, after = None, await _topic(db, concern.topic(after or {}))
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
