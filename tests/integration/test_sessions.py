import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Interval, literal
from sqlmodel import col, select, update

from core.clock import now
from core.db import Database
from domain.account import Client, WrongCredentials
from domain.actor import Actor
from domain.errors import NotFound
from domain.pages import CursorUnreadable, Slice
from models.account import RefreshToken, Session, SessionEnd, User
from services import accounts, sessions
from services.accounts import Proof
from services.refresh_tokens import GRACE, RefreshTokenInvalid
from services.sessions import RefreshTokenReused, SessionEnded, SessionNotLive, SignIn
from tests.people import LIFETIME, make_user, register


@pytest.fixture
async def ann(db: Database) -> SignIn:
    return await register(db, "Ann")


async def refresh(db: Database, refresh_token: str) -> SignIn | RefreshTokenReused:
    async with db.transaction() as tx:
        return await sessions.refresh(tx, refresh_token, LIFETIME)


async def refreshed(db: Database, refresh_token: str) -> str:
    answer = await refresh(db, refresh_token)
    assert isinstance(answer, SignIn)
    return answer.refresh_token


async def proof(db: Database, user: User) -> Proof:
    async with db.reading() as session:
        found = await accounts.proof_wanted(session, user.email or "")
    assert found is not None
    return found


async def log_in(db: Database, user: User, client: Client) -> SignIn:
    shown = await proof(db, user)
    async with db.transaction() as tx:
        return await accounts.log_in(tx, shown, client, LIFETIME)


async def live(db: Database, actor: Actor) -> list[UUID]:
    """The ids of the user's live sessions, newest first."""
    async with db.reading() as session:
        page = await sessions.page(session, actor.user_id, Slice.of(100, None), LIFETIME)
    return [row.id for _, (row, _) in page.rows]


async def ends(db: Database) -> dict[UUID, SessionEnd | None]:
    async with db.reading() as session:
        return {row.id: row.ended_because for row in (await session.exec(select(Session))).all()}


async def tokens(db: Database) -> list[RefreshToken]:
    query = select(RefreshToken).order_by(col(RefreshToken.id))
    async with db.reading() as session:
        return list((await session.exec(query)).all())


async def let_pass(db: Database, column: Any, time: timedelta) -> None:
    """As if everything in the column had happened that much earlier."""
    earlier = update(column.class_).values({column: column - literal(time, Interval())})
    async with db.transaction() as tx:
        await tx.exec(earlier)


async def test_each_refresh_answers_with_the_next_token_of_the_same_session(
    db: Database, ann: SignIn
) -> None:
    await let_pass(db, Session.last_used_at, timedelta(hours=1))

    first = await refresh(db, ann.refresh_token)

    assert isinstance(first, SignIn)
    assert first.actor == ann.actor
    assert first.refresh_token != ann.refresh_token
    assert now() - first.session.last_used_at < timedelta(minutes=1)
    assert await refreshed(db, first.refresh_token) not in {ann.refresh_token, first.refresh_token}
    assert [token.used_at is None for token in await tokens(db)] == [False, False, True]


async def test_only_hashes_of_tokens_are_stored(db: Database, ann: SignIn) -> None:
    newest = await refreshed(db, ann.refresh_token)

    stored = b"".join(token.token_hash for token in await tokens(db))
    assert ann.refresh_token.encode() not in stored
    assert newest.encode() not in stored


async def test_requests_at_once_with_one_token_are_all_led_to_the_same_next_one(
    db: Database, ann: SignIn
) -> None:
    answers = await asyncio.gather(*(refreshed(db, ann.refresh_token) for _ in range(8)))

    assert len(set(answers)) == 1
    assert len(await tokens(db)) == 2
    assert await refreshed(db, answers[0]) != answers[0]


async def test_a_late_repeat_is_led_to_the_end_of_the_line(db: Database, ann: SignIn) -> None:
    second = await refreshed(db, ann.refresh_token)
    third = await refreshed(db, second)

    assert await refreshed(db, ann.refresh_token) == third
    assert len(await tokens(db)) == 3


async def test_a_token_that_comes_again_later_ends_its_session_and_no_other(
    db: Database, ann: SignIn
) -> None:
    laptop = await log_in(db, ann.user, Client("Laptop"))
    newest = await refreshed(db, ann.refresh_token)
    await let_pass(db, RefreshToken.used_at, GRACE)

    answer = await refresh(db, ann.refresh_token)

    assert isinstance(answer, RefreshTokenReused)
    assert await ends(db) == {ann.session.id: SessionEnd.TOKEN_REUSED, laptop.session.id: None}
    with pytest.raises(SessionEnded):
        await refresh(db, newest)
    async with db.reading() as session:
        with pytest.raises(SessionNotLive):
            await sessions.require_live(session, ann.session.id)
        await sessions.require_live(session, laptop.session.id)


async def test_a_thief_and_an_owner_cannot_both_go_on(db: Database, ann: SignIn) -> None:
    """Whoever of the two comes second is caught, even when the first was within the grace."""
    thief = await refreshed(db, ann.refresh_token)
    owner = await refreshed(db, ann.refresh_token)
    await refreshed(db, thief)
    await let_pass(db, RefreshToken.used_at, GRACE)

    assert isinstance(await refresh(db, owner), RefreshTokenReused)


