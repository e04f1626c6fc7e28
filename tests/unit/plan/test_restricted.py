"""Against a checker that tries everything: when only some may pay some."""

import random

import pytest

from domain.debts import Debt, netted
from domain.plan import Effort, PlanMode, Problem, Wishes, solve
from domain.plan.problem import CentreAndModeDisagree, NoPermittedPlan, NotTwoMembers, TooManyPairs
from tests.unit.plan.cases import (
    NUMBER,
    PEOPLE,
    after,
    debt,
    nets_of,
    owing,
    problem,
    random_amounts,
    random_pairs,
    two,
)
from tests.unit.plan.checker import fewest_along
from tests.unit.plan.test_minimal import hard_for_24

EXISTING = Wishes(PlanMode.MINIMAL_EXISTING_EDGES)


def _length(asked: Problem) -> int | None:
    try:
        plan = solve(asked)
    except NoPermittedPlan:
        return None
    assert plan.optimal
    assert not any(frozenset(paid[:2]) in asked.wishes.never for paid in plan.debts)
    return len(plan.debts)


def test_who_never_pays_whom_costs_what_trying_everything_finds() -> None:
    chance = random.Random(1)
    for _ in range(2000):
        people = chance.randint(2, 6)
        amounts = random_amounts(chance, people, chance.choice((1, 2, 3, 9)))
        never = random_pairs(chance, people, chance.randint(1, people))
        permitted = [
            (one, other)
            for one in range(people)
            for other in range(people)
            if amounts[one] < 0 < amounts[other] and two(one, other) not in never
        ]

        found = _length(problem(amounts, Wishes(never=never)))

        assert found == fewest_along(dict(enumerate(amounts)), permitted), (amounts, never)


def _random_debts(
    chance: random.Random, people: int, most: int = 9, largest: int | None = None
) -> list[Debt]:
    largest = largest or chance.choice((1, 2, 4, 20))

    def one() -> Debt:
        debtor, creditor = chance.sample(PEOPLE[:people], 2)
        return Debt(debtor, creditor, chance.randint(1, largest))

    return netted(one() for _ in range(chance.randint(1, most)))


def test_paying_only_whom_one_owes_costs_what_trying_everything_finds() -> None:
    chance = random.Random(2)
    for _ in range(2000):
        people = chance.randint(2, 6)
        owed = _random_debts(chance, people)
        amounts = owing(people, owed)
        permitted = [(NUMBER[debtor], NUMBER[creditor]) for debtor, creditor, _ in owed]

        found = _length(problem(amounts, EXISTING, owed))

        assert found == fewest_along(dict(enumerate(amounts)), permitted), owed


def test_what_is_left_of_a_restricted_plan_is_the_plan_for_what_is_left() -> None:
    chance = random.Random(3)
    for _ in range(300):
        people = chance.randint(3, 8)
        never = random_pairs(chance, people, 2)
        nets = nets_of(random_amounts(chance, people, chance.choice((2, 5))))
        if _length(Problem(nets, (), Wishes(never=never))) is None:
            continue
        plan = solve(Problem(nets, (), Wishes(never=never)))
        for paid in plan.debts:
            rest = solve(Problem(after(nets, paid), (), Wishes(never=never)))

            assert list(rest.debts) == [other for other in plan.debts if other != paid]


def test_what_is_left_of_existing_debts_is_the_plan_for_what_is_left() -> None:
    """For payments up to what is owed: a larger one makes a debt back, which is a new payment to permit."""
    chance = random.Random(4)
    for _ in range(300):
        people = chance.randint(3, 7)
        owed = _random_debts(chance, people)
        nets = nets_of(owing(people, owed))
        plan = solve(Problem(nets, owed, EXISTING))
        for paid in plan.debts:
            if not any(due[:2] == paid[:2] and due.minor >= paid.minor for due in owed):
                continue
            left = netted([*owed, Debt(paid.creditor, paid.debtor, paid.minor)])
            rest = solve(Problem(after(nets, paid), left, EXISTING))

            assert list(rest.debts) == [other for other in plan.debts if other != paid]


def test_a_round_of_debts_is_nothing() -> None:
    owed = [debt(0, 1, 5), debt(1, 2, 5), debt(2, 0, 5)]

    plan = solve(problem((0, 0, 0), EXISTING, owed))

    assert (list(plan.debts), plan.optimal) == ([], True)


def test_money_is_passed_on_where_nobody_owes_the_other_directly() -> None:
    owed = [debt(0, 1, 5), debt(1, 2, 5)]

    assert list(solve(problem((-5, 0, 5), EXISTING, owed)).debts) == owed


def test_a_debt_may_grow_to_save_a_transfer() -> None:
    owed = [debt(0, 1, 10), debt(0, 2, 10), debt(1, 2, 10)]

    assert list(solve(problem((-20, 0, 20), EXISTING, owed)).debts) == [debt(0, 2, 20)]


@pytest.mark.parametrize(("name", "amounts"), hard_for_24().items())
def test_24_balances_with_a_constraint_that_forbids_nothing_need_as_few_as_without_it(
    name: str, amounts: list[int]
) -> None:
    one, other = [who for who, minor in enumerate(amounts) if minor > 0][:2]
    asked = problem(amounts, Wishes(never=frozenset({two(one, other)})))

    assert _length(asked) == len(solve(problem(amounts)).debts), name


