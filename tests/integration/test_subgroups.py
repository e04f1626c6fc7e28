"""Couples and families: one party to a plan, while everybody keeps a balance of their own."""

from collections.abc import Sequence
from random import Random
from typing import Any
from uuid import UUID

import pytest

from core.db import Database
from core.ids import new_id
from domain import text
from domain.actor import Actor
from domain.debts import Debt
from domain.errors import NotFound, Refusal
from domain.fingerprint import IdAlreadyUsed, NothingToChange, Stale
from domain.log import EventKind
from domain.money import Money
from domain.plan import PlanMode, Wishes, solve
from domain.plan.problem import NoPermittedPlan
from domain.settlement import Payment
from domain.split import Equal, Exact
from domain.subgroup import (
    InAnotherSubgroup,
    MemberNamedTwice,
    NewSubgroup,
    PayerNotAmongThem,
    SubgroupChanges,
    SubgroupDissolved,
    TooFewMembers,
)
from models.expense import Settlement
from models.subgroup import Subgroup
from services import friends, ledgers, parties, plans, settlements, subgroups
from services.access import LedgerArchived
from services.ledgers import PersonalLedger
from services.postings import NotMembers
from tests.groups import DAY, Group, balances, log, make_group, personal_ledger, spend
from tests.members import leave, placeholder, remove
from tests.people import make_user


async def join(
    db: Database, actor: Actor, group: Group, *people: Actor, **overrides: Any
) -> Subgroup:
    wanted = NewSubgroup(
        id=overrides.pop("id", None) or new_id(),
        ledger_id=group.id,
        name=overrides.pop("name", "Home"),
        member_ids=overrides.pop("member_ids", None) or [group.seat(who) for who in people],
        **overrides,
    )
    async with db.transaction() as tx:
        return await subgroups.create(tx, actor, wanted)


async def change(
    db: Database, actor: Actor, row: Subgroup, version: int, **changes: Any
) -> Subgroup:
    async with db.transaction() as tx:
        return await subgroups.update(tx, actor, row.id, version, SubgroupChanges(**changes))


async def dissolve(db: Database, actor: Actor, row: Subgroup) -> Subgroup:
    async with db.transaction() as tx:
        return await subgroups.dissolve(tx, actor, row.id)


async def standing(db: Database, group: Group) -> list[Subgroup]:
    async with db.reading() as session:
        return (await parties.subgroups_of(session, [group.id]))[group.id]


async def pay(db: Database, actor: Actor, group: Group, debt: Debt) -> Settlement:
    amount = Money(debt.minor, "EUR")
    payment = Payment(new_id(), group.id, debt.debtor, debt.creditor, amount, DAY)
    async with db.transaction() as tx:
        return await settlements.record(tx, actor, payment)


async def debts_of(
    db: Database, actor: Actor, group: Group, mode: PlanMode = PlanMode.MINIMAL, **wishes: Any
) -> Sequence[Debt]:
    """The settlement plan of the only currency, if anything is open in it."""
    async with db.reading() as session:
        found = await plans.problems(session, actor.user_id, group.id, Wishes(mode, **wishes))
    return solve(found["EUR"]).debts if found else []


@pytest.fixture
async def people(db: Database) -> list[Actor]:
    return [await make_user(db, name) for name in ("Ann", "Bob", "Cat", "Dan", "Eve")]


@pytest.fixture
async def five(db: Database, people: list[Actor]) -> Group:
    """Bob owes Cat 7.00 and Ann 9.00, Ann owes Cat 3.00, Dan owes Bob 2.00; Eve owes Dan 5.00."""
    ann, bob, cat, dan, _ = people
    trip = await make_group(db, *people)
    a, b, _, d, e = (trip.seat(who) for who in people)
    await spend(db, cat, trip.id, 1000, split=Exact({a: 300, b: 700}))
    await spend(db, ann, trip.id, 900, split=Exact({b: 900}))
    await spend(db, bob, trip.id, 200, split=Exact({d: 200}))
    await spend(db, dan, trip.id, 500, split=Exact({e: 500}))
    return trip


async def test_a_couple_is_one_party_in_every_mode(
    db: Database, five: Group, people: list[Actor]
) -> None:
    ann, bob, _, _, eve = people
    a, b, c, d, e = (five.seat(who) for who in people)
    before = await balances(db, five.id)
    await join(db, eve, five, bob, ann)

    assert await balances(db, five.id) == before
    assert await debts_of(db, ann, five, PlanMode.NONE) == [
        Debt(b, c, 1000),
        Debt(d, b, 200),
        Debt(e, d, 500),
    ]
    assert await debts_of(db, ann, five) == [Debt(b, c, 800), Debt(e, c, 200), Debt(e, d, 300)]
    edges = await debts_of(db, ann, five, PlanMode.MINIMAL_EXISTING_EDGES)
    assert edges == [Debt(b, c, 1000), Debt(d, b, 200), Debt(e, d, 500)]
    assert await debts_of(db, ann, five, PlanMode.CENTRED, centre=a) == [
        Debt(b, c, 1000),
        Debt(b, d, 300),
        Debt(e, b, 500),
    ]


