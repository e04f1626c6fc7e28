"""Links into a group. The token is shown once and kept only as a hash."""

import secrets
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.db import Tx
from core.hashes import sha256
from core.prepared import Where
from domain.actor import Actor, Author
from domain.errors import Conflict, NotFound
from domain.group import InviteOlderThanLeaving, NewInvite, require_usable
from domain.log import EventKind
from domain.pages import Page, Slice, instant
from domain.role import Role, require_may_invite, without_office
from models.account import User
from models.base import select_shown
from models.event import Event
from models.expense import Entry
from models.ledger import Invite, Ledger, Member
from services import access, events
from services.ledgers import require_group, require_room
from services.members import AlreadyAMember, hand_over
from services.paging import Key, PagedInLedger

_TOKEN_BYTES = 32
_OPEN = PagedInLedger(
    select_shown(Invite).where(col(Invite.revoked_at).is_(None)),
    col(Invite.ledger_id),
    Key(col(Invite.created_at), instant),
    Key(col(Invite.id), UUID),
)


class NotClaimable(Conflict):
    code = "NOT_CLAIMABLE"


class Issued(NamedTuple):
    """An invite together with its token, which nothing else will ever show again."""

    invite: Invite
    token: str


class Preview(NamedTuple):
    """What the holder of a token sees before joining."""

    ledger: Ledger
    invite: Invite
    claimable: Sequence[Member]


async def create(tx: Tx, actor: Actor, wanted: NewInvite) -> Issued:
    """A new link. Repeating the request makes another one: a link that nobody was shown opens nothing.

    Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`, `PersonalLedger`, `InviteTooGenerous`,
    `NoOwnerByLink`.
    """
    wanted = wanted.checked()
    seat = await access.lock_ledger(tx, actor, wanted.ledger_id)
    require_group(seat.ledger)
    require_may_invite(seat.member.role, wanted.role)
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    invite = Invite(
        ledger_id=wanted.ledger_id,
        token_hash=sha256(token),
        role=wanted.role,
        expires_at=now() + wanted.valid_for,
        max_uses=wanted.max_uses,
        allows_guests=wanted.allows_guests,
        created_by=actor.user_id,
    )
    tx.add(invite)
    after = {
        "role": invite.role.value,
        "expires_at": invite.expires_at.isoformat(),
        "max_uses": invite.max_uses,
    }
    events.record(tx, seat.ledger, seat.author, EventKind.INVITE_CREATED, invite.id, after=after)
    return Issued(invite, token)


async def revoke(tx: Tx, actor: Actor, invite_id: UUID) -> Invite:
    """Close a link for good. Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`."""
    seat, invite = await access.lock_row(tx, actor, Invite, invite_id)
    if invite.revoked_at is None:
        invite.revoked_at = now()
        events.record(tx, seat.ledger, seat.author, EventKind.INVITE_REVOKED, invite.id)
    return invite


async def page(where: Where, viewer: UUID, ledger_id: UUID, slice: Slice) -> Page[Invite]:
    """The ledger's links that are not revoked, newest first. Refuses: `NotFound`, `CursorUnreadable`."""
    return await _OPEN.of(where, viewer, ledger_id, slice)


async def known(session: AsyncSession, token: str) -> Invite:
    """The link with this token, usable or not. Refuses: `NotFound`."""
    query = select(Invite).where(Invite.token_hash == sha256(token))
    invite = (await session.exec(query)).one_or_none()
    if invite is None:
        raise NotFound("No such invite.")
    return invite


async def preview(session: AsyncSession, token: str) -> Preview:
    """What the link opens and who one may claim to be.

    Refuses: `NotFound`, `InviteRevoked`, `InviteExpired`, `InviteUsedUp`.
    """
    invite = await known(session, token)
    _require_usable(invite)
    ledger = await session.get_one(Ledger, invite.ledger_id)
    query = (
        select(Member)
        .where(
            Member.ledger_id == ledger.id,
            col(Member.user_id).is_(None),
            col(Member.left_at).is_(None),
        )
        .order_by(col(Member.name), col(Member.id))
    )
    return Preview(ledger, invite, (await session.exec(query)).all())


