"""Against a checker that tries everything: when anyone may pay anyone."""

import random
from dataclasses import replace
from uuid import UUID

import pytest

from domain.debts import Debt
from domain.group import MOST_MEMBERS
from domain.plan import Effort, Plan, Problem, Wishes, solve
from domain.plan.greedy import largest_first
from tests.unit.plan.cases import (
    MINIMAL,
    after,
    balanced,
    debt,
    nets_of,
    problem,
    random_amounts,
    random_pairs,
    two,
)
from tests.unit.plan.checker import fewest

LARGEST = (1, 2, 3, 5, 9, 30, 1000, 10**15)


def settles(asked: Problem, plan: Plan) -> bool:
    """Whether everyone is settled, debtors only pay, and the parts prove the number of transfers."""
    nets = dict(asked.net_minor)
    for paid in plan.debts:
        assert asked.net_minor[paid.debtor] < 0 < asked.net_minor[paid.creditor]
        assert paid.minor > 0
        nets = after(nets, paid)
    sums = [sum(asked.net_minor[who] for who in part) for part in plan.parts]
    people = {who for part in plan.parts for who in part}
    return (
        not any(nets.values())
        and not any(sums)
        and people == {who for who, minor in asked.net_minor.items() if minor}
        and len(plan.debts) == sum(len(part) - 1 for part in plan.parts)
    )


@pytest.mark.parametrize(
    ("amounts", "transfers", "greedy"),
    [
        ((-2, -1, 2, 1), 2, 2),
        ((-4, -3, 2, 2, 3), 3, 4),
        ((), 0, 0),
        ((0, 0), 0, 0),
        ((5, -5), 1, 1),
        ((1, -1) * 12, 12, 12),
    ],
)
def test_known_cases(amounts: tuple[int, ...], transfers: int, greedy: int) -> None:
    plan = solve(problem(amounts))

    assert (len(plan.debts), plan.at_least, plan.greedy) == (transfers, transfers, greedy)


def test_the_plan_of_a_case_by_hand() -> None:
    plan = solve(problem((-4, -3, 2, 2, 3)))

    assert list(plan.debts) == [debt(0, 2, 2), debt(0, 3, 2), debt(1, 4, 3)]
    assert [len(part) for part in plan.parts] == [3, 2]
    assert plan.optimal


def test_thousands_of_random_groups_need_what_trying_everything_finds() -> None:
    chance = random.Random(20261121)
    for _ in range(3000):
        amounts = random_amounts(chance, chance.randint(2, 10), chance.choice(LARGEST))
        asked = problem(amounts)
        plan = solve(asked)

        assert settles(asked, plan), amounts
        assert plan.optimal
        assert len(plan.debts) == fewest(tuple(sorted(amounts))) <= plan.greedy, amounts


def test_what_is_left_of_a_plan_is_the_plan_for_what_is_left() -> None:
    chance = random.Random(7)
    for _ in range(500):
        people = chance.randint(3, 12)
        amounts = random_amounts(chance, people, chance.choice(LARGEST))
        wishes = Wishes(preferred=random_pairs(chance, people, chance.randint(0, 3)))
        asked = problem(amounts, wishes)
        plan = solve(asked)
        for paid in plan.debts:
            rest = solve(replace(asked, net_minor=after({**asked.net_minor}, paid)))

            assert list(rest.debts) == [other for other in plan.debts if other != paid], amounts


def test_a_preferred_pair_pays_each_other_if_that_costs_no_transfer() -> None:
    amounts = (-5, -5, 5, 5)

    assert list(solve(problem(amounts)).debts) == [debt(0, 2, 5), debt(1, 3, 5)]
    assert list(solve(problem(amounts, Wishes(preferred=frozenset({two(3, 0)})))).debts) == [
        debt(0, 3, 5),
        debt(1, 2, 5),
    ]
    dearer = problem((-5, -3, 5, 3), Wishes(preferred=frozenset({two(0, 3)})))
    assert list(solve(dearer).debts) == [debt(0, 2, 5), debt(1, 3, 3)]


def test_the_order_of_balances_does_not_matter() -> None:
    nets = nets_of((-7, 3, -3, 4, 3, -5, 5))
    backwards = dict(reversed(nets.items()))

    assert solve(Problem(nets, (), MINIMAL)) == solve(Problem(backwards, (), MINIMAL))


