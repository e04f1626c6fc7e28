"""Staying signed in: one session per log-in of a device. See ADR 0003."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import col, delete, or_, select, update
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import Select

from core.clock import now
from core.db import Tx
from core.prepared import Prepared, Where, given, is_the
from domain.account import Client
from domain.actor import Actor, Unauthenticated
from domain.errors import Forbidden, NotFound
from domain.pages import Page, Slice
from models.account import Device, Session, SessionEnd, User
from services import access, paging, refresh_tokens
from services.paging import Key
from services.refresh_tokens import RefreshTokenInvalid

_guest_of = col(Session.guest_of)
_live = select(Session.id, Session.guest_of).where(
    col(Session.ended_at).is_(None),
    or_(_guest_of.is_(None), access.is_seated(_guest_of, Session.user_id)),
)
_LIVE = Prepared(_live.where(is_the(Session.id, "id")))
_asked = given(Session, ("id",), rows="asked")
_ENDED = Prepared(  # of many thousands by one statement, whose answer is short
    select(_asked.c.id).where(~_live.where(col(Session.id) == _asked.c.id).exists())
)


class RefreshTokenReused(Forbidden):
    code = "REFRESH_TOKEN_REUSED"


class SessionEnded(Forbidden):
    code = "SESSION_ENDED"


class SessionNotLive(Unauthenticated):
    code = "SESSION_ENDED"


class SignIn(NamedTuple):
    """A session with the refresh token that keeps it, which nothing else will show again."""

    user: User
    device: Device
    session: Session
    refresh_token: str

    @property
    def actor(self) -> Actor:
        session = self.session
        return Actor(self.user.id, session.device_id, session.id, session.guest_of)


SessionOnDevice = tuple[Session, Device]


async def begin(
    tx: Tx,
    user: User,
    client: Client,
    lifetime: timedelta,
    *,
    guest_of: UUID | None = None,
    first_token: str | None = None,
) -> SignIn:
    """A new session, in place of the one that the device may still have. A guest's is confined to a ledger.

    Forgets the user's sessions that have run out. Refuses: `NotFound` for a replica that is not the
    user's, and see `domain.text`.
    """
    device = await _device(tx, user, client.checked())
    await _forget_run_out(tx, user.id, now() - lifetime)
    assert device.id is not None, "the database numbered it"
    session = Session(user_id=user.id, device_id=device.id, guest_of=guest_of)
    tx.add(session)
    await tx.flush()
    return SignIn(user, device, session, refresh_tokens.start(tx, session, lifetime, first_token))


async def begun_by(tx: Tx, first_token: str) -> SignIn:
    """The session once more, as long as its first token was not used. Refuses: `RefreshTokenInvalid`."""
    found = await _lock(tx, await refresh_tokens.require_unused(tx, first_token))
    return SignIn(*found, first_token)


async def refresh(tx: Tx, refresh_token: str, lifetime: timedelta) -> SignIn | RefreshTokenReused:
    """The session with the newest token of its line. Refuses: `RefreshTokenInvalid`, `SessionEnded`.

    A reuse ends the session; its refusal is answered, not raised, because that must be committed.
    """
    user, device, session = await _lock(tx, await refresh_tokens.session_of(tx, refresh_token))
    if await ended(tx, [session.id]):
        raise SessionEnded("This session has ended. Log in again.")
    newest = await refresh_tokens.advance(tx, session, refresh_token, lifetime)
    if newest is None:
        _end(session, SessionEnd.TOKEN_REUSED)
        return RefreshTokenReused("This refresh token was used before. Log in again.")
    return SignIn(user, device, session, newest)


async def require_live(where: Where, session_id: UUID) -> UUID | None:
    """The ledger that a guest's session is confined to; None for a session of an account.

    Raises `SessionNotLive` for one that has ended, or gone with its account or its seat.
    """
    found = await _LIVE.rows(where, id=session_id)
    if not found:
        raise SessionNotLive("This session has ended.")
    return found[0].guest_of


async def ended(where: Where, ids: Iterable[UUID]) -> AbstractSet[UUID]:
    """Those of the sessions that have ended, or gone with their account or their seat."""
    return {row.id for row in await _ENDED.rows(where, asked=[{"id": id} for id in ids])}


async def page(
    session: AsyncSession, viewer: UUID, slice: Slice, lifetime: timedelta
) -> Page[SessionOnDevice]:
    """The viewer's live sessions, newest log-in first. Refuses: `CursorUnreadable`."""
    query = _on_device(viewer).where(
        col(Session.ended_at).is_(None), Session.last_used_at > now() - lifetime
    )
    key = Key(col(Session.id), UUID)
    return await paging.page(session, query, slice, key, keyed=lambda row: row[0])


