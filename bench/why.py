"""How long it takes to find out why a settlement plan is as it is.

    python -m bench.why [--plans N]

Random groups of 16, 24, 50 and 200 members in which 5 expenses per member were each shared by up to 30: the
routes of one transfer and of all transfers of the plan. Processor time, no server: what a web process finds
at once in small groups, and in its child process beyond.
"""

import argparse
import random
import time
from collections import defaultdict
from uuid import UUID

from bench import machine
from bench.load import spread
from domain.debts import Debt, netted
from domain.plan import Problem, Wishes, solve
from domain.route import Question, routes

_SIZES = (16, 24, 50, 200)
_EXPENSES_EACH = 5
_MOST_SHARING = 30


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--plans", type=int, default=5, help="for each size")
    options = parser.parse_args()
    machine.introduce()
    for size in _SIZES:
        _measure(size, options.plans)


def _measure(size: int, plans: int) -> None:
    chance = random.Random(size)
    one: list[float] = []
    every: list[float] = []
    transfers = pairs = 0
    for _ in range(plans):
        owed = _owed(chance, size)
        plan = solve(Problem(_nets(owed), (), Wishes())).debts
        one += [_seconds(Question([each], plan, owed)) for each in chance.sample(plan, 5)]
        every.append(_seconds(Question(plan, plan, owed)))
        transfers, pairs = transfers + len(plan), pairs + len(owed)
    print(
        f"  {size:3} members, {pairs / plans:.0f} pairs, {transfers / plans:.0f} transfers\n"
        f"      one transfer   {spread(one)}\n      all of a plan  {spread(every)}"
    )


def _seconds(question: Question) -> float:
    started_at = time.process_time()
    routes(question)
    return time.process_time() - started_at


def _owed(chance: random.Random, size: int) -> list[Debt]:
    people = [UUID(int=number + 1) for number in range(size)]
    debts: list[Debt] = []
    for _ in range(size * _EXPENSES_EACH):
        sharing = chance.sample(people, chance.randint(2, min(size, _MOST_SHARING)))
        minor = chance.randint(100, 9000)
        debts += [Debt(who, sharing[0], minor) for who in sharing[1:]]
    return netted(debts)


def _nets(owed: list[Debt]) -> dict[UUID, int]:
    nets: defaultdict[UUID, int] = defaultdict(int)
    for debtor, creditor, minor in owed:
        nets[debtor] -= minor
        nets[creditor] += minor
    return dict(nets)


if __name__ == "__main__":
    main()
