import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from core.clock import now
from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.errors import NotFound
from domain.fingerprint import IdAlreadyUsed, Stale
from domain.group import (
    MOST_MEMBERS,
    InviteExpired,
    InviteRevoked,
    InviteTooGenerous,
    InviteUsedUp,
    NewFriend,
    NewGroup,
    NewInvite,
    NewMember,
    TooManyMembers,
)
from domain.log import GENESIS, chained
from domain.money import Money
from domain.pages import CursorUnreadable, Page, Slice
from domain.role import Role, RoleTooLow
from domain.settlement import NothingPaid, PaidToThemselves, Payment
from domain.split import Equal
from domain.subgroup import NewSubgroup
from models.ledger import Invite, Ledger, Member
from services import access, events, invites, ledgers, members, settlements, subgroups
from services.access import LedgerArchived
from services.invites import NotClaimable
from services.ledgers import PersonalLedger
from services.members import AlreadyAMember, NotSettled
from tests.groups import (
    DAY,
    Group,
    balances,
    entries,
    group_of,
    ledger_row,
    log,
    make_group,
    personal_ledger,
    spend,
)
from tests.members import placeholder, set_role
from tests.people import make_user


async def _invite(db: Database, actor: Actor, ledger_id: Any, **terms: Any) -> invites.Issued:
    wanted = NewInvite(
        ledger_id, terms.get("valid_for", timedelta(hours=1)), terms.get("max_uses", 1)
    )
    async with db.transaction() as tx:
        return await invites.create(tx, actor, wanted)


async def _accept(db: Database, actor: Actor, token: str, claim: Any = None) -> None:
    async with db.transaction() as tx:
        await invites.accept(tx, actor, token, claim)


async def test_a_group_is_made_once(db: Database, ann: Actor) -> None:
    wanted = NewGroup(new_id(), "  Flat 3 ", "EUR")

    async with db.transaction() as tx:
        await ledgers.create_group(tx, ann, wanted)
    async with db.transaction() as tx:
        ledger = await ledgers.create_group(tx, ann, wanted)
    assert (ledger.name, ledger.currency, ledger.version) == ("Flat 3", "EUR", 1)
    with pytest.raises(IdAlreadyUsed):
        async with db.transaction() as tx:
            await ledgers.create_group(tx, ann, NewGroup(wanted.id, "Other", "EUR"))

    assert [event.kind for event in await log(db, ledger.id)] == ["ledger.created", "member.joined"]