def hard_for_24() -> dict[str, list[int]]:
    chance = random.Random(24)
    threes = [[-one, -other, one + other] for one, other in zip(
        chance.sample(range(1, 10**12), 8), chance.sample(range(1, 10**12), 8), strict=True
    )]  # fmt: skip
    return {
        "random": balanced([chance.randrange(1, 10**15) * (-1) ** i for i in range(24)]),
        "cents": balanced([chance.randrange(1, 9999) * (-1) ** i for i in range(24)]),
        "opposites": [1, -1] * 12,
        "opposites that differ": [sign * value for value in range(1, 13) for sign in (1, -1)],
        "many equal": [2] * 8 + [-1] * 16,
        "twos and threes": [2] * 14 + [-3] * 8 + [-2, -2],
        "powers of two": balanced([2**place for place in range(24)]),
        "threes": chance.sample([amount for three in threes for amount in three], 24),
        "one to 23": balanced([i * (-1) ** (i // 2) for i in range(1, 25)]),
        "largest": [10**15] * 12 + [-(10**15)] * 11 + [-(10**15)],
    }


@pytest.mark.parametrize(("name", "amounts"), hard_for_24().items())
def test_24_balances_of_any_kind_are_searched_whole(name: str, amounts: list[int]) -> None:
    assert len(amounts) == 24
    assert all(amounts), name
    asked = problem(amounts)

    plan = solve(asked, Effort(steps=0, windows=0))

    assert plan.optimal
    assert settles(asked, plan)
    known = {"random": 23, "opposites": 12, "many equal": 16, "powers of two": 23, "threes": 16}
    assert len(plan.debts) == known.get(name, len(plan.debts))


def test_more_people_are_planned_and_told_how_sure_that_is() -> None:
    chance = random.Random(50)
    for people in (25, 30, 50, 120):
        for largest in (3, 9999, 10**12):
            asked = problem(random_amounts(chance, people, largest))
            plan = solve(asked)

            assert settles(asked, plan)
            assert plan.at_least <= len(plan.debts) <= plan.greedy
            assert solve(asked) == plan


def test_more_people_are_exact_where_that_can_be_shown() -> None:
    chance = random.Random(51)
    opposite = problem([sign * value for value in range(1, 101) for sign in (1, -1)])
    large_amounts = problem(random_amounts(chance, 32, 10**12))
    beyond = problem(random_amounts(chance, 40, 10**12))

    assert (solve(opposite).optimal, len(solve(opposite).debts)) == (True, 100)
    assert (solve(large_amounts).optimal, len(solve(large_amounts).debts)) == (True, 31)
    assert (solve(beyond).optimal, len(solve(beyond).debts)) == (False, 39)


def test_small_and_large_groups_agree_about_how_few_it_could_be() -> None:
    chance = random.Random(52)
    for _ in range(30):
        core = random_amounts(chance, 10, chance.choice((3, 9, 30)))
        amounts = [*core, *(sign * 10**6 * i for i in range(1, 11) for sign in (1, -1))]
        plan = solve(problem(amounts))

        assert len(plan.debts) == fewest(tuple(sorted(core))) + 10
        assert plan.optimal


def test_the_largest_group_is_settled_by_fewer_transfers_than_people() -> None:
    people = [UUID(int=number + 1) for number in range(MOST_MEMBERS)]
    amounts = random_amounts(random.Random(1), MOST_MEMBERS, 50_000)
    asked = Problem(dict(zip(people, amounts, strict=True)), (), MINIMAL)

    plan = solve(asked)

    assert settles(asked, plan)
    assert plan.at_least <= len(plan.debts) < plan.greedy < MOST_MEMBERS


def test_greedy_is_the_largest_with_the_largest_and_ties_go_by_id() -> None:
    chance = random.Random(2)
    for _ in range(200):
        nets = nets_of(random_amounts(chance, chance.randint(2, 12), chance.choice(LARGEST[:6])))

        left, expected = {who: minor for who, minor in nets.items() if minor}, list[Debt]()
        while left:
            debtor = min(left, key=lambda who: (left[who], who))
            creditor = min(left, key=lambda who: (-left[who], who))
            expected.append(Debt(debtor, creditor, min(-left[debtor], left[creditor])))
            left = {who: minor for who, minor in after(left, expected[-1]).items() if minor}

        assert largest_first(nets) == expected
