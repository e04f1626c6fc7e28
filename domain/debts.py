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
    return _matched(net_minor, largest_first=False)


def simplified(net_minor: Mapping[UUID, int]) -> list[Debt]:
    """Transfers that settle every balance: largest debtor pays largest creditor, fewer than people.

    Greedy, hence not always the fewest possible. Ties go by id, so the same balances give the same plan.
    """
    return _matched(net_minor, largest_first=True)


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


def _matched(net_minor: Mapping[UUID, int], *, largest_first: bool) -> list[Debt]:
    assert sum(net_minor.values()) == 0

    def ordered(sign: int) -> list[tuple[int, UUID]]:
        sides = [(sign * minor, who) for who, minor in net_minor.items() if sign * minor > 0]
        return sorted(sides, key=lambda side: (-side[0] * largest_first, side[1]))

    creditors, debtors = ordered(1), ordered(-1)
    debts: list[Debt] = []
    while creditors and debtors:
        (credit, creditor), (debt, debtor) = creditors.pop(0), debtors.pop(0)
        minor = min(credit, debt)
        debts.append(Debt(debtor, creditor, minor))
        if credit > minor:
            creditors.insert(0, (credit - minor, creditor))
        if debt > minor:
            debtors.insert(0, (debt - minor, debtor))
    return debts
