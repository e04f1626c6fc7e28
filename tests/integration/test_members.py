"""What becomes of a seat: named, weighed, given a role, offered by a link or to a friend."""

import asyncio
from collections import Counter

import pytest

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.errors import NotFound, Refusal
from domain.fingerprint import Stale
from domain.group import (
    InviteOlderThanLeaving,
    MemberChanges,
    NewFriend,
    WeightOutOfRange,
)
from domain.log import EventKind
from domain.role import LastOwner, NoOwnerByLink, Role, RoleTooLow
from domain.split import ByWeight
from models.ledger import Invite
from services import members
from services.ledgers import PersonalLedger
from services.members import AlreadyAMember, NobodySitsThere, NotYourSeat
from services.postings import MemberHasLeft
from tests.groups import (
    Group,
    entries,
    group_of,
    log,
    make_group,
    personal_ledger,
    spend,
)
from tests.members import (
    add_friend,
    invite,
    join,
    leave,
    placeholder,
    remove,
    seat,
    set_role,
    set_role_of,
    update,
)
from tests.people import make_user

OWNER, ADMIN, MEMBER, VIEWER = Role.OWNER, Role.ADMIN, Role.MEMBER, Role.VIEWER


async def test_members_name_placeholders_and_themselves(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    cat = await placeholder(db, ann, trip)

    renamed = await update(db, bob, cat, name="  Catherine ")
    mine = await update(db, bob, trip.seat(bob), name="Bobby")

    assert (renamed.name, mine.name) == ("Catherine", "Bobby")
    *_, event = await log(db, trip.id)
    assert (event.kind, event.actor_name) == ("member.updated", "Bob")
    assert event.before is not None
    assert event.after is not None
    assert (event.before["name"], event.after["name"]) == ("Bob", "Bobby")


async def test_nobody_names_somebody_else_not_even_the_owner(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    before = await log(db, trip.id)

    with pytest.raises(NotYourSeat):
        await update(db, ann, trip.seat(bob), name="Bert")

    assert await log(db, trip.id) == before


async def test_naming_twice_is_safe_and_being_late_is_told(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    cat = await placeholder(db, ann, trip)
    for _ in range(2):
        async with db.transaction() as tx:
            await members.update(tx, bob, cat, 1, MemberChanges(name="Kit"))

    with pytest.raises(Stale):
        async with db.transaction() as tx:
            await members.update(tx, ann, cat, 1, MemberChanges(name="Kat"))

    assert ((await seat(db, cat)).name, (await seat(db, cat)).version) == ("Kit", 2)


async def test_a_seat_in_a_personal_ledger_stays_as_it_is(db: Database, ann: Actor) -> None:
    mine = await personal_ledger(db, ann)

    with pytest.raises(PersonalLedger):
        await update(db, ann, mine.seat(ann), name="I")


async def test_a_weighted_split_counts_the_weight_of_the_day(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    a, b = trip.seat(ann), trip.seat(bob)
    first = await spend(db, ann, trip.id, 1000, split=ByWeight((a, b)))

    assert (await update(db, bob, a, weight=300)).weight == 300
    second = await spend(db, ann, trip.id, 1000, split=ByWeight((a, b)))

    assert await entries(db, first.id) == {a: (1000, 500), b: (0, 500)}
    assert await entries(db, second.id) == {a: (1000, 750), b: (0, 250)}


@pytest.mark.parametrize("weight", [0, -1, 10**9 + 1])
async def test_refuses_a_weight_out_of_range(
    db: Database, ann: Actor, trip: Group, weight: int
) -> None:
    with pytest.raises(WeightOutOfRange):
        await update(db, ann, trip.seat(ann), weight=weight)

    assert (await seat(db, trip.seat(ann))).weight == 100


async def test_roles_are_set_by_who_may(db: Database, ann: Actor, bob: Actor, eve: Actor) -> None:
    group = await make_group(db, ann, bob, eve)

    with pytest.raises(RoleTooLow):
        await set_role(db, bob, group, eve, VIEWER)
    await set_role(db, ann, group, bob, ADMIN)
    await set_role(db, bob, group, eve, ADMIN)
    with pytest.raises(RoleTooLow):
        await set_role(db, bob, group, eve, OWNER)
    with pytest.raises(RoleTooLow):
        await set_role(db, bob, group, ann, MEMBER)
    await set_role(db, eve, group, bob, VIEWER)

    roles = [(await seat(db, group.seat(one))).role for one in (ann, bob, eve)]
    assert roles == [OWNER, VIEWER, ADMIN]
    kinds = [event.kind for event in await log(db, group.id)]
    assert kinds.count(EventKind.MEMBER_UPDATED) == 3
    with pytest.raises(RoleTooLow):
        await spend(db, bob, group.id)


async def test_there_is_always_an_owner(db: Database, ann: Actor, bob: Actor, trip: Group) -> None:
    with pytest.raises(LastOwner):
        await set_role(db, ann, trip, ann, MEMBER)
    await set_role(db, ann, trip, bob, OWNER)
    await set_role(db, ann, trip, ann, MEMBER)
    with pytest.raises(LastOwner):
        await set_role(db, bob, trip, bob, ADMIN)

    assert (await seat(db, trip.seat(ann))).role is MEMBER
    assert (await seat(db, trip.seat(bob))).role is OWNER


@pytest.mark.parametrize("theirs", [True, False])
async def test_two_owners_who_demote_at_once_leave_one(
    db: Database, ann: Actor, bob: Actor, trip: Group, *, theirs: bool
) -> None:
    await set_role(db, ann, trip, bob, OWNER)

    async def demote(actor: Actor, other: Actor) -> str:
        try:
            await set_role(db, actor, trip, other if theirs else actor, MEMBER)
        except Refusal as refusal:
            return refusal.code
        return "DONE"

    outcome = Counter(await asyncio.gather(demote(ann, bob), demote(bob, ann)))

    assert outcome == {"DONE": 1, "ROLE_TOO_LOW" if theirs else "LAST_OWNER": 1}
    roles = {(await seat(db, trip.seat(one))).role for one in (ann, bob)}
    assert roles == {OWNER, MEMBER}


async def test_a_placeholder_has_no_role_to_set(db: Database, ann: Actor, trip: Group) -> None:
    cat = await placeholder(db, ann, trip)

    with pytest.raises(NobodySitsThere):
        await set_role_of(db, ann, cat, ADMIN)


async def test_a_role_needs_the_version_that_was_seen(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    await update(db, bob, trip.seat(bob), name="Bobby")

    with pytest.raises(Stale):
        async with db.transaction() as tx:
            await members.set_role(tx, ann, trip.seat(bob), 1, ADMIN)


async def test_a_member_of_another_group_is_not_there(
    db: Database, ann: Actor, trip: Group
) -> None:
    eve = await make_user(db, "Eve")
    elsewhere = await make_group(db, eve)

    with pytest.raises(NotFound):
        await set_role(db, ann, elsewhere, eve, VIEWER)
    assert trip.seat(ann)


async def test_an_invite_gives_a_role_within_ones_own(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    with pytest.raises(RoleTooLow):
        await invite(db, bob, trip, ADMIN)
    with pytest.raises(NoOwnerByLink):
        await invite(db, ann, trip, OWNER)
    people: dict[Role, Actor] = {}
    for role in (ADMIN, MEMBER, VIEWER):
        people[role] = await make_user(db, role.title())
        await join(db, people[role], (await invite(db, ann, trip, role)).token)

    group = await group_of(db, trip.id)
    for role, person in people.items():
        assert (await seat(db, group.seat(person))).role is role


async def test_an_invite_gives_its_role_to_whoever_claims_a_seat(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    cat = await placeholder(db, ann, trip)
    eve = await make_user(db, "Eve")

    await join(db, eve, (await invite(db, bob, trip, VIEWER)).token, cat)

    assert (await seat(db, cat)).role is VIEWER


async def test_an_invite_from_before_does_not_lead_back_and_none_brings_an_office_back(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    await set_role(db, ann, trip, bob, ADMIN)
    old = await invite(db, bob, trip, uses=5)
    await remove(db, ann, trip.seat(bob))

    with pytest.raises(InviteOlderThanLeaving):
        await join(db, bob, old.token)
    async with db.reading() as session:
        assert (await session.get_one(Invite, old.invite.id)).uses == 0
    await join(db, bob, (await invite(db, ann, trip)).token)

    back = await seat(db, trip.seat(bob))
    assert (back.role, back.is_active) == (MEMBER, True)


async def test_a_friend_is_seated_once(db: Database, ann: Actor, bob: Actor, trip: Group) -> None:
    flat = await make_group(db, ann)
    wanted = NewFriend(new_id(), flat.id, bob.user_id)
    for _ in range(2):
        async with db.transaction() as tx:
            member = await members.add_friend(tx, ann, wanted)
            assert (member.id, member.name, member.role) == (wanted.id, "Bob", MEMBER)

    assert (await group_of(db, flat.id)).seat(bob) == wanted.id
    assert [event.kind for event in await log(db, flat.id)][2:] == ["member.added"]
    with pytest.raises(AlreadyAMember):
        await add_friend(db, ann, flat, bob)
    assert trip.seat(bob)


async def test_a_stranger_cannot_be_seated(
    db: Database, ann: Actor, eve: Actor, trip: Group
) -> None:
    with pytest.raises(NotFound):
        await add_friend(db, ann, trip, eve)

    assert eve.user_id not in (await group_of(db, trip.id)).seats


async def test_a_friend_who_left_comes_back_of_their_own_accord(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    await make_group(db, ann, bob)
    await leave(db, bob, trip)

    with pytest.raises(MemberHasLeft):
        await add_friend(db, ann, trip, bob)