async def accept(tx: Tx, actor: Actor, token: str, claim: UUID | None = None) -> Ledger:
    """Join the group, as oneself or as the placeholder `claim` with all its history. Twice is no different.

    The role is the link's, whatever the seat had; but a group that only guests were left in gets an owner.
    Refuses: `NotFound`, `InviteRevoked`, `InviteExpired`, `InviteUsedUp`, `LedgerArchived`, `NotClaimable`
    when the seat is taken, `AlreadyAMember` when one has another seat, `InviteOlderThanLeaving` when one has
    left, or was removed, since it was made, `TooManyMembers`.
    """
    invite = await known(tx, token)
    ledger = await access.lock_ledger_for_job(tx, invite.ledger_id)
    assert ledger is not None, "an invite goes with its ledger"
    seated = await _seat_of(tx, ledger, actor.user_id)
    if seated is not None and seated.left_at is None and claim in {None, seated.id}:
        return ledger
    access.require_open(ledger)
    await tx.refresh(invite, with_for_update=True)
    _require_usable(invite)
    invite.uses += 1
    user = await tx.get_one(User, actor.user_id)
    author = Author(user.id, user.name, actor.device_id)
    if seated is not None and claim is not None:
        raise AlreadyAMember("You have a seat of your own here.", entity=("Member", seated.id))
    role = without_office(invite.role) if user.is_guest else invite.role
    if claim is not None:
        await _claim(tx, ledger, author, user, claim, role)
    elif seated is not None:
        await _require_made_since_leaving(tx, invite, seated)
        await _return(tx, ledger, author, seated, role)
    else:
        await _join(tx, ledger, author, user, role)
    await tx.flush()
    await hand_over(tx, ledger, author)
    return ledger


async def _require_made_since_leaving(tx: Tx, invite: Invite, member: Member) -> None:
    """That the log tells of the link after it tells that they left. Refuses: `InviteOlderThanLeaving`."""
    newest = (
        select(Event.kind)
        .where(
            Event.ledger_id == invite.ledger_id,
            col(Event.entity_id).in_([invite.id, member.id]),
            col(Event.kind).in_([EventKind.INVITE_CREATED, EventKind.MEMBER_LEFT]),
        )
        .order_by(col(Event.seq).desc())
        .limit(1)
    )
    if (await tx.exec(newest)).one() is EventKind.MEMBER_LEFT:
        raise InviteOlderThanLeaving("Ask for a new invite: this one is from before you left.")


async def _claim(
    tx: Tx, ledger: Ledger, author: Author, user: User, claim: UUID, role: Role
) -> None:
    member = await tx.get(Member, claim, with_for_update=True)
    if member is None or member.ledger_id != ledger.id:
        raise NotFound("No such member.")
    if member.user_id is not None or member.left_at is not None:
        raise NotClaimable("Somebody has this seat already.", entity=("Member", member.id))
    before = member.facts()
    member.user_id, member.is_guest, member.role = user.id, user.is_guest, role
    member.written_by(author.device_id, "user", "role")
    history = update(Entry).where(
        col(Entry.ledger_id) == ledger.id, col(Entry.member_id) == member.id
    )
    await tx.exec(history.values(user_id=user.id))
    _record(tx, ledger, author, EventKind.MEMBER_CLAIMED, member, before)


async def _return(tx: Tx, ledger: Ledger, author: Author, member: Member, role: Role) -> None:
    before = member.facts()
    member.left_at, member.deactivated_at, member.role = None, None, role
    member.written_by(author.device_id, "left", "deactivated", "role")
    _record(tx, ledger, author, EventKind.MEMBER_JOINED, member, before)


async def _join(tx: Tx, ledger: Ledger, author: Author, user: User, role: Role) -> None:
    member = Member(
        ledger_id=ledger.id, user_id=user.id, is_guest=user.is_guest, name=user.name, role=role
    )
    tx.add(member.written_by(author.device_id))
    await tx.flush()
    await require_room(tx, ledger)
    _record(tx, ledger, author, EventKind.MEMBER_JOINED, member, None)


def _record(
    tx: Tx,
    ledger: Ledger,
    author: Author,
    kind: EventKind,
    member: Member,
    before: dict[str, object] | None,
) -> None:
    events.record(tx, ledger, author, kind, member.id, before=before, after=member.facts())


async def _seat_of(tx: Tx, ledger: Ledger, user_id: UUID) -> Member | None:
    query = select(Member).where(Member.ledger_id == ledger.id, Member.user_id == user_id)
    return (await tx.exec(query)).one_or_none()


def _require_usable(invite: Invite) -> None:
    require_usable(
        at=now(),
        expires_at=invite.expires_at,
        revoked_at=invite.revoked_at,
        uses=invite.uses,
        max_uses=invite.max_uses,
    )
