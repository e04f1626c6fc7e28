"""What a person should know, kept in their personal ledger until they have seen it and after."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.db import Tx
from domain.actor import Actor
from domain.errors import Invalid, NotFound
from domain.pages import CursorUnreadable, Page, Slice, page_of
from models.event import Event
from models.notification import Notification, NotificationKind
from services import access

MOST_AT_ONCE = 100


class TooManyNotifications(Invalid):
    code = "TOO_MANY_NOTIFICATIONS"


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
    if slice.after is not None:
        query = query.where(col(Notification.seq) < _seq(slice.after))
    newest = query.order_by(col(Notification.seq).desc()).limit(slice.first + 1)
    return page_of((await session.exec(newest)).all(), slice, lambda row: (row.seq,))


async def unread(session: AsyncSession, viewer: UUID) -> int:
    """How many the viewer has not read."""
    query = select(func.count()).where(*await _own(session, viewer), _unread())
    return (await session.exec(query)).one()


async def mark_read(tx: Tx, actor: Actor, ids: Sequence[UUID]) -> int:
    """Mark these as read; the answer is how many were not yet.

    Refuses: `NotFound` if one of them is not the caller's, `TooManyNotifications`.
    """
    if len(ids) > MOST_AT_ONCE:
        raise TooManyNotifications(f"Name at most {MOST_AT_ONCE}, or use `upTo`.", path=("ids",))
    if len(await access.rows_of(tx, actor.user_id, Notification, ids)) < len(set(ids)):
        raise NotFound("No such notification.")
    return await _mark(tx, actor, col(Notification.id).in_(ids))


async def mark_read_up_to(tx: Tx, actor: Actor, id: UUID) -> int:
    """Mark this one and all older ones as read; the answer is how many were not yet.

    Refuses: `NotFound`.
    """
    newest = await access.row_of(tx, actor.user_id, Notification, id)
    return await _mark(tx, actor, col(Notification.seq) <= newest.seq)


async def _mark(tx: Tx, actor: Actor, which: ColumnElement[bool]) -> int:
    own = await _own(tx, actor.user_id)
    marking = update(Notification).where(*own, _unread(), which).values(read_at=now())
    return len((await tx.exec(marking.returning(col(Notification.id)))).all())


async def _own(session: AsyncSession, viewer: UUID) -> tuple[ColumnElement[bool], ...]:
    ledger = await access.personal_ledger_of(session, viewer)
    return (col(Notification.ledger_id) == ledger.id,)


def _unread() -> ColumnElement[bool]:
    return col(Notification.read_at).is_(None)


def _seq(place: tuple[Any, ...]) -> int:
    match place:
        case (int(seq),):
            return seq
        case _:
            raise CursorUnreadable("The cursor belongs to another list.", path=("after",))