async def seen(
    session: AsyncSession, viewer: UUID, ids: Iterable[UUID]
) -> dict[UUID, SessionOnDevice]:
    """Those of the sessions that are the viewer's, ended ones included, by id."""
    query = _on_device(viewer).where(col(Session.id).in_(ids))
    return {row[0].id: row for row in (await session.exec(query)).all()}


async def end(tx: Tx, actor: Actor, session_id: UUID, because: SessionEnd) -> SessionOnDevice:
    """End one of the caller's sessions. Twice is no different. Refuses: `NotFound`."""
    query = _on_device(actor.user_id).where(Session.id == session_id)
    found = (await tx.exec(query.with_for_update(of=Session))).one_or_none()
    if found is None:
        raise NotFound("No such session.")
    if found[0].ended_at is None:
        _end(found[0], because)
    return found


async def end_others(tx: Tx, actor: Actor, because: SessionEnd) -> None:
    """End every session of the caller's but the one that asks."""
    await _end_all(
        tx, because, col(Session.user_id) == actor.user_id, col(Session.id) != actor.session_id
    )


async def unconfine(tx: Tx, user_id: UUID) -> None:
    """The user is a guest no more, on none of their devices."""
    await tx.exec(update(Session).where(col(Session.user_id) == user_id).values(guest_of=None))


def _end(session: Session, because: SessionEnd) -> None:
    session.ended_at, session.ended_because = now(), because


async def _end_all(tx: Tx, because: SessionEnd, *which: Any) -> None:
    live = update(Session).where(*which, col(Session.ended_at).is_(None))
    await tx.exec(live.values(ended_at=now(), ended_because=because))


async def _device(tx: Tx, user: User, client: Client) -> Device:
    if client.replica is None:
        device = Device(user_id=user.id, name=client.name)
        tx.add(device)
        await tx.flush()
        return device
    query = select(Device).where(Device.id == client.replica, Device.user_id == user.id)
    device = (await tx.exec(query.with_for_update())).one_or_none()
    if device is None:
        raise NotFound("No such device of yours.")
    device.name = client.name
    await _end_all(tx, SessionEnd.REPLACED, col(Session.device_id) == client.replica)
    return device


async def _forget_run_out(tx: Tx, user_id: UUID, last_used_before: datetime) -> None:
    query = delete(Session).where(
        col(Session.user_id) == user_id, col(Session.last_used_at) <= last_used_before
    )
    await tx.exec(query)


async def _lock(tx: Tx, session_id: UUID) -> tuple[User, Device, Session]:
    query = (
        select(User, Device, Session)
        .join(Session, col(Session.user_id) == User.id)
        .join(Device, col(Device.id) == Session.device_id)
        .where(Session.id == session_id)
        .with_for_update(of=Session)
    )
    found = (await tx.exec(query)).one_or_none()
    if found is None:
        raise RefreshTokenInvalid
    return found


def _on_device(user_id: UUID) -> Select[Session, Device]:
    return (
        select(Session, Device)
        .join(Device, col(Device.id) == Session.device_id)
        .where(Session.user_id == user_id)
    )
