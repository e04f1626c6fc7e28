"""What becomes of a seat: its name, weight and role; who is added, who goes, and who comes back."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import exists
from sqlmodel import col, select

from core.clock import now
from core.db import Tx
from domain import role
from domain.actor import Actor, Author
from domain.errors import Conflict, Forbidden, NotFound
from domain.fingerprint import Stale, fingerprint
from domain.group import MemberChanges, NewFriend
from domain.log import EventKind
from domain.role import LastOwner, Role
from models.account import User
from models.ledger import Balance, Ledger, Member
from services import access, claims, events, ledgers, parties
from services.access import Seat
from services.once import insert_once, made_before
from services.postings import MemberDeactivated, MemberHasLeft

_HEIRS = (Role.ADMIN, Role.MEMBER, Role.VIEWER)


class AlreadyAMember(Conflict):
    code = "ALREADY_A_MEMBER"


class NobodySitsThere(Conflict):
    code = "NOBODY_SITS_THERE"


class NotSettled(Conflict):
    code = "NOT_SETTLED"


class NotYourSeat(Forbidden):
    code = "NOT_YOUR_SEAT"


async def add_friend(tx: Tx, actor: Actor, wanted: NewFriend) -> Member:
    """Seat somebody with an account who shares another ledger with the caller. They may leave.

    Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`, `PersonalLedger`, `IdNotVersion7`, `IdAlreadyUsed`,
    `AlreadyAMember`, and `MemberHasLeft`: who went comes back by a link, of their own accord.
    """
    seat = await access.lock_ledger(tx, actor, wanted.ledger_id, archived_too=True)
    ledgers.require_group(seat.ledger)
    asked = fingerprint(actor.user_id, wanted)
    if first := await made_before(tx, Member, wanted.id, asked):
        return first
    user = await _friend(tx, actor, wanted.user_id)
    await _require_no_seat(tx, wanted)
    member = Member(
        id=wanted.id,
        ledger_id=wanted.ledger_id,
        user_id=user.id,
        name=user.name,
        fingerprint=asked,
    ).written_by(actor.device_id)
    if first := await insert_once(tx, member):
        return first
    access.require_open(seat.ledger)
    await ledgers.require_room(tx, seat.ledger)
    events.record_row(tx, seat, EventKind.MEMBER_ADDED, member)
    return member


async def update(
    tx: Tx, actor: Actor, member_id: UUID, if_version: int, changes: MemberChanges
) -> Member:
    """Give one's own seat or a placeholder another name; any seat another standing weight.

    Repeating an edit that is already in place answers with the member, whatever its version.
    Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`, `PersonalLedger`, `NotYourSeat`, `MemberHasLeft`,
    `Stale`, and see `MemberChanges`.
    """
    columns = changes.checked().columns
    seat, member = await _lock(tx, actor, member_id)
    if "name" in columns and member.user_id not in {None, actor.user_id}:
        raise NotYourSeat("People name themselves.")
    _require_seated(member)
    return _change(tx, seat, member, if_version, EventKind.MEMBER_UPDATED, columns)


async def set_role(tx: Tx, actor: Actor, member_id: UUID, if_version: int, wanted: Role) -> Member:
    """Change what a member may do. There is always an owner.

    Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`, `PersonalLedger`, `NobodySitsThere`, `MemberHasLeft`,
    `MemberDeactivated`, `NoOfficeForGuests`, `Stale`, `LastOwner`.
    """
    seat, member = await _lock(tx, actor, member_id, at_least=Role.ADMIN)
    role.require_may_set(seat.member.role, member.role, wanted)
    _require_seated(member)
    if member.user_id is None:
        raise NobodySitsThere("Whoever joins here gets the role of their invite.")
    if member.is_guest:
        role.require_no_office(wanted)
    if not member.is_active:
        raise MemberDeactivated("Reactivate them first.", path=("memberId",))
    if member.role is Role.OWNER and wanted is not Role.OWNER:
        await _require_another_owner(tx, member)
    return _change(tx, seat, member, if_version, EventKind.MEMBER_UPDATED, {"role": wanted})


async def remove(tx: Tx, actor: Actor, member_id: UUID, if_version: int) -> Member:
    """Take a seat away, or deactivate it while a balance is open. Doing so twice is no different.

    Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`, `PersonalLedger`, `Stale`, `NotSettled`.
    """
    seat, member = await _lock(tx, actor, member_id, at_least=Role.ADMIN)
    role.require_over(seat.member.role, member.role)
    if member.left_at is None:
        await _part(tx, seat, member, if_version)
    return member


async def leave(tx: Tx, actor: Actor, ledger_id: UUID, if_version: int | None = None) -> Ledger:
    """Give up one's seat, or be deactivated while a balance is open. Owning passes on.

    `if_version` is the seat's, so that a repetition that comes late takes nobody out who has come back.
    Refuses: `NotFound`, `PersonalLedger`, `Stale`, and `NotSettled` where nobody else is there to run the
    group.
    """
    seat = await access.lock_ledger(tx, actor, ledger_id, at_least=Role.VIEWER, archived_too=True)
    ledgers.require_group(seat.ledger)
    seen = seat.member.version if if_version is None else if_version
    await _part(tx, seat, seat.member, seen)
    return seat.ledger


async def reactivate(tx: Tx, actor: Actor, member_id: UUID, if_version: int) -> Member:
    """Let new costs name a deactivated member again, and let them write. Twice is no different.

    Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`, `PersonalLedger`, `MemberHasLeft`, `Stale`.
    """
    seat, member = await _lock(tx, actor, member_id, at_least=Role.ADMIN)
    _require_seated(member)
    columns = {"deactivated_at": None}
    return _change(tx, seat, member, if_version, EventKind.MEMBER_REACTIVATED, columns)


async def hand_over(tx: Tx, ledger: Ledger, author: Author) -> None:
    """Make the longest-standing of the highest role owner where nobody is; archive what nobody can see.

    Whoever is deactivated inherits only where nobody is active, and becomes so. A group that only guests
    are left in goes on without an owner until somebody with an account is there.
    """
    people = select(Member).where(
        Member.ledger_id == ledger.id,
        col(Member.user_id).is_not(None),
        col(Member.left_at).is_(None),
    )
    staying = (await tx.exec(people.order_by(col(Member.created_at), col(Member.id)))).all()
    if not staying:
        ledgers.archive_unseen(tx, ledger, author)
    heirs = [member for member in staying if not member.is_guest]
    if heirs and not any(member.role is Role.OWNER for member in heirs):
        _inherit(tx, ledger, author, heirs)


def _inherit(tx: Tx, ledger: Ledger, author: Author, heirs: Sequence[Member]) -> None:
    heir = min(heirs, key=lambda member: (not member.is_active, _HEIRS.index(member.role)))
    before = heir.facts()
    heir.role, heir.deactivated_at = Role.OWNER, None
    heir.written_by(author.device_id, "role", "deactivated")
    events.record(
        tx, ledger, author, EventKind.MEMBER_UPDATED, heir.id, before=before, after=heir.facts()
    )


async def _part(tx: Tx, seat: Seat, member: Member, if_version: int) -> None:
    columns: dict[str, Any] = {"left_at": now()}
    kind = EventKind.MEMBER_LEFT
    if not await _is_settled(tx, member):
        if member.deactivated_at is not None:
            return
        await _require_somebody_else(tx, member)
        columns = {"deactivated_at": now(), "role": role.without_office(member.role)}
        kind = EventKind.MEMBER_DEACTIVATED
    _change(tx, seat, member, if_version, kind, columns)
    await claims.release(tx, seat, member.id)
    if member.left_at is not None:
        await parties.take_out(tx, seat, member.id)
    await hand_over(tx, seat.ledger, seat.author)


def _change(
    tx: Tx, seat: Seat, member: Member, if_version: int, kind: EventKind, columns: dict[str, Any]
) -> Member:
    """Set columns, each of which is a register of its own, unless they are so already."""
    if all(getattr(member, name) == value for name, value in columns.items()):
        return member
    if member.version != if_version:
        raise Stale("Somebody has changed this member.", entity=("Member", member.id))
    before = member.facts()
    for name, value in columns.items():
        setattr(member, name, value)
    member.written_by(seat.author.device_id, *(name.removesuffix("_at") for name in columns))
    events.record_row(tx, seat, kind, member, before)
    return member


async def _lock(
    tx: Tx, actor: Actor, member_id: UUID, *, at_least: Role = Role.MEMBER
) -> tuple[Seat, Member]:
    seat, member = await access.lock_row(tx, actor, Member, member_id, at_least=at_least)
    ledgers.require_group(seat.ledger)
    return seat, member


async def _friend(tx: Tx, actor: Actor, user_id: UUID) -> User:
    """Locked, so that their account cannot go meanwhile. Refuses: `NotFound`."""
    shares = exists().where(
        col(Member.user_id) == user_id,
        col(Member.left_at).is_(None),
        col(Member.ledger_id).in_(access.ledger_ids_of(actor.user_id)),
    )
    query = select(User).where(User.id == user_id, col(User.email).is_not(None), shares)
    user = (await tx.exec(query.with_for_update(read=True, key_share=True))).one_or_none()
    if user is None:
        raise NotFound("No such friend.")
    return user


async def _require_no_seat(tx: Tx, wanted: NewFriend) -> None:
    query = select(Member).where(
        Member.ledger_id == wanted.ledger_id, Member.user_id == wanted.user_id
    )
    theirs = (await tx.exec(query)).one_or_none()
    if theirs is None or theirs.id == wanted.id:
        return
    _require_seated(theirs)
    raise AlreadyAMember("They have a seat here.", entity=("Member", theirs.id))


def _require_seated(member: Member) -> None:
    if member.left_at is not None:
        raise MemberHasLeft(f"{member.name} has left the ledger.")


async def _require_another_owner(tx: Tx, member: Member) -> None:
    owners = select(Member.id).where(*_others(member), Member.role == Role.OWNER)
    if (await tx.exec(owners)).first() is None:
        raise LastOwner("Make somebody else an owner first.", entity=("Member", member.id))


async def _require_somebody_else(tx: Tx, member: Member) -> None:
    if (await tx.exec(select(Member.id).where(*_others(member)))).first() is None:
        raise NotSettled("Settle first: nobody else is there to run the group.")


def _others(member: Member) -> tuple[Any, ...]:
    """Active people in the ledger who can run it, but for this one."""
    return (
        Member.ledger_id == member.ledger_id,
        Member.id != member.id,
        col(Member.user_id).is_not(None),
        col(Member.is_guest).is_(False),
        *access.is_active(),
    )


async def _is_settled(tx: Tx, member: Member) -> bool:
    open_balances = select(Balance).where(
        Balance.ledger_id == member.ledger_id,
        Balance.member_id == member.id,
        col(Balance.net_minor) != 0,
    )
    return (await tx.exec(open_balances)).first() is None
