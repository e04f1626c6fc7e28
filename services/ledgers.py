"""Groups and the people in them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import col, func, select

from core.clock import now
from core.db import Tx
from core.prepared import Where, an_id
from domain import text
from domain.actor import Actor, Author
from domain.edit_policy import EditPolicy
from domain.errors import Forbidden
from domain.fingerprint import Stale, fingerprint
from domain.group import MOST_MEMBERS, NewGroup, NewMember, TooManyMembers
from domain.log import EventKind
from domain.pages import Page, Slice, words
from domain.role import Role
from domain.split import RemainderPolicy
from models.account import User
from models.base import select_shown
from models.ledger import Ledger, LedgerKind, Member
from services import access, events
from services.once import insert_once
from services.paging import Key, Paged
from services.versions import require_seen

_is_group = col(Ledger.owner_id).is_(None).label("is_group")
_MINE = Paged(
    select_shown(Ledger)
    .add_columns(_is_group)
    .where(col(Ledger.id).in_(access.ledger_ids_of(an_id("viewer")))),
    Key(_is_group, bool),
    Key(col(Ledger.name), words),
    Key(col(Ledger.id), UUID),
    descending=False,
)


class PersonalLedger(Forbidden):
    code = "PERSONAL_LEDGER"


async def create_group(tx: Tx, actor: Actor, wanted: NewGroup) -> Ledger:
    """A group with its creator as owner. Asking again answers with it, as long as they have a seat there.

    Refuses: `IdNotVersion7`, `IdAlreadyUsed`, `NotFound` after leaving it, and see `NewGroup`.
    """
    wanted = wanted.checked()
    ledger = Ledger(
        id=wanted.id,
        kind=LedgerKind.GROUP,
        name=wanted.name,
        currency=wanted.currency,
        fingerprint=fingerprint(actor.user_id, wanted),
    ).written_by(actor.device_id)
    if first := await insert_once(tx, ledger):
        return await access.ledger_of(tx, actor.user_id, first.id)
    user = await tx.get_one(User, actor.user_id)
    ledger = await tx.get_one(Ledger, wanted.id)
    await found(tx, ledger, Author(user.id, user.name, actor.device_id), user)
    return ledger


async def found(tx: Tx, ledger: Ledger, author: Author, owner: User) -> Member:
    """Begin a ledger's log and give its owner the first seat. The row is new in this transaction."""
    seat = Member(
        ledger_id=ledger.id, user_id=owner.id, name=owner.name, role=Role.OWNER
    ).written_by(author.device_id)
    tx.add(seat)
    events.record(tx, ledger, author, EventKind.LEDGER_CREATED, ledger.id, after=ledger.facts())
    events.record(tx, ledger, author, EventKind.MEMBER_JOINED, seat.id, after=seat.facts())
    await tx.flush()
    return seat


async def rename(tx: Tx, actor: Actor, ledger_id: UUID, if_version: int, name: str) -> Ledger:
    """Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`, `Stale`, and see `domain.text`."""
    name = text.required(name, "name")
    return await _set(tx, actor, ledger_id, if_version, "name", {"name": name})


async def present_in(
    tx: Tx, actor: Actor, ledger_id: UUID, if_version: int, currency: str | None
) -> Ledger:
    """What balances are shown in; None for the ledger's own currency. Nothing is converted by it.

    Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`, `Stale`.
    """
    columns = {"presentation_currency": currency}
    return await _set(tx, actor, ledger_id, if_version, "presentation", columns)


async def choose_remainder(
    tx: Tx, actor: Actor, ledger_id: UUID, if_version: int, policy: RemainderPolicy
) -> Ledger:
    """Who gets the odd cents of costs that are written from now on.

    Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`, `Stale`.
    """
    return await _set(tx, actor, ledger_id, if_version, "remainder", {"remainder": policy})


async def choose_edit_policy(
    tx: Tx, actor: Actor, ledger_id: UUID, if_version: int, policy: EditPolicy
) -> Ledger:
    """Who may change what was recorded, and until when. It counts for what is there already, too.

    Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`, `PersonalLedger`, `Stale`, `LockOutOfRange`.
    """
    policy = policy.checked()
    seat = await access.lock_ledger(tx, actor, ledger_id, at_least=Role.ADMIN)
    require_group(seat.ledger)
    columns = {"who_may_edit": policy.who, "lock_after_days": policy.lock_after_days}
    return await _set(tx, actor, ledger_id, if_version, "editing", columns)


