"""People without an account, each in one group: how they join, and how they become more. See ADR 0013."""

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.exc import IntegrityError
from sqlmodel import and_, col, exists, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.db import Tx
from domain.account import Client, Registration
from domain.actor import Actor
from domain.errors import NotFound
from domain.fingerprint import IdAlreadyUsed, fingerprint, require_version_7
from domain.guest import GuestsNotAllowed, NewGuest, NotAGuest
from domain.log import EventKind
from domain.role import Role
from models.account import RefreshToken, Session, User
from models.ledger import Invite, Member
from services import access, accounts, events, invites, members, sessions
from services.accounts import EmailTaken
from services.refresh_tokens import RefreshTokenInvalid
from services.sessions import SignIn


async def join(tx: Tx, wanted: NewGuest, client: Client, lifetime: timedelta) -> SignIn:
    """Join a group as a guest, once, however often the client repeats itself before it refreshes.

    Refuses: `GuestsNotAllowed`, `IdAlreadyUsed`, `IdNotVersion7`, whatever `invites.accept` refuses, and see
    `NewGuest`.
    """
    wanted = wanted.checked()
    require_version_7(wanted.id)
    invite = await invites.known(tx, wanted.invite)
    await access.lock_ledger_for_job(tx, invite.ledger_id)
    name = wanted.name or await _name_of_seat(tx, invite, wanted)
    first_token = urlsafe_b64encode(fingerprint(wanted.id, wanted)).decode()
    if not await accounts.insert_new(tx, User(id=wanted.id, name=name)):
        return await _again(tx, first_token)
    if not invite.allows_guests:
        raise GuestsNotAllowed("This link is for people with an account.")
    guest = await tx.get_one(User, wanted.id)
    sign_in = await sessions.begin(
        tx, guest, client, lifetime, guest_of=invite.ledger_id, first_token=first_token
    )
    await invites.accept(tx, sign_in.actor, wanted.invite, wanted.claim)
    return sign_in


async def register(tx: Tx, actor: Actor, wanted: Registration, password_hash: str) -> User:
    """Make an account of a guest, who keeps seat, history and sessions.

    Refuses: `NotAGuest`, `EmailTaken`, and see `Registration`.
    """
    wanted = wanted.checked()
    if actor.guest_of is None:
        raise NotAGuest("You have an account.", entity=("User", actor.user_id))
    seat = await access.lock_ledger(
        tx, actor, actor.guest_of, at_least=Role.VIEWER, archived_too=True
    )
    user = await accounts.lock_guest(tx, actor)
    user.name, user.time_zone = wanted.name, wanted.time_zone
    await _give_credentials(tx, user, wanted.email, password_hash)
    await accounts.found_personal_ledger(tx, actor, user, wanted)
    await sessions.unconfine(tx, user.id)
    before = seat.member.facts()
    seat.member.is_guest = False
    seat.member.written_by(actor.device_id, "user")
    events.record_row(tx, seat, EventKind.MEMBER_UPDATED, seat.member, before)
    await tx.flush()
    await members.hand_over(tx, seat.ledger, seat.author)
    return user


async def lost(
    session: AsyncSession, at: datetime, after: UUID | None, limit: int
) -> Sequence[UUID]:
    """Guests whom no refresh token lets back in any more, by id, those that follow one."""
    query = select(User.id).where(_is_lost(at)).order_by(col(User.id)).limit(limit)
    if after is not None:
        query = query.where(col(User.id) > after)
    return (await session.exec(query)).all()


async def lock_lost(tx: Tx, user_id: UUID, at: datetime) -> User | None:
    """The guest, if nothing has let them in since."""
    query = select(User).where(User.id == user_id, _is_lost(at))
    return (await tx.exec(query.with_for_update())).one_or_none()


def _is_lost(at: datetime) -> ColumnElement[bool]:
    way_in = (
        exists()
        .where(col(Session.user_id) == User.id, col(Session.ended_at).is_(None))
        .where(col(RefreshToken.session_id) == Session.id, col(RefreshToken.expires_at) > at)
    )
    return and_(col(User.email).is_(None), ~way_in)


async def _again(tx: Tx, first_token: str) -> SignIn:
    """The token is made of all that was asked for, its secret too: who has it has asked before."""
    try:
        return await sessions.begun_by(tx, first_token)
    except RefreshTokenInvalid as error:
        raise IdAlreadyUsed(
            "Somebody has this id. If it is you, go on with your newest refresh token."
        ) from error


async def _name_of_seat(tx: Tx, invite: Invite, wanted: NewGuest) -> str:
    seat = await tx.get(Member, wanted.claim)
    if seat is None or seat.ledger_id != invite.ledger_id:
        raise NotFound("No such member.")
    return seat.name


async def _give_credentials(tx: Tx, user: User, email: str, password_hash: str) -> None:
    try:
        async with tx.begin_nested():
            user.email, user.password_hash = email, password_hash
            await tx.flush()
    except IntegrityError as error:
        raise EmailTaken("Somebody registered this address. Log in instead.") from error
