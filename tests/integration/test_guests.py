"""Guests: one group without an account, joined once, left for good, or turned into an account."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import pytest
from sqlmodel import col, select

from core.clock import now
from core.db import Database
from core.ids import new_id
from domain.account import Client, Registration
from domain.actor import Actor
from domain.errors import NotFound
from domain.fingerprint import IdAlreadyUsed, IdNotVersion7
from domain.group import InviteUsedUp, NewFriend, NewMember
from domain.guest import GuestsNotAllowed, NameOrClaim, NewGuest, NotAGuest, SecretOutOfRange
from domain.log import EventKind
from domain.role import NoOfficeForGuests, Role
from domain.split import Exact
from models.account import SessionEnd, User
from models.ledger import Invite, Ledger, Member
from services import accounts, erasure, guests, invites, ledgers, members, sessions
from services.accounts import EmailTaken
from services.invites import NotClaimable
from services.sessions import SessionEnded, SessionNotLive, SignIn
from tests.groups import Group, balances, entries, group_of, log, make_group, personal_ledger, spend
from tests.guests import guest, join, link, make_guest
from tests.people import CHEAP, LIFETIME, PASSWORD, make_user


async def seats(db: Database, ledger_id: UUID) -> list[Member]:
    query = select(Member).where(Member.ledger_id == ledger_id).order_by(col(Member.id))
    async with db.reading() as session:
        return list((await session.exec(query)).all())


async def scope(db: Database, who: Actor) -> UUID | None:
    async with db.reading() as session:
        return await sessions.require_live(session, who.session_id)


async def register(db: Database, who: Actor, email: str = "gus@example.com") -> User:
    wanted = Registration(who.user_id, email, "Gustav", "Europe/Berlin", "CHF")
    password_hash = await CHEAP.hash(PASSWORD)
    async with db.transaction() as tx:
        return await guests.register(tx, who, wanted, password_hash)


async def placeholder(db: Database, actor: Actor, ledger_id: UUID, name: str) -> Member:
    async with db.transaction() as tx:
        return await ledgers.add_placeholder(tx, actor, NewMember(new_id(), ledger_id, name))


async def users(db: Database) -> set[UUID]:
    async with db.reading() as session:
        return set((await session.exec(select(User.id))).all())


async def uses(db: Database) -> int:
    async with db.reading() as session:
        return sum((await session.exec(select(Invite.uses))).all())


async def test_a_guest_joins_once_however_often_asked(
    db: Database, ann: Actor, trip: Group
) -> None:
    wanted = guest(await link(db, ann, trip.id), "  Gus ")
    before = await uses(db)

    first = await join(db, wanted)
    again = await join(db, wanted)

    assert (again.actor, again.refresh_token) == (first.actor, first.refresh_token)
    assert first.actor.guest_of == await scope(db, first.actor) == trip.id
    seat = (await seats(db, trip.id))[-1]
    assert (seat.name, seat.role, seat.is_guest) == ("Gus", Role.MEMBER, True)
    assert seat.user_id == wanted.id
    assert await uses(db) == before + 1
    newest = (await log(db, trip.id))[-1]
    assert (newest.kind, newest.actor_name) == (EventKind.MEMBER_JOINED, "Gus")


async def test_the_id_alone_lets_nobody_in(db: Database, ann: Actor, trip: Group) -> None:
    token = await link(db, ann, trip.id)
    wanted = guest(token)
    signed_in = await join(db, wanted)
    before = await log(db, trip.id)

    for other in (
        guest(token, id=wanted.id),
        guest(token, "Mallory", id=wanted.id, secret=wanted.secret),
        guest(token, id=ann.user_id),
    ):
        with pytest.raises(IdAlreadyUsed):
            await join(db, other)
    async with db.transaction() as tx:
        await sessions.refresh(tx, signed_in.refresh_token, LIFETIME)
    with pytest.raises(IdAlreadyUsed):
        await join(db, wanted)

    assert await log(db, trip.id) == before


async def test_what_is_refused_leaves_nothing(db: Database, ann: Actor, trip: Group) -> None:
    token = await link(db, ann, trip.id)
    closed = await link(db, ann, trip.id, allows_guests=False)
    seat = trip.seat(ann)
    before = await users(db), await log(db, trip.id), await uses(db)

    refused: list[tuple[NewGuest, type[Exception]]] = [
        (guest(closed), GuestsNotAllowed),
        (guest("nothing"), NotFound),
        (guest(token, None), NameOrClaim),
        (guest(token, claim=seat), NameOrClaim),
        (guest(token, secret="short"), SecretOutOfRange),
        (guest(token, id=UUID(int=1)), IdNotVersion7),
        (guest(token, None, claim=seat), NotClaimable),
        (guest(token, None, claim=new_id()), NotFound),
    ]
    for wanted, why in refused:
        with pytest.raises(why):
            await join(db, wanted)

    assert (await users(db), await log(db, trip.id), await uses(db)) == before


async def test_only_as_many_as_the_link_lets_in_however_they_race(
    db: Database, ann: Actor, trip: Group
) -> None:
    token = await link(db, ann, trip.id, max_uses=2)
    before = await users(db)

    answers = await asyncio.gather(
        *(join(db, guest(token)) for _ in range(6)), return_exceptions=True
    )

    assert sum(isinstance(answer, SignIn) for answer in answers) == 2
    assert sum(isinstance(answer, InviteUsedUp) for answer in answers) == 4
    assert len(await users(db) - before) == 2


async def test_the_same_request_twice_at_once_is_one_guest(
    db: Database, ann: Actor, trip: Group
) -> None:
    wanted = guest(await link(db, ann, trip.id, max_uses=1))

    one, other = await asyncio.gather(join(db, wanted), join(db, wanted))

    assert one.actor == other.actor
    assert one.refresh_token == other.refresh_token


async def test_a_placeholder_is_claimed_with_its_history(
    db: Database, ann: Actor, trip: Group
) -> None:
    seat = await placeholder(db, ann, trip.id, "Grandma")
    split = Exact({seat.id: 400, trip.seat(ann): 600})
    await spend(db, ann, trip.id, 1000, split=split)

    claimed = await join(db, guest(await link(db, ann, trip.id), None, claim=seat.id))

    assert claimed.user.name == "Grandma"
    (mine,) = [row for row in await seats(db, trip.id) if row.id == seat.id]
    assert (mine.user_id, mine.is_guest) == (claimed.user.id, True)
    newest = (await log(db, trip.id))[-1]
    assert (newest.kind, newest.actor_name) == (EventKind.MEMBER_CLAIMED, "Grandma")
    with pytest.raises(NotClaimable):
        await join(db, guest(await link(db, ann, trip.id), None, claim=seat.id))


async def test_a_guest_does_what_members_do(db: Database, ann: Actor, trip: Group) -> None:
    gus = await make_guest(db, ann, trip.id)
    group = await group_of(db, trip.id)
    split = Exact({group.seat(gus): 300, group.seat(ann): 700})

    expense = await spend(db, gus, trip.id, 1000, split=split)

    assert await entries(db, expense.id) == {
        group.seat(gus): (1000, 300),
        group.seat(ann): (0, 700),
    }


async def test_who_leaves_is_signed_out_for_good(db: Database, ann: Actor, trip: Group) -> None:
    signed_in = await join(db, guest(await link(db, ann, trip.id)))
    async with db.transaction() as tx:
        await members.leave(tx, signed_in.actor, trip.id)

    with pytest.raises(SessionNotLive):
        await scope(db, signed_in.actor)
    asked = [signed_in.session.id, ann.session_id]
    assert await sessions.ended(db, asked) == {signed_in.session.id}
    with pytest.raises(SessionEnded):
        async with db.transaction() as tx:
            await sessions.refresh(tx, signed_in.refresh_token, LIFETIME)


async def test_guests_hold_no_office(db: Database, ann: Actor) -> None:
    camp = await make_group(db, ann)
    gus = await make_guest(db, ann, camp.id)
    async with db.transaction() as tx:
        await members.leave(tx, ann, camp.id)

    (seat,) = [row for row in await seats(db, camp.id) if row.user_id == gus.user_id]
    assert seat.role is Role.MEMBER
    async with db.reading() as session:
        assert (await session.get_one(Ledger, camp.id)).archived_at is None
    await register(db, gus)
    assert (await seats(db, camp.id))[-1].role is Role.OWNER


@pytest.mark.parametrize("as_cat", [True, False], ids=["as-a-placeholder", "as-themselves"])
async def test_a_group_of_guests_is_the_first_accounts_that_joins(
    db: Database, ann: Actor, bob: Actor, eve: Actor, *, as_cat: bool
) -> None:
    camp = await make_group(db, ann)
    token = await link(db, ann, camp.id)
    cat = await placeholder(db, ann, camp.id, "Cat")
    await join(db, guest(token))
    async with db.transaction() as tx:
        await members.leave(tx, ann, camp.id)
    await join(db, guest(token))

    async with db.transaction() as tx:
        await invites.accept(tx, bob, token, cat.id if as_cat else None)
    async with db.transaction() as tx:
        await invites.accept(tx, eve, token)

    roles = {row.user_id: row.role for row in await seats(db, camp.id)}
    assert (roles[bob.user_id], roles[eve.user_id]) == (Role.OWNER, Role.MEMBER)


async def test_nobody_gives_a_guest_an_office_or_another_group(
    db: Database, ann: Actor, trip: Group
) -> None:
    gus = await make_guest(db, ann, trip.id)
    other = await make_group(db, ann)
    seat = (await seats(db, trip.id))[-1]
    before = await log(db, trip.id), await log(db, other.id)

    with pytest.raises(NoOfficeForGuests):
        async with db.transaction() as tx:
            await members.set_role(tx, ann, seat.id, seat.version, Role.ADMIN)
    with pytest.raises(NotFound):
        async with db.transaction() as tx:
            await members.add_friend(tx, ann, NewFriend(new_id(), other.id, gus.user_id))

    assert (await log(db, trip.id), await log(db, other.id)) == before


async def test_who_is_removed_is_signed_out(db: Database, ann: Actor, trip: Group) -> None:
    gus = await make_guest(db, ann, trip.id)
    seat = (await seats(db, trip.id))[-1]

    async with db.transaction() as tx:
        await members.remove(tx, ann, seat.id, seat.version)

    with pytest.raises(SessionNotLive):
        await scope(db, gus)


async def test_an_account_is_made_of_a_guest(db: Database, ann: Actor, trip: Group) -> None:
    signed_in = await join(db, guest(await link(db, ann, trip.id)))
    gus = signed_in.actor
    await spend(db, gus, trip.id, 900)
    before = await balances(db, trip.id)

    user = await register(db, gus)

    assert (user.id, user.email, user.name, user.is_guest) == (
        gus.user_id,
        "gus@example.com",
        "Gustav",
        False,
    )
    assert await scope(db, gus) is None
    assert await balances(db, trip.id) == before
    seat = (await seats(db, trip.id))[-1]
    assert (seat.user_id, seat.name, seat.is_guest) == (gus.user_id, "Gus", False)
    own = await personal_ledger(db, gus)
    assert await spend(db, gus, own.id, 100)
    newest = (await log(db, trip.id))[-1]
    assert newest.kind == EventKind.MEMBER_UPDATED
    async with db.transaction() as tx:
        proof = await accounts.proof_wanted(tx, "gus@example.com")
        assert proof is not None
        again = await accounts.log_in(tx, proof, Client("Laptop"), LIFETIME)
    assert again.actor.guest_of is None
    with pytest.raises(NotAGuest):
        await register(db, gus, "other@example.com")


async def test_an_address_that_is_taken_leaves_the_guest_as_they_are(
    db: Database, ann: Actor, trip: Group
) -> None:
    gus = await make_guest(db, ann, trip.id)
    await make_user(db, "Taken", email="gus@example.com")
    before = await log(db, trip.id)

    with pytest.raises(EmailTaken):
        await register(db, gus)

    assert await log(db, trip.id) == before
    assert await scope(db, gus) == trip.id
    async with db.reading() as session:
        assert (await session.get_one(User, gus.user_id)).is_guest


async def test_a_guest_is_forgotten_and_the_seat_stays(
    db: Database, ann: Actor, trip: Group
) -> None:
    gus = await make_guest(db, ann, trip.id)
    await spend(db, gus, trip.id, 900)
    before = await balances(db, trip.id)

    async with db.transaction() as tx:
        await erasure.delete_guest(tx, gus)

    assert gus.user_id not in await users(db)
    seat = (await seats(db, trip.id))[-1]
    assert (seat.user_id, seat.name, seat.is_guest, seat.left_at) == (None, "Gus", False, None)
    assert await balances(db, trip.id) == before
    with pytest.raises(SessionNotLive):
        await scope(db, gus)
    claimed = await join(db, guest(await link(db, ann, trip.id), None, claim=seat.id))
    assert claimed.user.name == "Gus"


async def test_who_cannot_return_is_forgotten_and_takes_the_seat_by_a_new_link(
    db: Database, ann: Actor, trip: Group
) -> None:
    gus, tom = [await make_guest(db, ann, trip.id, name) for name in ("Gus", "Tom")]
    await spend(db, gus, trip.id, 900)
    before = await balances(db, trip.id)
    seat = (await seats(db, trip.id))[-2]

    async def lost(at: datetime, after: UUID | None = None) -> Sequence[UUID]:
        async with db.reading() as session:
            return await guests.lost(session, at, after, 9)

    async def forget(who: Actor) -> bool:
        async with db.transaction() as tx:
            return await erasure.forget_lost_guest(tx, who.user_id, now())

    assert (await lost(now()), await forget(gus)) == ([], False)
    everyone = sorted((gus.user_id, tom.user_id))
    assert await lost(now() + LIFETIME) == everyone
    assert await lost(now() + LIFETIME, everyone[0]) == everyone[1:]
    async with db.transaction() as tx:
        await sessions.end(tx, gus, gus.session_id, SessionEnd.LOGGED_OUT)
    assert (await lost(now()), await forget(gus), await forget(gus)) == ([gus.user_id], True, False)

    assert await users(db) & {gus.user_id, tom.user_id} == {tom.user_id}
    assert await balances(db, trip.id) == before
    left = (await log(db, trip.id))[-1]
    assert (left.kind, left.entity_id, left.actor_id) == (EventKind.MEMBER_LEFT, seat.id, None)
    again = await join(db, guest(await link(db, ann, trip.id), None, claim=seat.id))
    assert (again.user.name, again.user.id == gus.user_id) == ("Gus", False)
    assert (await seats(db, trip.id))[-2].user_id == again.user.id


async def test_who_was_forgotten_does_not_come_back_by_asking_late(
    db: Database, ann: Actor, trip: Group
) -> None:
    wanted = guest(await link(db, ann, trip.id))
    gus = await join(db, wanted)
    async with db.transaction() as tx:
        await erasure.delete_guest(tx, gus.actor)
    before = await log(db, trip.id)

    with pytest.raises(IdAlreadyUsed):
        await join(db, wanted)

    assert await log(db, trip.id) == before
    assert wanted.id not in await users(db)


async def test_an_account_is_not_deleted_without_its_password(
    db: Database, ann: Actor, trip: Group
) -> None:
    gus = await make_guest(db, ann, trip.id)
    await register(db, gus)
    before = await users(db)

    for who in (gus, ann):
        with pytest.raises(NotAGuest):
            async with db.transaction() as tx:
                await erasure.delete_guest(tx, who)

    assert await users(db) == before
