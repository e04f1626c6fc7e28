"""Settlement plans as clients ask for them, and the child process that makes the large ones."""

import asyncio
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator
from itertools import combinations
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil
import pytest
from strawberry.relay import GlobalID

from adapters.planning import Planner
from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.debts import Debt
from domain.money import Money
from domain.plan import PlanMode, Problem, Wishes, solve
from domain.plan.problem import NoPermittedPlan
from domain.route import Question, routes
from domain.settlement import Payment
from domain.split import Equal, Exact
from services import settlements
from tests.api import Api
from tests.groups import DAY, Group, log, make_group, spend
from tests.live import statements, until
from tests.people import make_user

PLAN = """query($ledger: ID!, $mode: PlanMode! = MINIMAL, $centre: ID,
               $never: [MemberPairInput!], $preferred: [MemberPairInput!]) {
  settlementPlan(ledgerId: $ledger, mode: $mode, centre: $centre, neverPay: $never,
                 preferredPairs: $preferred) {
    currency optimal atLeast greedyTransfers
    transfers { payer { name } payee { name } amount { minor currency } }
    parts { balances { member { name } net { minor } } } } }"""

SUGGESTED = """query($id: ID!) { ledger(id: $id) {
    simplified: suggestedTransfers { payer { name } payee { name } amount { minor } }
    detailed: suggestedTransfers(view: DETAILED) { payer { name } payee { name } amount { minor } } } }"""


@pytest.fixture
def api(db: Database, redis_url: str) -> Api:
    return Api(db, redis_url)


@pytest.fixture
async def five(db: Database, ann: Actor) -> tuple[Group, list[Actor]]:
    """Ann −4.00, Bob −3.00, Cat +2.00, Dan +2.00, Eve +3.00: a greedy plan takes one transfer too many."""
    people = [ann, *[await make_user(db, name) for name in ("Bob", "Cat", "Dan", "Eve")]]
    trip = await make_group(db, *people)
    seats = [trip.seat(person) for person in people]
    for payer, owed in ((2, {0: 200}), (3, {0: 200}), (4, {1: 300})):
        split = Exact({seats[debtor]: minor for debtor, minor in owed.items()})
        await spend(db, people[payer], trip.id, sum(owed.values()), split=split)
    return trip, people


def _id(type_name: str, id: object) -> str:
    return str(GlobalID(type_name, str(id)))


def _pair(trip: Group, one: Actor, other: Actor) -> dict[str, str]:
    return {"one": _id("Member", trip.seat(one)), "other": _id("Member", trip.seat(other))}


def _paid(plan: dict[str, Any]) -> list[tuple[str, str, int]]:
    return [
        (each["payer"]["name"], each["payee"]["name"], each["amount"]["minor"])
        for each in plan["transfers"]
    ]


async def test_the_fewest_transfers_with_their_proof(
    api: Api, ann: Actor, five: tuple[Group, list[Actor]]
) -> None:
    trip, _ = five

    [plan] = (await api.ask(ann, PLAN, ledger=_id("Ledger", trip.id)))["settlementPlan"]

    assert _paid(plan) == [("Ann", "Cat", 200), ("Ann", "Dan", 200), ("Bob", "Eve", 300)]
    assert (plan["currency"], plan["optimal"], plan["atLeast"], plan["greedyTransfers"]) == (
        "EUR",
        True,
        3,
        4,
    )
    assert [
        [(each["member"]["name"], each["net"]["minor"]) for each in part["balances"]]
        for part in plan["parts"]
    ] == [[("Ann", -400), ("Cat", 200), ("Dan", 200)], [("Bob", -300), ("Eve", 300)]]


