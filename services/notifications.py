"""What a person should know, kept in their personal ledger until they have seen it and after."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.db import Tx
from core.ids import new_id
from core.prepared import Prepared, Where, an_id
from domain.actor import SYSTEM, Actor
from domain.errors import NotFound
from domain.log import EventKind, Fact
from domain.notification import NotificationKind, Reading, These, UpTo
from domain.pages import Page, Slice, whole
from domain.preferences import Channel
from models.event import Event
from models.ledger import Ledger
from models.notification import Notification
from services import access, events, paging, preferences
from services.paging import Key


async def tell(
    tx: Tx, ledger: Ledger, kind: NotificationKind, source: Event | Fact, data: dict[str, Any]
) -> None:
    """Tell the owner of a personal ledger, which this transaction has locked, of an event, once.

    Whoever wants to hear of the kind on no channel at all is not told.
    """
    wanted = (await preferences.of_ledger(tx, ledger.id)).channels(kind)
    if not wanted or await _is_told(tx, ledger, kind, source):
        return
    told: dict[str, Any] = {
        "source_ledger_id": str(source.ledger_id),
        "source_seq": source.seq,
        "kind": kind.value,
        "data": data,
        "in_app": Channel.IN_APP in wanted,
    }
    id = new_id()
    event = events.record(tx, ledger, SYSTEM, EventKind.NOTIFICATION_CREATED, id, after=told)
    tx.add(_announced(event))


def announced(event: Event) -> Notification | None:
    """The notification that an event announces in the app, as it was then; None for any other event."""
    if event.kind is not EventKind.NOTIFICATION_CREATED:
        return None
    notification = _announced(event)
    return notification if notification.in_app else None


def _announced(event: Event | Fact) -> Notification:
    assert event.after is not None, "such an event says what it tells"
    return Notification(
        id=event.entity_id,
        created_at=event.at,
        ledger_id=event.ledger_id,
        seq=event.seq,
        source_ledger_id=UUID(event.after["source_ledger_id"]),
        source_seq=event.after["source_seq"],
        kind=NotificationKind(event.after["kind"]),
        data=event.after["data"],
        in_app=event.after["in_app"],
    )


async def _is_told(tx: Tx, ledger: Ledger, kind: NotificationKind, source: Event | Fact) -> bool:
    query = select(Notification.id).where(
        Notification.ledger_id == ledger.id,
        Notification.source_ledger_id == source.ledger_id,
        Notification.source_seq == source.seq,
        Notification.kind == kind,
    )
    return (await tx.exec(query)).first() is not None


async def page(
    session: AsyncSession, viewer: UUID, slice: Slice, *, unread_only: bool
) -> Page[Notification]:
    """The viewer's notifications, newest first. Refuses: `CursorUnreadable`."""
    query = select(Notification).where(
        await _own(session, viewer), col(Notification.in_app).is_(True)
    )
    if unread_only:
        query = query.where(*unread_in_app())
    return await paging.page(session, query, slice, Key(col(Notification.seq), whole))


async def unread_count(where: Where, viewer: UUID) -> int:
    (found,) = await _UNREAD.rows(where, viewer=viewer)
    return found.unread


async def mark_read(tx: Tx, actor: Actor, which: Reading) -> int:
    """Mark notifications as read; the answer is how many of them were not yet.

    Refuses: `NotFound` if one that is named is not the caller's; `TooManyNotifications`.
    """
    seat = await access.lock_personal_ledger(tx, actor)
    marking = update(Notification).where(
        col(Notification.ledger_id) == seat.ledger.id,
        *unread_in_app(),
        await _named(tx, actor, which),
    )
    marked = marking.values(read_at=now()).returning(col(Notification.id))
    return len((await tx.exec(marked)).all())


async def _named(session: AsyncSession, actor: Actor, which: Reading) -> ColumnElement[bool]:
    match which:
        case UpTo(id):
            newest = await access.row_of(session, actor.user_id, Notification, id)
            return col(Notification.seq) <= newest.seq
        case These(ids):
            if len(await access.rows_of(session, actor.user_id, Notification, ids)) < len(ids):
                raise NotFound("No such notification.")
            return col(Notification.id).in_(ids)


async def _own(session: AsyncSession, viewer: UUID) -> ColumnElement[bool]:
    ledger = await access.personal_ledger_of(session, viewer)
    return col(Notification.ledger_id) == ledger.id


def unread_in_app() -> tuple[ColumnElement[bool], ...]:
    return col(Notification.read_at).is_(None), col(Notification.in_app).is_(True)


_UNREAD = Prepared(
    select(func.count().label("unread")).where(
        col(Notification.ledger_id) == access.personal_ledger_id_of(an_id("viewer")),
        *unread_in_app(),
    )
)