@pytest.mark.parametrize("largest", [1, 3, 9, 20, 50_000])
def test_24_balances_are_searched_whole_whoever_never_pays_whom(largest: int) -> None:
    chance = random.Random(largest)
    for count in (5, 40, 100):
        amounts = [sign * chance.randint(1, largest) for sign in (1, -1) for _ in range(12)]
        amounts[11] -= sum(amounts)
        never = random_pairs(chance, 24, count)

        assert _length(problem(amounts, Wishes(never=never))) is not None


def test_debts_that_form_a_tree_leave_no_choice() -> None:
    chance = random.Random(8)
    owed = [debt(who, chance.randrange(who), chance.randint(1, 3)) for who in range(1, 60)]

    plan = solve(problem(owing(60, owed), EXISTING, owed))

    assert (sorted(plan.debts), plan.optimal) == (sorted(owed), True)


def test_two_circles_that_meet_in_one_member_are_searched_apart() -> None:
    circle = [debt(who, (who + 1) % 24, 1 + who % 3) for who in range(24)]
    other = [debt(23 + who if who else 0, (24 + who) if who < 15 else 0, 2) for who in range(16)]
    owed = [*circle, *other]

    plan = solve(problem(owing(39, owed), EXISTING, owed))

    alone = solve(problem(owing(24, circle), EXISTING, circle))
    assert plan.optimal
    assert list(plan.debts) == list(alone.debts)


def test_more_people_than_are_searched_get_an_honest_plan() -> None:
    chance = random.Random(5)
    never = random_pairs(chance, 60, 20)
    asked = problem(random_amounts(chance, 60, 999), Wishes(never=never))

    plan = solve(asked, Effort(steps=1000, windows=3))

    nets = dict(asked.net_minor)
    for paid in plan.debts:
        nets = after(nets, paid)
    assert not any(nets.values())
    assert not any(frozenset(paid[:2]) in never for paid in plan.debts)
    assert plan.at_least <= len(plan.debts) < 60


def test_existing_debts_of_more_people_than_are_searched() -> None:
    chance = random.Random(6)
    owed = _random_debts(chance, 60, most=300, largest=99)
    asked = problem(owing(60, owed), EXISTING, owed)

    plan = solve(asked)

    nets = dict(asked.net_minor)
    for paid in plan.debts:
        nets = after(nets, paid)
    assert not any(nets.values())
    assert {paid[:2] for paid in plan.debts} <= {due[:2] for due in owed}
    assert plan.at_least <= len(plan.debts) < 60


@pytest.mark.parametrize(
    "asked",
    [
        problem((-5, 5), Wishes(never=frozenset({two(0, 1)}))),
        problem((-5, 5), Wishes(PlanMode.NONE, frozenset({two(1, 0)})), [debt(0, 1, 5)]),
        problem((-5, 5), Wishes(PlanMode.CENTRED, frozenset({two(1, 0)}), centre=PEOPLE[0])),
        problem((-5, 5), Wishes(EXISTING.mode, frozenset({two(1, 0)})), [debt(0, 1, 5)]),
        problem((-5, -5, 5, 5), Wishes(never=frozenset({two(0, 2), two(0, 3)}))),
    ],
)
def test_constraints_that_leave_no_way_are_named(asked: Problem) -> None:
    with pytest.raises(NoPermittedPlan) as refused:
        solve(asked)

    assert refused.value.code == "NO_PERMITTED_PLAN"


def test_what_each_owes_each_other_one() -> None:
    owed = [debt(0, 1, 5), debt(1, 0, 2), debt(1, 2, 3), debt(2, 0, 3)]

    plan = solve(problem((0, 0, 0), Wishes(PlanMode.NONE), owed))

    assert list(plan.debts) == [debt(0, 1, 3), debt(1, 2, 3), debt(2, 0, 3)]
    assert (plan.optimal, plan.greedy) == (True, 0)


def test_everything_by_one_member() -> None:
    amounts = (-5, -3, 6, 2, 0)

    assert list(solve(problem(amounts, Wishes(PlanMode.CENTRED, centre=PEOPLE[1]))).debts) == [
        debt(0, 1, 5),
        debt(1, 2, 6),
        debt(1, 3, 2),
    ]
    outside = solve(problem(amounts, Wishes(PlanMode.CENTRED, centre=PEOPLE[4])))
    assert (len(outside.debts), outside.optimal) == (4, True)


def test_wishes_that_mean_nothing_are_refused() -> None:
    with pytest.raises(CentreAndModeDisagree):
        Wishes(PlanMode.CENTRED).checked()
    with pytest.raises(CentreAndModeDisagree):
        Wishes(centre=PEOPLE[0]).checked()
    with pytest.raises(NotTwoMembers):
        Wishes(never=frozenset({frozenset({PEOPLE[0]})})).checked()
    with pytest.raises(TooManyPairs):
        Wishes(preferred=random_pairs(random.Random(0), 200, 600)).checked()