async def test_constraints_are_about_the_couple_whoever_of_it_they_name(
    db: Database, five: Group, people: list[Actor]
) -> None:
    ann, bob, *_ = people
    a, b, c, d, e = (five.seat(who) for who in people)
    await join(db, ann, five, ann, bob, payer_id=b)

    apart = frozenset({frozenset({a, c}), frozenset({a, b})})
    with pytest.raises(NoPermittedPlan):
        await debts_of(db, ann, five, never=apart)
    kept = await debts_of(db, ann, five, preferred=frozenset({frozenset({a, d})}))
    assert kept == [Debt(b, c, 500), Debt(b, d, 300), Debt(e, c, 500)]


@pytest.mark.parametrize("mode", [PlanMode.MINIMAL, PlanMode.MINIMAL_EXISTING_EDGES, PlanMode.NONE])
@pytest.mark.parametrize("seed", range(3))
async def test_a_transfer_that_is_paid_leaves_the_others_as_they_are(
    db: Database, people: list[Actor], mode: PlanMode, seed: int
) -> None:
    random = Random(seed)
    trip = await make_group(db, *people)
    for _ in range(8):
        some = random.sample(people, random.randint(1, 4))
        split = Equal(tuple(trip.seat(who) for who in some))
        await spend(db, random.choice(people), trip.id, random.randint(-900, 9000), split=split)
    couple, pair = people[:2], people[3:]
    await join(db, people[0], trip, *couple)
    await join(db, people[0], trip, *pair, name="Them", payer_id=trip.seat(people[4]))

    left = list(await debts_of(db, people[0], trip, mode))
    while left:
        paid = left.pop(random.randrange(len(left)))
        settled = await pay(db, people[0], trip, paid)
        assert await debts_of(db, people[0], trip, mode) == left
        assert settled.overpaid_minor == 0
    assert {
        sum(net for (who, _), net in (await balances(db, trip.id)).items() if who in seats)
        for seats in ({trip.seat(who) for who in some} for some in (couple, pair))
    } == {0}


async def test_paying_within_a_couple_is_between_the_two(
    db: Database, five: Group, people: list[Actor]
) -> None:
    ann, bob, cat, *_ = people
    a, b, c, *_ = (five.seat(who) for who in people)
    await join(db, ann, five, ann, bob)

    assert (await pay(db, ann, five, Debt(b, a, 900))).overpaid_minor == 0
    assert (await pay(db, ann, five, Debt(a, b, 2000))).overpaid_minor == 1700
    assert (await pay(db, cat, five, Debt(a, c, 1001))).overpaid_minor == 1


async def test_what_stands_between_friends_stays_theirs(
    db: Database, five: Group, people: list[Actor]
) -> None:
    ann, bob, cat, *_ = people

    async def between() -> Any:
        async with db.reading() as session:
            return await friends.between(session, cat.user_id, [ann.user_id, bob.user_id])

    before = await between()
    await join(db, ann, five, ann, bob)

    assert await between() == before
    assert [part.net.minor for who in (ann, bob) for part in before[who.user_id]] == [300, 700]


async def test_asking_twice_joins_once(db: Database, five: Group, people: list[Actor]) -> None:
    ann, bob, cat, *_ = people
    id = new_id()

    first = await join(db, ann, five, ann, bob, id=id)
    again = await join(db, ann, five, ann, bob, id=id)

    assert (again.id, again.version, again.payer_id) == (first.id, 1, five.seat(ann))
    before = await log(db, five.id)
    assert before[-1].kind is EventKind.SUBGROUP_CREATED
    assert before[-1].after == {
        "name": "Home",
        "member_ids": [str(five.seat(ann)), str(five.seat(bob))],
        "payer_id": str(five.seat(ann)),
        "dissolved_at": None,
    }
    with pytest.raises(IdAlreadyUsed):
        await join(db, ann, five, ann, cat, id=id)
    assert await log(db, five.id) == before


async def test_changing_who_is_in_it_and_who_pays(
    db: Database, five: Group, people: list[Actor]
) -> None:
    ann, bob, cat, *_ = people
    a, b, c, *_ = (five.seat(who) for who in people)
    row = await join(db, ann, five, ann, bob)

    grown = await change(db, bob, row, 1, name="Family", member_ids=[b, a, c])
    assert (grown.name, grown.member_ids, grown.payer_id) == ("Family", [b, a, c], a)
    moved = await change(db, cat, row, 2, payer_id=c)
    assert (moved.member_ids, moved.payer_id, moved.version) == ([b, a, c], c, 3)
    shrunk = await change(db, ann, row, 3, member_ids=[b, a])
    assert (shrunk.member_ids, shrunk.payer_id) == ([b, a], b)
    repeated = await change(db, ann, row, 3, member_ids=[b, a])
    assert repeated.version == 4
    *_, event = await log(db, five.id)
    assert (event.kind, event.actor_name) == (EventKind.SUBGROUP_UPDATED, "Ann")


