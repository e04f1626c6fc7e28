"""Transfers as most programs plan them: often few, not always the fewest. Pure."""

from collections.abc import Mapping
from heapq import heapify, heappop, heappush
from uuid import UUID

from domain.debts import Debt
from domain.plan.fewest import pay


def largest_first(net_minor: Mapping[UUID, int]) -> list[Debt]:
    """The largest debtor pays the largest creditor until nobody owes; ties go by id."""
    left = {who: minor for who, minor in net_minor.items() if minor}
    debtors, creditors = (
        [(sign * minor, who) for who, minor in left.items() if sign * minor < 0] for sign in (1, -1)
    )
    heapify(debtors)
    heapify(creditors)
    debts: list[Debt] = []
    while left:
        (_, debtor), (_, creditor) = heappop(debtors), heappop(creditors)
        debts.append(pay(left, debtor, creditor))
        if debtor in left:
            heappush(debtors, (left[debtor], debtor))
        if creditor in left:
            heappush(creditors, (-left[creditor], creditor))
    return debts
