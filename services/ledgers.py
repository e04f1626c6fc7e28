"""Groups and the people in them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.db import Tx
from domain import text
from domain.actor import Actor, Author
from domain.errors import Conflict, Forbidden
from domain.fingerprint import Stale, fingerprint
from domain.group import NewGroup, NewMember
from domain.log import EventKind
from domain.split import RemainderPolicy
from models.account import User
from models.ledger import Balance, Ledger, LedgerKind, Member, Role
from services import access, events
from services.once import insert_once

_HEIRS = (Role.ADMIN, Role.MEMBER, Role.VIEWER)


class PersonalLedger(Forbidden):
    code = "PERSONAL_LEDGER"


class NotSettled(Conflict):
    code = "NOT_SETTLED"


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
    return await _set(tx, actor, ledger_id, if_version, "name", "name", name)


async def present_in(
    tx: Tx, actor: Actor, ledger_id: UUID, if_version: int, currency: str | None
) -> Ledger:
    """What balances are shown in; None for the ledger's own currency. Nothing is converted by it.

    Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`, `Stale`.
    """
    return await _set(
        tx, actor, ledger_id, if_version, "presentation", "presentation_currency", currency
    )


async def choose_remainder(
    tx: Tx, actor: Actor, ledger_id: UUID, if_version: int, policy: RemainderPolicy
) -> Ledger:
    """Who gets the odd cents of costs that are written from now on.

    Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`, `Stale`.
    """
    return await _set(tx, actor, ledger_id, if_version, "remainder", "remainder", policy)


async def _set(
    tx: Tx,
    actor: Actor,
    ledger_id: UUID,
    if_version: int,
    register: str,
    column: str,
    value: str | None,
) -> Ledger:
    seat = await access.lock_ledger(tx, actor, ledger_id)
    ledger = seat.ledger
    if getattr(ledger, column) == value:
        return ledger
    if ledger.version != if_version:
        raise Stale("Somebody has changed this ledger.", entity=("Ledger", ledger.id))
    before = ledger.facts()
    setattr(ledger, column, value)
    _record(tx, ledger, seat.author, EventKind.LEDGER_UPDATED, register, before)
    return ledger


async def archive(tx: Tx, actor: Actor, ledger_id: UUID) -> Ledger:
    """Close a group to writes until reopened. Refuses: `NotFound`, `RoleTooLow`, `PersonalLedger`."""
    return await _set_archived(tx, actor, ledger_id, EventKind.LEDGER_ARCHIVED, now())


async def reopen(tx: Tx, actor: Actor, ledger_id: UUID) -> Ledger:
    """Refuses: `NotFound`, `RoleTooLow`, `PersonalLedger`."""
    return await _set_archived(tx, actor, ledger_id, EventKind.LEDGER_REOPENED, None)


async def add_placeholder(tx: Tx, actor: Actor, wanted: NewMember) -> Member:
    """A seat for someone without an account, to be claimed by whoever joins as them.

    Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`, `PersonalLedger`, `IdNotVersion7`, `IdAlreadyUsed`.
    """
    wanted = wanted.checked()
    seat = await access.lock_ledger(tx, actor, wanted.ledger_id)
    require_group(seat.ledger)
    member = Member(
        id=wanted.id,
        ledger_id=wanted.ledger_id,
        name=wanted.name,
        fingerprint=fingerprint(actor.user_id, wanted),
    ).written_by(actor.device_id)
    if first := await insert_once(tx, member):
        return first
    events.record_row(tx, seat, EventKind.MEMBER_ADDED, member)
    return member


async def leave(tx: Tx, actor: Actor, ledger_id: UUID) -> Ledger:
    """Give up one's seat. A group is never left without an owner while anybody is there to be it.

    Refuses: `NotFound`, `PersonalLedger`, `NotSettled` while a balance is open.
    """
    seat = await access.lock_ledger(tx, actor, ledger_id, at_least=Role.VIEWER, archived_too=True)
    require_group(seat.ledger)
    open_balances = select(Balance).where(
        Balance.ledger_id == ledger_id,
        Balance.member_id == seat.member.id,
        col(Balance.net_minor) != 0,
    )
    if (await tx.exec(open_balances)).first() is not None:
        raise NotSettled("Settle your balance in every currency before you leave.")
    before = seat.member.facts()
    seat.member.left_at = now()
    seat.member.written_by(actor.device_id, "left")
    events.record_row(tx, seat, EventKind.MEMBER_LEFT, seat.member, before)
    await hand_over(tx, seat.ledger, seat.author)
    return seat.ledger


async def hand_over(tx: Tx, ledger: Ledger, author: Author) -> None:
    """Make the longest-standing of the highest role owner where nobody is; archive what nobody can see."""
    people = select(Member).where(
        Member.ledger_id == ledger.id,
        col(Member.user_id).is_not(None),
        col(Member.left_at).is_(None),
    )
    staying = (await tx.exec(people.order_by(col(Member.created_at), col(Member.id)))).all()
    if not staying:
        _archive_unseen(tx, ledger, author)
    elif not any(member.role is Role.OWNER for member in staying):
        heir = min(staying, key=lambda member: _HEIRS.index(member.role))
        before = heir.facts()
        heir.role = Role.OWNER
        heir.written_by(author.device_id, "role")
        events.record(
            tx, ledger, author, EventKind.MEMBER_UPDATED, heir.id, before=before, after=heir.facts()
        )


async def mine(session: AsyncSession, viewer: UUID) -> Sequence[Ledger]:
    """The viewer's ledgers: the personal one first, then groups by name."""
    query = (
        select(Ledger)
        .where(col(Ledger.id).in_(access.ledger_ids_of(viewer)))
        .order_by(col(Ledger.owner_id).is_(None), col(Ledger.name), col(Ledger.id))
    )
    return (await session.exec(query)).all()


def require_group(ledger: Ledger) -> None:
    """Refuses: `PersonalLedger`."""
    if access.is_personal(ledger):
        raise PersonalLedger("A personal ledger is its owner's alone.")


async def _set_archived(
    tx: Tx, actor: Actor, ledger_id: UUID, kind: EventKind, at: datetime | None
) -> Ledger:
    seat = await access.lock_ledger(tx, actor, ledger_id, at_least=Role.ADMIN, archived_too=True)
    require_group(seat.ledger)
    if (seat.ledger.archived_at is None) is (at is None):
        return seat.ledger
    before = seat.ledger.facts()
    seat.ledger.archived_at = at
    _record(tx, seat.ledger, seat.author, kind, "archived", before)
    return seat.ledger


def _archive_unseen(tx: Tx, ledger: Ledger, author: Author) -> None:
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
