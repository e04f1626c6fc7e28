"""How long a settlement plan takes, and how often it is known to be the shortest.

    python -m bench.plan [--seconds S]

Balances of 8, 16, 24, 50 and 200 members: random cents, small round sums (where many sets of members sum to
zero), and trips in cars of five (which settle among themselves). Then 24 members with 36 pairs who never
pay each other, and 24 who pay only whom they owe, by so many debts. One processor, no server: what a web
process computes at once up to 16 members, and in its child process beyond. Times are processor time.
"""

import argparse
import random
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

from bench import machine
from bench.load import spread
from domain.debts import Debt, netted
from domain.plan import Plan, PlanMode, Problem, Wishes, solve
from domain.plan.problem import NoPermittedPlan

_SIZES = (8, 16, 24, 50, 200)
_CAR = 5
_RESTRICTED = 24
_NEVER = 36
_DEBTS = (36, 100)
_LARGEST = (3, 20, 50_000)
_PEOPLE = [UUID(int=number + 1) for number in range(max(_SIZES))]

Amounts = list[int]
Draw = Callable[[random.Random, int], Amounts]
Pose = Callable[[random.Random], Problem]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=3, help="for each size of each kind")
    options = parser.parse_args()
    machine.introduce()
    for title, draw in (("cents", _cents), ("round sums", _round_sums), ("cars of five", _cars)):
        print(f"\nMINIMAL, {title}")
        for size in _SIZES:
            _measure(_free(draw, size), f"{size:3} members", options.seconds)
    for largest in _LARGEST:
        print(f"\n{_RESTRICTED} members, amounts up to {largest}")
        _measure(_never(largest), f"{_NEVER} pairs never pay", options.seconds)
        for debts in _DEBTS:
            _measure(_existing(debts, largest), f"{debts} existing debts", options.seconds)


def _measure(pose: Pose, title: str, seconds: float) -> None:
    chance = random.Random(1)
    times: list[float] = []
    plans: list[Plan] = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        problem = pose(chance)
        started_at = time.process_time()
        with suppress(NoPermittedPlan):
            plans.append(solve(problem))
            times.append(time.process_time() - started_at)
    _print(title, times, plans)


def _free(draw: Draw, size: int) -> Pose:
    return lambda chance: Problem(_nets(draw(chance, size)), (), Wishes())


def _never(largest: int) -> Pose:
    def pose(chance: random.Random) -> Problem:
        amounts = _balanced([chance.randint(-largest, largest) for _ in range(_RESTRICTED)])
        pairs = (chance.sample(_PEOPLE[:_RESTRICTED], 2) for _ in range(_NEVER))
        return Problem(_nets(amounts), (), Wishes(never=frozenset(map(frozenset, pairs))))

    return pose


def _existing(debts: int, largest: int) -> Pose:
    def pose(chance: random.Random) -> Problem:
        owed = netted(
            Debt(*chance.sample(_PEOPLE[:_RESTRICTED], 2), chance.randint(1, largest))
            for _ in range(debts)
        )
        nets: Counter[UUID] = Counter()
        for debtor, creditor, minor in owed:
            nets[debtor] -= minor
            nets[creditor] += minor
        return Problem(nets, owed, Wishes(PlanMode.MINIMAL_EXISTING_EDGES))

    return pose


def _nets(amounts: Amounts) -> dict[UUID, int]:
    return dict(zip(_PEOPLE, amounts, strict=False))


def _print(title: str, times: list[float], plans: list[Plan]) -> None:
    shortest = sum(plan.optimal for plan in plans) / len(plans)
    transfers, at_least, greedy = (
        sum(counts) / len(plans)
        for counts in zip(
            *((len(plan.debts), plan.at_least, plan.greedy) for plan in plans), strict=True
        )
    )
    print(
        f"  {title}  {spread(times)}; {len(plans)} plans, {shortest:.0%} known shortest; "
        f"{transfers:.1f} transfers of at least {at_least:.1f}, greedy {greedy:.1f}"
    )


def _cents(chance: random.Random, size: int) -> Amounts:
    return _balanced([chance.randint(-50_000, 50_000) for _ in range(size)])


def _round_sums(chance: random.Random, size: int) -> Amounts:
    return _balanced([chance.choice((-1, 1)) * chance.randint(1, 20) * 500 for _ in range(size)])


def _cars(chance: random.Random, size: int) -> Amounts:
    sizes = [min(_CAR, size - first) for first in range(0, size, _CAR)]
    return [amount for people in sizes for amount in _cents(chance, people)]


def _balanced(amounts: Amounts) -> Amounts:
    return [*amounts[:-1], -sum(amounts[:-1])]


if __name__ == "__main__":
    main()