async def test_a_transfer_that_is_paid_leaves_the_others_as_they_are(
    api: Api, db: Database, ann: Actor, five: tuple[Group, list[Actor]]
) -> None:
    trip, [_, _, cat, *_] = five
    payment = Payment(
        id=new_id(),
        ledger_id=trip.id,
        payer_id=trip.seat(ann),
        payee_id=trip.seat(cat),
        amount=Money(200, "EUR"),
        day=DAY,
    )
    async with db.transaction() as tx:
        await settlements.record(tx, ann, payment)

    [plan] = (await api.ask(ann, PLAN, ledger=_id("Ledger", trip.id)))["settlementPlan"]

    assert _paid(plan) == [("Ann", "Dan", 200), ("Bob", "Eve", 300)]


async def test_constraints_and_modes(api: Api, ann: Actor, five: tuple[Group, list[Actor]]) -> None:
    trip, [_, bob, _, dan, eve] = five

    async def paid(**wishes: Any) -> list[tuple[str, str, int]]:
        answer = await api.ask(ann, PLAN, ledger=_id("Ledger", trip.id), **wishes)
        return _paid(answer["settlementPlan"][0])

    apart = await paid(never=[_pair(trip, bob, eve)])
    assert apart == [
        ("Ann", "Cat", 100),
        ("Ann", "Eve", 300),
        ("Bob", "Cat", 100),
        ("Bob", "Dan", 200),
    ]
    assert await paid(preferred=[_pair(trip, eve, bob)]) == await paid()
    assert await paid(mode="MINIMAL_EXISTING_EDGES") == await paid(mode="NONE") == await paid()
    assert await paid(mode="CENTRED", centre=_id("Member", trip.seat(dan))) == [
        ("Ann", "Dan", 400),
        ("Bob", "Dan", 300),
        ("Dan", "Cat", 200),
        ("Dan", "Eve", 300),
    ]


async def test_each_currency_has_a_plan_of_its_own(
    api: Api, db: Database, ann: Actor, bob: Actor
) -> None:
    trip = await make_group(db, ann, bob)
    await spend(db, ann, trip.id, 1000)
    await spend(db, bob, trip.id, 600, currency="USD")

    plans = (await api.ask(ann, PLAN, ledger=_id("Ledger", trip.id)))["settlementPlan"]

    assert [(plan["currency"], _paid(plan)) for plan in plans] == [
        ("EUR", [("Bob", "Ann", 500)]),
        ("USD", [("Ann", "Bob", 300)]),
    ]


async def test_refusals_are_named_and_strangers_learn_nothing(
    api: Api, db: Database, ann: Actor, five: tuple[Group, list[Actor]]
) -> None:
    trip, [_, bob, cat, dan, eve] = five
    stranger = await make_user(db, "Zoe")
    other = await make_group(db, stranger)
    before = await log(db, trip.id)

    async def refused(caller: Actor, **wishes: Any) -> Any:
        answer = await api.execute(caller, PLAN, ledger=_id("Ledger", trip.id), **wishes)
        assert answer.data is None
        [error] = answer.errors or []
        return (error.extensions or {})["code"]

    pairs = [_pair(trip, ann, each) for each in (cat, dan, eve)]
    outside = _id("Member", other.seat(stranger))
    assert await refused(ann, never=pairs) == "NO_PERMITTED_PLAN"
    assert await refused(ann, mode="CENTRED") == "CENTRE_AND_MODE_DISAGREE"
    assert await refused(ann, centre=_id("Member", trip.seat(bob))) == "CENTRE_AND_MODE_DISAGREE"
    assert await refused(ann, mode="CENTRED", centre=outside) == "NOT_MEMBERS"
    assert await refused(ann, never=[_pair(trip, ann, ann)]) == "NOT_TWO_MEMBERS"
    assert await refused(ann, preferred=[{**pairs[0], "other": outside}]) == "NOT_MEMBERS"
    assert await refused(ann, never=[_pair(trip, bob, eve)] * 2, centre=outside) == (
        "CENTRE_AND_MODE_DISAGREE"
    )
    assert await refused(stranger) == "NOT_FOUND"
    assert await log(db, trip.id) == before


