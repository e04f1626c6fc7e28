"""Who settles among themselves. Pure."""

from collections.abc import Iterable
from uuid import UUID

from domain.debts import Debt


def parts_of(debts: Iterable[Debt]) -> list[frozenset[UUID]]:
    """The people of a plan, grouped by whom its transfers join."""
    return groups((debtor, creditor) for debtor, creditor, _ in debts)


def groups(
    pairs: Iterable[tuple[UUID, UUID]], *, alone: Iterable[UUID] = ()
) -> list[frozenset[UUID]]:
    """People whom pairs join, directly or by others, and those in `alone`, by whoever comes first."""
    group = {who: {who} for who in alone}
    for one, other in pairs:
        mine, theirs = group.setdefault(one, {one}), group.setdefault(other, {other})
        if mine is not theirs:
            few, many = sorted((mine, theirs), key=len)
            many |= few
            group.update(dict.fromkeys(few, many))
    whole = {id(people): people for people in group.values()}.values()
    return sorted(map(frozenset, whole), key=min)
