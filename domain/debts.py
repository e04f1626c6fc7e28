"""Directed debts: who owes whom, by one fact and over many. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID


class TransferView(StrEnum):
    """Few transfers that settle everyone, or what each owes each other one."""

    SIMPLIFIED = "SIMPLIFIED"
    DETAILED = "DETAILED"


class Debt(NamedTuple):
    """`debtor` owes `creditor` this much, always more than nothing."""

    debtor: UUID
    creditor: UUID
    minor: int


def of_fact(net_minor: Mapping[UUID, int]) -> list[Debt]:
    """The debts that one fact creates, from each member's paid − owed (which sum to zero).

    Debtors and creditors are matched in id order, so every member's debts add up to exactly their
    net and there are fewer debts than people. The same facts always give the same debts.
    """
    assert sum(net_minor.values()) == 0
    creditors, debtors = _side(net_minor, 1), _side(net_minor, -1)
    debts: list[Debt] = []
    while creditors and debtors:
        (creditor, credit), (debtor, debt) = creditors.pop(), debtors.pop()
        minor = min(credit, debt)
        debts.append(Debt(debtor, creditor, minor))
        if credit > minor:
            creditors.append((creditor, credit - minor))
        if debt > minor:
            debtors.append((debtor, debt - minor))
    return debts


def netted(debts: Iterable[Debt]) -> list[Debt]:
    """Pairwise sums: at most one debt remains between two people, in the direction that wins."""
    owed: defaultdict[tuple[UUID, UUID], int] = defaultdict(int)
    for debtor, creditor, minor in debts:
        first, second = sorted((debtor, creditor))
        owed[first, second] += minor if debtor == first else -minor
    return [
        Debt(first, second, minor) if minor > 0 else Debt(second, first, -minor)
        for (first, second), minor in sorted(owed.items())
        if minor
    ]


def _side(net_minor: Mapping[UUID, int], sign: int) -> list[tuple[UUID, int]]:
    """Who is owed (or, by a sign of −1, owes) and how much, the first by id last."""
    sides = [(who, sign * minor) for who, minor in net_minor.items() if sign * minor > 0]
    return sorted(sides, reverse=True)