async def test_dissolving_lets_each_settle_alone(
    db: Database, five: Group, people: list[Actor]
) -> None:
    ann, bob, *_ = people
    alone = await debts_of(db, ann, five)
    row = await join(db, ann, five, ann, bob)
    assert await debts_of(db, ann, five) != alone

    gone = await dissolve(db, bob, row)
    again = await dissolve(db, ann, row)

    assert gone.dissolved_at == again.dissolved_at is not None
    assert again.version == 2
    assert await debts_of(db, ann, five) == alone
    assert await standing(db, five) == []
    await join(db, ann, five, ann, bob, name="Once more")
    with pytest.raises(SubgroupDissolved):
        await change(db, ann, row, 2, name="Ours")


async def test_whoever_leaves_the_group_leaves_the_family(
    db: Database, people: list[Actor]
) -> None:
    ann, bob, cat, dan, _ = people
    trip = await make_group(db, *people)
    a, b, c, _, _ = (trip.seat(who) for who in people)
    await join(db, dan, trip, ann, bob, cat)

    await leave(db, dan, trip)
    assert [row.member_ids for row in await standing(db, trip)] == [[a, b, c]]
    await leave(db, ann, trip)
    [family] = await standing(db, trip)
    assert (family.member_ids, family.payer_id, family.version) == ([b, c], b, 2)
    await remove(db, bob, c)
    assert await standing(db, trip) == []
    kinds = [event.kind for event in await log(db, trip.id)]
    assert kinds[-2:] == [EventKind.MEMBER_LEFT, EventKind.SUBGROUP_DISSOLVED]


async def test_whoever_is_deactivated_still_settles_with_their_family(
    db: Database, five: Group, people: list[Actor]
) -> None:
    ann, bob, *_ = people
    await join(db, ann, five, ann, bob)
    before = await debts_of(db, ann, five)

    await remove(db, ann, five.seat(bob))

    [couple] = await standing(db, five)
    assert couple.member_ids == [five.seat(ann), five.seat(bob)]
    assert await debts_of(db, ann, five) == before


async def test_refusals_write_nothing(db: Database, five: Group, people: list[Actor]) -> None:
    ann, bob, cat, dan, eve = people
    a, b, c, d, _ = (five.seat(who) for who in people)
    other = await make_group(db, ann, eve)
    mine = await personal_ledger(db, ann)
    stranger = await make_user(db, "Zoe")
    row = await join(db, ann, five, ann, bob)
    before = await log(db, five.id), await standing(db, five)

    async def refused(why: type[Refusal], who: Actor = ann, **wanted: Any) -> None:
        with pytest.raises(why):
            await join(db, who, wanted.pop("group", five), **wanted)

    await refused(TooFewMembers, member_ids=[c])
    await refused(MemberNamedTwice, member_ids=[c, c])
    await refused(PayerNotAmongThem, member_ids=[c, d], payer_id=a)
    await refused(NotMembers, member_ids=[c, other.seat(eve)])
    await refused(InAnotherSubgroup, member_ids=[c, b])
    await refused(text.TextMissing, member_ids=[c, d], name=" ")
    await refused(NotFound, stranger, member_ids=[c, d])
    await refused(PersonalLedger, group=mine, member_ids=[mine.seat(ann), c])
    with pytest.raises(Stale):
        await change(db, ann, row, 7, name="Ours")
    with pytest.raises(NothingToChange):
        await change(db, ann, row, 1)
    with pytest.raises(TooFewMembers):
        await change(db, ann, row, 1, member_ids=[])
    with pytest.raises(NotMembers):
        await change(db, ann, row, 1, member_ids=[a, new_id()])
    with pytest.raises(PayerNotAmongThem):
        await change(db, ann, row, 1, payer_id=c)
    with pytest.raises(NotFound):
        await dissolve(db, stranger, row)
    couple = await join(db, cat, five, cat, dan)
    with pytest.raises(InAnotherSubgroup) as taken:
        await change(db, ann, row, 1, member_ids=[a, c])
    assert taken.value.entity == ("Subgroup", couple.id)
    await dissolve(db, cat, couple)
    events, found = before
    assert (await log(db, five.id))[: len(events)] == events
    assert await standing(db, five) == found
    async with db.transaction() as tx:
        await ledgers.archive(tx, ann, five.id)
    with pytest.raises(LedgerArchived):
        await dissolve(db, ann, row)


async def test_children_without_an_account_settle_with_their_parents(
    db: Database, ann: Actor, trip: Group
) -> None:
    child = await placeholder(db, ann, trip, "Kid")
    await spend(db, ann, trip.id, 900)

    await join(db, ann, trip, member_ids=[child, trip.seat(ann)], payer_id=trip.seat(ann))

    other: UUID = next(seat for seat in trip.seats.values() if seat != trip.seat(ann))
    assert await debts_of(db, ann, trip) == [Debt(other, trip.seat(ann), 300)]
