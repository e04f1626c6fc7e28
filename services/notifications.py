"""What a person should know, kept in their personal ledger until they have seen it and after."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.db import Tx
from domain.actor import Actor
from domain.errors import NotFound
from domain.notification import Reading, These, UpTo
from domain.pages import Page, Slice, whole
from models.event import Event
from models.notification import Notification, NotificationKind
from services import access, paging
from services.paging import Key


def add(tx: Tx, kind: NotificationKind, event: Event, data: dict[str, Any]) -> Notification:
    """Keep what an event of a personal ledger, which this transaction has recorded, has to tell."""
    notification = Notification(ledger_id=event.ledger_id, seq=event.seq, kind=kind, data=data)
    tx.add(notification)
    return notification


async def page(
    session: AsyncSession, viewer: UUID, slice: Slice, *, unread_only: bool
) -> Page[Notification]:
    """The viewer's notifications, newest first. Refuses: `CursorUnreadable`."""
    query = select(Notification).where(*await _own(session, viewer))
    if unread_only:
        query = query.where(_unread())
    return await paging.page(session, query, slice, Key(col(Notification.seq), whole))


async def unread_count(session: AsyncSession, viewer: UUID) -> int:
    query = select(func.count()).where(*await _own(session, viewer), _unread())
    return (await session.exec(query)).one()


async def mark_read(tx: Tx, actor: Actor, which: Reading) -> int:
    """Mark notifications as read; the answer is how many of them were not yet.

    Refuses: `NotFound` if one that is named is not the caller's; `TooManyNotifications`.
    """
    seat = await access.lock_personal_ledger(tx, actor)
    marking = update(Notification).where(
        col(Notification.ledger_id) == seat.ledger.id,
        _unread(),
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


async def _own(session: AsyncSession, viewer: UUID) -> tuple[ColumnElement[bool], ...]:
    ledger = await access.personal_ledger_of(session, viewer)
    return (col(Notification.ledger_id) == ledger.id,)


def _unread() -> ColumnElement[bool]:
    return col(Notification.read_at).is_(None)
