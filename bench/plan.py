"""How long a settlement plan takes, and how often it is known to be the shortest.

    python -m bench.plan [--seconds S]

Balances of 8, 16, 24, 50 and 200 members: random cents, small round sums (where many sets of members sum to
zero), and trips in cars of five (which settle among themselves). One processor, no server: what a web
process computes at once up to 16 members, and in its child process beyond.
"""

import argparse
import random
import time
from collections.abc import Callable
from uuid import UUID

from bench import machine
from bench.load import spread
from domain.plan import Plan, Problem, Wishes, solve

_SIZES = (8, 16, 24, 50, 200)
_CAR = 5
_PEOPLE = [UUID(int=number + 1) for number in range(max(_SIZES))]

Amounts = list[int]
Draw = Callable[[random.Random, int], Amounts]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=3, help="for each size of each kind")
    options = parser.parse_args()
    machine.introduce()
    for title, draw in (("cents", _cents), ("round sums", _round_sums), ("cars of five", _cars)):
        print(f"\nMINIMAL, {title}")
        for size in _SIZES:
            _measure(draw, size, options.seconds)


def _measure(draw: Draw, size: int, seconds: float) -> None:
    chance = random.Random(size)
    times: list[float] = []
    plans: list[Plan] = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        problem = Problem(dict(zip(_PEOPLE, draw(chance, size), strict=False)), (), Wishes())
        started_at = time.perf_counter()
        plans.append(solve(problem))
        times.append(time.perf_counter() - started_at)
    _print(size, times, plans)


def _print(size: int, times: list[float], plans: list[Plan]) -> None:
    shortest = sum(plan.optimal for plan in plans) / len(plans)
    transfers, at_least, greedy = (
        sum(counts) / len(plans)
        for counts in zip(
            *((len(plan.debts), plan.at_least, plan.greedy) for plan in plans), strict=True
        )
    )
    print(
        f"  {size:3} members  {spread(times)}; {len(plans)} plans, {shortest:.0%} known shortest; "
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
