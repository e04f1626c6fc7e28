"""Transfers as most programs plan them: often few, not always the fewest. Pure."""

from collections.abc import Mapping
from uuid import UUID

from domain.debts import Debt
from domain.plan.fewest import pay


def largest_first(net_minor: Mapping[UUID, int]) -> list[Debt]:
    """The largest debtor pays the largest creditor until nobody owes; ties go by id."""
    left = {who: minor for who, minor in sorted(net_minor.items()) if minor}
    debts: list[Debt] = []
    while left:
        debts.append(pay(left, min(left, key=left.__getitem__), max(left, key=left.__getitem__)))
    return debts
