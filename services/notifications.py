"""What a person should know, kept in their personal ledger until they have seen it and after."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, inspect
from sqlmodel import col, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.db import Tx
from core.ids import new_id
from core.prepared import Prepared, Where, an_id, insert_many, one_of
from domain.actor import SYSTEM, Actor
from domain.errors import NotFound
from domain.log import EventKind, Fact
from domain.notification import NotificationKind, Reading, These, UpTo
from domain.pages import Page, Slice, whole
from domain.preferences import Channel, Preferences
from models.event import Event
from models.ledger import Ledger
from models.notification import Notification
from services import access, events, paging, preferences
from services.paging import Key

Told = tuple[UUID, UUID, int, NotificationKind]
"""To whom, of which event, and as what: by their personal ledger, and the event's ledger and `seq`."""

_DEFAULT = Preferences()
_TOLD = Prepared(
    select(
        Notification.ledger_id,
        Notification.source_ledger_id,
        Notification.source_seq,
        Notification.kind,
    ).where(
        one_of(Notification.ledger_id),
        one_of(Notification.source_ledger_id, "sources"),
        one_of(Notification.source_seq, "seqs"),
    )
)
_TELL = Prepared(insert_many(Notification, list(inspect(Notification).columns.keys())))


class Word(NamedTuple):
    """What the owner of a personal ledger is to be told of an event."""

    ledger: Ledger
    kind: NotificationKind
    source: Event | Fact
    data: dict[str, Any]

    @property
    def told(self) -> Told:
        return self.ledger.id, self.source.ledger_id, self.source.seq, self.kind


async def tell(tx: Tx, *words: Word) -> None:
    """Say each of them once. This transaction has locked the ledgers.

    Whoever wants to hear of the kind on no channel at all is not told.
    """
    chosen = await preferences.of_ledgers(tx, {word.ledger.id for word in words})
    told = await _told(tx, words)
    new: dict[Told, Notification] = {}
    for word in words:
        channels = chosen.get(word.ledger.id, _DEFAULT).channels(word.kind)
        if channels and word.told not in told | new.keys():
            new[word.told] = _announce(tx, word, in_app=Channel.IN_APP in channels)
    if new:
        await _TELL.rows(tx, rows=[notification.model_dump() for notification in new.values()])


def _announce(tx: Tx, word: Word, *, in_app: bool) -> Notification:
    told: dict[str, Any] = {
        "source_ledger_id": str(word.source.ledger_id),
        "source_seq": word.source.seq,
        "kind": word.kind.value,
        "data": word.data,
        "in_app": in_app,
    }
    kind = EventKind.NOTIFICATION_CREATED
    return _announced(events.record(tx, word.ledger, SYSTEM, kind, new_id(), after=told))


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


async def _told(tx: Tx, words: Sequence[Word]) -> AbstractSet[Told]:
    """What was said before of the same events, to the same people."""
    found = await _TOLD.rows(
        tx,
        ids=[word.ledger.id for word in words],
        sources=[word.source.ledger_id for word in words],
        seqs=[word.source.seq for word in words],
    )
    return {(row.ledger_id, row.source_ledger_id, row.source_seq, row.kind) for row in found}


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