async def test_suggested_transfers_in_both_views(
    api: Api, db: Database, ann: Actor, bob: Actor
) -> None:
    cat = await make_user(db, "Cat")
    trip = await make_group(db, ann, bob, cat)
    await spend(db, ann, trip.id, 600, split=Equal((trip.seat(bob),)))
    await spend(db, bob, trip.id, 600, split=Equal((trip.seat(cat),)))

    with statements(db) as asked:
        ledger = (await api.ask(ann, SUGGESTED, id=_id("Ledger", trip.id)))["ledger"]

    assert _paid({"transfers": ledger["simplified"]}) == [("Cat", "Ann", 600)]
    assert _paid({"transfers": ledger["detailed"]}) == [("Bob", "Ann", 600), ("Cat", "Bob", 600)]
    # the ledger; who settles as one and balances; the same and debts; the members
    assert len(asked) == 6


@pytest.fixture
async def planner() -> AsyncGenerator[Planner]:
    planner = Planner()
    yield planner
    planner.close()


def _large() -> Problem:
    nets = {UUID(int=number + 1): (-1) ** number * (number // 2 + 1) for number in range(24)}
    problem = Problem(nets, (), Wishes())
    assert not problem.is_quick
    return problem


async def test_others_have_their_turn_between_quick_plans(planner: Planner) -> None:
    quick = Problem({UUID(int=1): 1, UUID(int=2): -1}, (), Wishes())
    turns: list[str] = []

    async def others() -> None:
        for _ in range(3):
            turns.append("others")
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as group:
        group.create_task(others())
        for _ in range(3):
            await planner.solve(quick)
            turns.append("plan")

    assert turns == ["others", "plan"] * 3


async def test_a_large_plan_is_made_beside_the_event_loop(planner: Planner) -> None:
    problem = _large()

    plan = await planner.solve(problem)

    assert plan == solve(problem)
    assert (plan.optimal, len(plan.debts)) == (True, 12)
    assert len(multiprocessing.active_children()) == 1


async def test_why_of_a_large_plan_is_found_beside_the_event_loop(planner: Planner) -> None:
    people = [UUID(int=number + 1) for number in range(80)]
    owed = [Debt(one, other, 100) for one, other in combinations(people, 2)]
    plan = [
        Debt(debtor, creditor, 200 * (39 - place) + 100)
        for place, (debtor, creditor) in enumerate(zip(people[:40], people[:39:-1], strict=True))
    ]
    question = Question(plan, plan, owed)
    assert not question.is_quick

    found = await planner.explain(question)

    assert found == routes(question)
    assert [sum(route.minor for route in each) for each in found] == [debt.minor for debt in plan]
    assert len(multiprocessing.active_children()) == 1


async def test_a_planner_that_is_killed_is_replaced(planner: Planner) -> None:
    first = await planner.solve(_large())
    [child] = multiprocessing.active_children()
    assert child.pid
    os.kill(child.pid, signal.SIGKILL)

    assert await planner.solve(_large()) == first


async def test_a_refusal_comes_back_from_the_child(planner: Planner) -> None:
    nets = {UUID(int=number + 1): (-1) ** number for number in range(10)}
    everybody = frozenset(frozenset({one, other}) for one in nets for other in nets if one != other)

    with pytest.raises(NoPermittedPlan) as refused:
        await planner.solve(Problem(nets, (), Wishes(PlanMode.MINIMAL, never=everybody)))

    assert refused.value.path == ("neverPay",)


_PARENT = """
import asyncio, multiprocessing, sys, time
from tests.integration.test_plans import _large
from adapters.planning import Planner

if __name__ == "__main__":
    asyncio.run(Planner().solve(_large()))
    print(multiprocessing.active_children()[0].pid, flush=True)
    time.sleep(60)
"""


async def test_the_child_ends_with_its_parent_however_that_ends(tmp_path: Path) -> None:
    program = tmp_path / "parent.py"
    program.write_text(_PARENT)
    parent = await asyncio.create_subprocess_exec(
        sys.executable,
        str(program),
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )
    assert parent.stdout
    child = int(await parent.stdout.readline())
    parent.kill()
    await parent.wait()

    async def gone() -> bool:
        return (
            not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE
        )

    await until(gone)