async def _set(
    tx: Tx,
    actor: Actor,
    ledger_id: UUID,
    if_version: int,
    register: str,
    columns: Mapping[str, Any],
) -> Ledger:
    seat = await access.lock_ledger(tx, actor, ledger_id)
    ledger = seat.ledger
    if all(getattr(ledger, name) == value for name, value in columns.items()):
        return ledger
    if ledger.version != if_version:
        raise Stale("Somebody has changed this ledger.", entity=("Ledger", ledger.id))
    before = ledger.facts()
    for name, value in columns.items():
        setattr(ledger, name, value)
    _record(tx, ledger, seat.author, EventKind.LEDGER_UPDATED, register, before)
    return ledger


async def archive(tx: Tx, actor: Actor, ledger_id: UUID, if_version: int | None = None) -> Ledger:
    """Close a group to writes until reopened. Twice is no different; `if_version` is as in `deletion.delete`.

    Refuses: `NotFound`, `RoleTooLow`, `PersonalLedger`, `Stale`.
    """
    kind = EventKind.LEDGER_ARCHIVED
    return await _set_archived(tx, actor, ledger_id, if_version, kind, now())


async def reopen(tx: Tx, actor: Actor, ledger_id: UUID, if_version: int | None = None) -> Ledger:
    """Open an archived group again, as `archive` closes it, and refusing the same."""
    kind = EventKind.LEDGER_REOPENED
    return await _set_archived(tx, actor, ledger_id, if_version, kind, None)


async def add_placeholder(tx: Tx, actor: Actor, wanted: NewMember) -> Member:
    """A seat for someone without an account, to be claimed by whoever joins as them.

    Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`, `PersonalLedger`, `IdNotVersion7`, `IdAlreadyUsed`,
    `TooManyMembers`.
    """
    wanted = wanted.checked()
    seat = await access.lock_ledger(tx, actor, wanted.ledger_id, archived_too=True)
    require_group(seat.ledger)
    member = Member(
        id=wanted.id,
        ledger_id=wanted.ledger_id,
        name=wanted.name,
        fingerprint=fingerprint(actor.user_id, wanted),
    ).written_by(actor.device_id)
    if first := await insert_once(tx, member):
        return first
    access.require_open(seat.ledger)
    await require_room(tx, seat.ledger)
    events.record_row(tx, seat, EventKind.MEMBER_ADDED, member)
    return member


async def page(where: Where, viewer: UUID, slice: Slice) -> Page[Ledger]:
    """The viewer's ledgers: the personal one first, then groups by name. Refuses: `CursorUnreadable`."""
    return await _MINE.page(where, slice, viewer=viewer)


async def require_room(tx: Tx, ledger: Ledger) -> None:
    """For the newest member too, who is written. Lists of all of them have no pages.

    Refuses: `TooManyMembers`.
    """
    query = select(func.count()).select_from(Member).where(Member.ledger_id == ledger.id)
    if (await tx.exec(query)).one() > MOST_MEMBERS:
        raise TooManyMembers(f"A group has up to {MOST_MEMBERS} members, with those who have left.")


def require_group(ledger: Ledger) -> None:
    """Refuses: `PersonalLedger`."""
    if access.is_personal(ledger):
        raise PersonalLedger("A personal ledger is its owner's alone.")


async def _set_archived(
    tx: Tx,
    actor: Actor,
    ledger_id: UUID,
    if_version: int | None,
    kind: EventKind,
    at: datetime | None,
) -> Ledger:
    seat = await access.lock_ledger(tx, actor, ledger_id, at_least=Role.ADMIN, archived_too=True)
    require_group(seat.ledger)
    if (seat.ledger.archived_at is None) is (at is None):
        return seat.ledger
    require_seen(seat.ledger, if_version)
    before = seat.ledger.facts()
    seat.ledger.archived_at = at
    _record(tx, seat.ledger, seat.author, kind, "archived", before)
    return seat.ledger


def archive_unseen(tx: Tx, ledger: Ledger, author: Author) -> None:
    """Close a group that nobody has a seat in any more. It is locked by this transaction."""
    if ledger.archived_at is not None:
        return
    before = ledger.facts()
    ledger.archived_at = now()
    _record(tx, ledger, author, EventKind.LEDGER_ARCHIVED, "archived", before)


def _record(
    tx: Tx,
    ledger: Ledger,
    author: Author,
    kind: EventKind,
    register: str,
    before: dict[str, Any],
) -> None:
    ledger.written_by(author.device_id, register)
    events.record(tx, ledger, author, kind, ledger.id, before=before, after=ledger.facts())