async def test_renaming_needs_the_version_that_was_seen(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    for _ in range(2):
        async with db.transaction() as tx:
            assert (await ledgers.rename(tx, bob, trip.id, 1, "Tour")).version == 2
    with pytest.raises(Stale):
        async with db.transaction() as tx:
            await ledgers.rename(tx, ann, trip.id, 1, "Journey")


async def test_an_archived_group_takes_no_writes_until_it_is_reopened(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    with pytest.raises(RoleTooLow):
        async with db.transaction() as tx:
            await ledgers.archive(tx, bob, trip.id)
    async with db.transaction() as tx:
        await ledgers.archive(tx, ann, trip.id)
    with pytest.raises(LedgerArchived):
        await spend(db, bob, trip.id)
    async with db.transaction() as tx:
        await ledgers.reopen(tx, ann, trip.id)

    await spend(db, bob, trip.id)


async def test_what_was_asked_for_before_a_group_was_archived_has_its_first_answer(
    db: Database, ann: Actor, bob: Actor, eve: Actor
) -> None:
    """Clients repeat themselves after weeks offline; what is new is refused all the same."""
    trip = await make_group(db, ann, bob)
    await make_group(db, ann, eve)

    async def ask(add: Any, wanted: Any) -> UUID:
        async with db.transaction() as tx:
            return (await add(tx, ann, wanted)).id

    both = [trip.seat(ann), trip.seat(bob)]
    asked = [
        (ledgers.add_placeholder, NewMember(new_id(), trip.id, "Cat")),
        (members.add_friend, NewFriend(new_id(), trip.id, eve.user_id)),
        (subgroups.create, NewSubgroup(new_id(), trip.id, "Home", both)),
    ]
    for add, wanted in asked:
        await ask(add, wanted)
    async with db.transaction() as tx:
        await ledgers.archive(tx, ann, trip.id)
    before = await log(db, trip.id)

    assert [await ask(add, wanted) for add, wanted in asked] == [wanted.id for _, wanted in asked]
    for add, wanted in (
        (ledgers.add_placeholder, NewMember(new_id(), trip.id, "Dan")),
        (subgroups.create, NewSubgroup(new_id(), trip.id, "Home", both)),
    ):
        with pytest.raises(LedgerArchived):
            await ask(add, wanted)
    assert await log(db, trip.id) == before


async def test_a_placeholder_is_claimed_with_all_its_history(db: Database, ann: Actor) -> None:
    trip = await make_group(db, ann)
    wanted = NewMember(new_id(), trip.id, "Cat")
    for _ in range(2):
        async with db.transaction() as tx:
            await ledgers.add_placeholder(tx, ann, wanted)
    expense = await spend(db, ann, trip.id, 1000, split=Equal((wanted.id,)))
    issued = await _invite(db, ann, trip.id)
    cat = await make_user(db, "Catherine")
    async with db.reading() as session:
        preview = await invites.preview(session, issued.token)
    assert [row.name for row in preview.claimable] == ["Cat"]

    for _ in range(2):
        await _accept(db, cat, issued.token, wanted.id)

    assert (await group_of(db, trip.id)).seat(cat) == wanted.id
    assert (await balances(db, trip.id))[wanted.id, "EUR"] == -1000
    assert await entries(db, expense.id) == {
        trip.seat(ann): (1000, 0),
        wanted.id: (0, 1000),
    }
    async with db.reading() as session:
        owed = text("SELECT sum(owed_minor) FROM entries WHERE user_id = :who")
        result = await (await session.connection()).execute(owed, {"who": cat.user_id})
        assert result.scalar_one() == 1000
        assert (await session.get_one(Invite, issued.invite.id)).uses == 1
    assert (await log(db, trip.id))[-1].kind == "member.claimed"


async def test_only_a_free_seat_of_this_group_can_be_claimed(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    eve = await make_user(db, "Eve")
    elsewhere = await make_group(db, eve)
    free = NewMember(new_id(), trip.id, "Cat")
    async with db.transaction() as tx:
        await ledgers.add_placeholder(tx, ann, free)
    issued = await _invite(db, ann, trip.id, max_uses=10)

    with pytest.raises(NotClaimable):
        await _accept(db, eve, issued.token, trip.seat(bob))
    with pytest.raises(NotFound):
        await _accept(db, eve, issued.token, elsewhere.seat(eve))
    with pytest.raises(AlreadyAMember):
        await _accept(db, bob, issued.token, free.id)

    async with db.reading() as session:
        assert (await session.get_one(Invite, issued.invite.id)).uses == 0


async def test_an_invite_opens_as_often_as_it_may(db: Database, ann: Actor) -> None:
    trip = await make_group(db, ann)
    issued = await _invite(db, ann, trip.id, max_uses=2)
    people = [await make_user(db, name) for name in ("Bob", "Cat", "Dan", "Eve")]

    outcomes = await asyncio.gather(
        *(_accept(db, person, issued.token) for person in people), return_exceptions=True
    )

    assert sum(isinstance(outcome, InviteUsedUp) for outcome in outcomes) == 2
    assert len((await group_of(db, trip.id)).seats) == 3


async def test_closed_invites_say_why(db: Database, ann: Actor, trip: Group) -> None:
    eve = await make_user(db, "Eve")
    expired, revoked = [await _invite(db, ann, trip.id) for _ in range(2)]
    async with db.transaction() as tx:
        (await tx.get_one(Invite, expired.invite.id)).expires_at = now()
    for _ in range(2):
        async with db.transaction() as tx:
            await invites.revoke(tx, ann, revoked.invite.id)

    for token, refusal in (
        (expired.token, InviteExpired),
        (revoked.token, InviteRevoked),
        ("unknown", NotFound),
        ("\ud800", NotFound),
    ):
        with pytest.raises(refusal):
            await _accept(db, eve, token)
        async with db.reading() as session:
            with pytest.raises(refusal):
                await invites.preview(session, token)
    assert eve.user_id not in (await group_of(db, trip.id)).seats


async def test_refuses_invites_without_end_and_into_a_personal_ledger(
    db: Database, ann: Actor, trip: Group
) -> None:
    mine = await personal_ledger(db, ann)

    with pytest.raises(InviteTooGenerous):
        await _invite(db, ann, trip.id, valid_for=timedelta(days=366))
    with pytest.raises(InviteTooGenerous):
        await _invite(db, ann, trip.id, max_uses=0)
    with pytest.raises(PersonalLedger):
        await _invite(db, ann, mine.id)
    with pytest.raises(PersonalLedger):
        async with db.transaction() as tx:
            await ledgers.add_placeholder(tx, ann, NewMember(new_id(), mine.id, "Cat"))


async def test_leaving_needs_a_settled_balance_and_ends_access(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    await spend(db, ann, trip.id, 1000)
    for _ in range(2):
        async with db.transaction() as tx:
            await members.leave(tx, bob, trip.id)
    async with db.reading() as session:
        bobs = await access.row_of(session, bob.user_id, Member, trip.seat(bob))
    assert (bobs.left_at, bobs.is_active) == (None, False)
    await _pay(db, bob, trip, bob, ann, 500)

    async with db.transaction() as tx:
        await members.leave(tx, bob, trip.id)

    async with db.reading() as session:
        with pytest.raises(NotFound):
            await access.ledger_of(session, bob.user_id, trip.id)
    await spend(db, ann, trip.id, 100)
    assert await balances(db, trip.id) == {}
    issued = await _invite(db, ann, trip.id)
    await _accept(db, bob, issued.token)
    async with db.reading() as session:
        assert (await access.ledger_of(session, bob.user_id, trip.id)).id == trip.id


async def test_who_would_leave_nobody_behind_settles_first(db: Database, ann: Actor) -> None:
    group = await make_group(db, ann)
    cat = NewMember(new_id(), group.id, "Cat")
    async with db.transaction() as tx:
        await ledgers.add_placeholder(tx, ann, cat)
    await spend(db, ann, group.id, 1000)
    before = await log(db, group.id)

    with pytest.raises(NotSettled):
        async with db.transaction() as tx:
            await members.leave(tx, ann, group.id)

    assert await log(db, group.id) == before


async def test_who_has_left_is_not_let_in_by_asking_again_for_the_group_they_made(
    db: Database, ann: Actor, bob: Actor
) -> None:
    wanted = NewGroup(new_id(), "Flat", "EUR")
    async with db.transaction() as tx:
        await ledgers.create_group(tx, ann, wanted)
    issued = await _invite(db, ann, wanted.id)
    await _accept(db, bob, issued.token)
    async with db.transaction() as tx:
        await members.leave(tx, ann, wanted.id)

    with pytest.raises(NotFound):
        async with db.transaction() as tx:
            await ledgers.create_group(tx, ann, wanted)


async def test_a_group_is_never_without_an_owner_while_somebody_is_there(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    async with db.transaction() as tx:
        await members.leave(tx, ann, trip.id)
    async with db.transaction() as tx:
        assert (await access.lock_ledger(tx, bob, trip.id)).member.role is Role.OWNER
        await members.leave(tx, bob, trip.id)

    assert (await ledger_row(db, trip.id)).archived_at is not None
    assert [event.kind for event in await log(db, trip.id)][-4:] == [
        "member.left",
        "member.updated",
        "member.left",
        "ledger.archived",
    ]


async def test_a_viewer_looks_on(db: Database, ann: Actor, bob: Actor, trip: Group) -> None:
    await set_role(db, ann, trip, bob, Role.VIEWER)

    with pytest.raises(RoleTooLow):
        await spend(db, bob, trip.id)


def _payment(trip: Group, payer: Actor, payee: Actor, minor: int, **terms: Any) -> Payment:
    return Payment(
        id=terms.get("id") or new_id(),
        ledger_id=trip.id,
        payer_id=trip.seat(payer),
        payee_id=trip.seat(payee),
        amount=Money(minor, "EUR"),
        day=DAY,
    )


async def _pay(
    db: Database, actor: Actor, trip: Group, payer: Actor, payee: Actor, minor: int, **terms: Any
) -> Any:
    async with db.transaction() as tx:
        return await settlements.record(tx, actor, _payment(trip, payer, payee, minor, **terms))


async def test_settling_moves_balances_and_can_be_taken_back(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    await spend(db, ann, trip.id, 1000)
    a, b = trip.seat(ann), trip.seat(bob)

    settlement = await _pay(db, bob, trip, bob, ann, 200)
    assert await balances(db, trip.id) == {(a, "EUR"): 300, (b, "EUR"): -300}
    await _pay(db, bob, trip, bob, ann, 400)
    assert await balances(db, trip.id) == {(a, "EUR"): -100, (b, "EUR"): 100}
    for _ in range(2):
        async with db.transaction() as tx:
            await settlements.delete(tx, ann, settlement.id)

    assert await balances(db, trip.id) == {(a, "EUR"): 100, (b, "EUR"): -100}
    assert [event.kind for event in await log(db, trip.id)][-3:] == [
        "settlement.recorded",
        "settlement.recorded",
        "settlement.deleted",
    ]


async def test_a_settlement_is_recorded_once_and_makes_sense(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    id = new_id()
    await asyncio.gather(*(_pay(db, bob, trip, bob, ann, 200, id=id) for _ in range(4)))
    before = await log(db, trip.id)

    with pytest.raises(IdAlreadyUsed):
        await _pay(db, bob, trip, bob, ann, 201, id=id)
    with pytest.raises(NothingPaid):
        await _pay(db, bob, trip, bob, ann, 0)
    with pytest.raises(PaidToThemselves):
        await _pay(db, bob, trip, bob, bob, 10)

    assert await log(db, trip.id) == before
    assert (await balances(db, trip.id))[trip.seat(bob), "EUR"] == 200


async def test_the_chain_verifies_and_the_log_cannot_be_rewritten(
    db: Database, ann: Actor, trip: Group
) -> None:
    await spend(db, ann, trip.id, note="Zoë’s ☕")

    hash = GENESIS
    for event in await log(db, trip.id):
        hash = chained(hash, events.fact_of(event))
        assert event.hash == hash
    for tampering in (
        "UPDATE events SET actor_name = 'Eve'",
        "UPDATE events SET published_at = now(), seq = seq + 1",
        "DELETE FROM events",
    ):
        with pytest.raises(IntegrityError):
            async with db.transaction() as tx:
                await (await tx.connection()).execute(text(tampering))


async def test_ledgers_come_by_name_page_by_page_the_personal_one_first(
    db: Database, ann: Actor
) -> None:
    names = ["Zoo", "Alps", "Lake", "Lake", "Oslo"]
    made = {(await make_group(db, ann, name=name)).id for name in names}
    personal = (await personal_ledger(db, ann)).id

    async def page(first: int, after: str | None = None) -> Page[Ledger]:
        return await ledgers.page(db, ann.user_id, Slice.of(first, after))

    whole = [row for _, row in (await page(100)).rows]
    assert [row.name for row in whole] == ["Personal", "Alps", "Lake", "Lake", "Oslo", "Zoo"]
    assert [row.id for row in whole[:1]] == [personal]
    assert {row.id for row in whole[1:]} == made
    found: list[UUID] = []
    after = None
    while len(found) < len(whole):
        one = await page(2, after)
        found += [row.id for _, row in one.rows]
        after = one.rows[-1][0]
        assert (one.has_next, one.has_previous) == (len(found) < len(whole), len(found) > 2)
    assert found == [row.id for row in whole]
    with pytest.raises(CursorUnreadable):
        await invites.page(db, ann.user_id, made.pop(), Slice.of(1, after))


async def test_links_come_newest_first_page_by_page_without_closed_ones(
    db: Database, ann: Actor
) -> None:
    trip = await make_group(db, ann)
    links = [(await _invite(db, ann, trip.id)).invite.id for _ in range(4)]
    async with db.transaction() as tx:
        await invites.revoke(tx, ann, links.pop(1))
    newest_first = links[::-1]

    first = await invites.page(db, ann.user_id, trip.id, Slice.of(2, None))
    rest = await invites.page(db, ann.user_id, trip.id, Slice.of(2, first.rows[-1][0]))

    assert [row.id for _, row in (*first.rows, *rest.rows)] == newest_first
    assert (first.has_next, rest.has_next) == (True, False)
    with pytest.raises(NotFound):
        await invites.page(db, (await make_user(db, "Eve")).user_id, trip.id, Slice.of(2, None))


_CROWD = text(
    "INSERT INTO members (id, ledger_id, name, role, weight, is_guest, version, clock, fingerprint, "
    "created_at) SELECT gen_random_uuid(), :ledger, 'Crowd', 'MEMBER', 100, false, 1, '{}', '', now() "
    "FROM generate_series(1, :count)"
)


async def test_a_group_has_room_for_so_many(db: Database, ann: Actor, trip: Group) -> None:
    token = (await _invite(db, ann, trip.id)).token
    count = MOST_MEMBERS - len(trip.seats) - 1
    async with db.engine.begin() as connection:
        await connection.execute(_CROWD, {"ledger": trip.id, "count": count})
    last = await placeholder(db, ann, trip, "Last")
    before = await log(db, trip.id)

    with pytest.raises(TooManyMembers):
        await placeholder(db, ann, trip)
    with pytest.raises(TooManyMembers):
        await _accept(db, await make_user(db, "Eve"), token)

    assert await log(db, trip.id) == before
    await _accept(db, await make_user(db, "Dan"), token, last)  # a seat that is there


async def test_activity_is_newest_first_and_for_members_only(
    db: Database, ann: Actor, trip: Group
) -> None:
    eve = await make_user(db, "Eve")
    await spend(db, ann, trip.id)
    seqs: list[int] = []
    after = None
    while True:
        async with db.reading() as session:
            page = await events.page(session, ann.user_id, trip.id, Slice.of(2, after))
        seqs += [event.seq for _, event in page.rows]
        if not page.has_next:
            break
        after = page.rows[-1][0]

    assert seqs == list(range(len(await log(db, trip.id)), 0, -1))
    async with db.reading() as session:
        with pytest.raises(NotFound):
            await events.page(session, eve.user_id, trip.id, Slice.of(2, None))