async def test_refuses_what_is_unknown_or_has_run_out(db: Database, ann: SignIn) -> None:
    for unknown in ("", "\ud800", ann.refresh_token + "x"):
        with pytest.raises(RefreshTokenInvalid):
            await refresh(db, unknown)
    await let_pass(db, RefreshToken.expires_at, LIFETIME)
    with pytest.raises(RefreshTokenInvalid):
        await refresh(db, ann.refresh_token)

    [token] = await tokens(db)
    assert token.used_at is None


async def test_a_line_forgets_its_tokens_that_have_run_out(db: Database, ann: SignIn) -> None:
    second = await refreshed(db, ann.refresh_token)
    async with db.transaction() as tx:
        first = (await tx.exec(select(RefreshToken).order_by(col(RefreshToken.id)))).first()
        assert first is not None
        first.expires_at = now()

    await refreshed(db, second)

    assert [token.used_at is None for token in await tokens(db)] == [False, True]


async def test_a_device_that_logs_in_again_stays_the_same_one_in_a_new_session(
    db: Database, ann: SignIn
) -> None:
    again = await log_in(db, ann.user, Client("Phone, renamed", ann.session.device_id))

    assert again.device.id == ann.device.id
    assert again.device.name == "Phone, renamed"
    assert await ends(db) == {ann.session.id: SessionEnd.REPLACED, again.session.id: None}


async def test_nobody_logs_in_as_a_device_of_someone_else(db: Database, ann: SignIn) -> None:
    bob = await make_user(db, "Bob")

    with pytest.raises(NotFound):
        await log_in(db, ann.user, Client("Phone", bob.device_id))

    assert await live(db, ann.actor) == [ann.session.id]
    assert await live(db, bob) == [bob.session_id]


async def test_live_sessions_are_listed_newest_first_in_pages(db: Database, ann: SignIn) -> None:
    await make_user(db, "Bob")
    others = [await log_in(db, ann.user, Client(f"Browser {n}")) for n in range(3)]
    newest_first = [signed_in.session.id for signed_in in (*reversed(others), ann)]
    async with db.transaction() as tx:
        await sessions.end(tx, ann.actor, others[0].session.id, SessionEnd.REVOKED)
    newest_first.remove(others[0].session.id)

    assert await live(db, ann.actor) == newest_first
    async with db.reading() as session:
        first = await sessions.page(session, ann.user.id, Slice.of(2, None), LIFETIME)
        second = await sessions.page(session, ann.user.id, Slice.of(2, first.rows[-1][0]), LIFETIME)
        with pytest.raises(CursorUnreadable):
            await sessions.page(session, ann.user.id, Slice(2, (1, 2)), LIFETIME)
    assert [row.id for _, (row, _) in (*first.rows, *second.rows)] == newest_first
    assert (first.has_next, second.has_next) == (True, False)
    assert [device.name for _, (_, device) in second.rows] == ["Phone"]


async def test_what_has_run_out_is_listed_no_more_and_forgotten_at_the_next_log_in(
    db: Database, ann: SignIn
) -> None:
    await let_pass(db, Session.last_used_at, LIFETIME)
    assert await live(db, ann.actor) == []

    again = await log_in(db, ann.user, Client("Laptop"))

    assert await ends(db) == {again.session.id: None}
    assert len(await tokens(db)) == 1


async def test_ends_a_session_once_and_only_ones_own(db: Database, ann: SignIn) -> None:
    bob = await make_user(db, "Bob")
    async with db.transaction() as tx:
        with pytest.raises(NotFound):
            await sessions.end(tx, bob, ann.session.id, SessionEnd.REVOKED)
    for because in (SessionEnd.LOGGED_OUT, SessionEnd.REVOKED):
        async with db.transaction() as tx:
            await sessions.end(tx, ann.actor, ann.session.id, because)

    assert await ends(db) == {ann.session.id: SessionEnd.LOGGED_OUT, bob.session_id: None}


async def test_a_new_password_ends_every_other_session(db: Database, ann: SignIn) -> None:
    laptop = await log_in(db, ann.user, Client("Laptop"))
    bob = await make_user(db, "Bob")
    old = await proof(db, ann.user)

    async with db.transaction() as tx:
        await accounts.change_password(tx, laptop.actor, old, "another hash")

    assert await ends(db) == {
        ann.session.id: SessionEnd.PASSWORD_CHANGED,
        laptop.session.id: None,
        bob.session_id: None,
    }


async def test_a_password_that_was_changed_meanwhile_proves_nothing(
    db: Database, ann: SignIn
) -> None:
    old = await proof(db, ann.user)
    async with db.transaction() as tx:
        await accounts.change_password(tx, ann.actor, old, "another hash")

    async with db.transaction() as tx:
        with pytest.raises(WrongCredentials):
            await accounts.log_in(tx, old, Client("Laptop"), LIFETIME)
        with pytest.raises(WrongCredentials):
            await accounts.change_password(tx, ann.actor, old, "a third hash")

    assert await live(db, ann.actor) == [ann.session.id]
    assert (await proof(db, ann.user)).password_hash == "another hash"
