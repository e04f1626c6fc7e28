"""Balances for plans, random and adversarial. People are numbered from 0."""

import random
from collections.abc import Sequence
from uuid import UUID

from domain.debts import Debt
from domain.plan import Problem, Wishes

PEOPLE = [UUID(int=number + 1) for number in range(200)]
NUMBER = {who: number for number, who in enumerate(PEOPLE)}
MINIMAL = Wishes()


def nets_of(amounts: Sequence[int]) -> dict[UUID, int]:
    return dict(zip(PEOPLE, amounts, strict=False))


def problem(amounts: Sequence[int], wishes: Wishes = MINIMAL, owed: Sequence[Debt] = ()) -> Problem:
    return Problem(nets_of(amounts), owed, wishes)


def owing(net_count: int, owed: Sequence[Debt]) -> list[int]:
    """The balances that these debts make."""
    nets = [0] * net_count
    for debtor, creditor, minor in owed:
        nets[NUMBER[debtor]] -= minor
        nets[NUMBER[creditor]] += minor
    return nets


def debt(debtor: int, creditor: int, minor: int) -> Debt:
    return Debt(PEOPLE[debtor], PEOPLE[creditor], minor)


def two(one: int, other: int) -> frozenset[UUID]:
    return frozenset({PEOPLE[one], PEOPLE[other]})


def balanced(amounts: Sequence[int]) -> list[int]:
    """These without the last, whose place takes what makes the sum zero."""
    return [*amounts[:-1], -sum(amounts[:-1])]


def random_amounts(chance: random.Random, people: int, largest: int) -> list[int]:
    return balanced([chance.randint(-largest, largest) for _ in range(people)])


def random_pairs(chance: random.Random, people: int, count: int) -> frozenset[frozenset[UUID]]:
    return frozenset(frozenset(chance.sample(PEOPLE[:people], 2)) for _ in range(count))


def after(nets: dict[UUID, int], paid: Debt) -> dict[UUID, int]:
    left = dict(nets)
    left[paid.debtor] += paid.minor
    left[paid.creditor] -= paid.minor
    return left
