"""The fewest transfers when anyone may pay anyone: exact, and the same rest once some are paid. Pure.

A plan's transfers join people into parts that settle among themselves. A part of k people needs k − 1
transfers, so the fewest are members − parts, with as many zero-sum parts as there can be.

Of all plans with the fewest transfers from debtors to creditors, ours moves the most along the first of
`pairs`, of those the most along the second, and so on. That order of plans does not change when the same
transfer is added to two of them, and a transfer of the plan together with any fewest plan for the rest is
a fewest plan for the whole. Hence, after any transfer of the plan has been paid, the plan is what is left
of it: a better one for the rest would have made a better one for the whole.

A pair is used if both are in one part of some partition into the most parts. Then the smaller of the two
amounts goes along it, which is the most that can, and what remains is one person less.
"""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from domain.debts import Debt
from domain.plan.subsets import Family, most_parts, without

Pair = tuple[UUID, UUID]
"""Who pays, and who is paid."""

MOST_PEOPLE = 24
"""Beyond, the 2ⁿ sets take more than a second and 100 MB."""


def fewest(net_minor: Mapping[UUID, int], pairs: Sequence[Pair]) -> list[Debt]:
    """The plan for at most `MOST_PEOPLE` open balances. `pairs` are all debtors with all creditors."""
    left = {who: minor for who, minor in sorted(net_minor.items()) if minor}
    assert len(left) <= MOST_PEOPLE
    debts: list[Debt] = []
    while left:
        pairs = [
            (debtor, creditor) for debtor, creditor in pairs if {debtor, creditor} <= left.keys()
        ]
        families = without(len(left))
        count, rests = most_parts(list(left.values()), families)
        if count == 1:
            return debts + along(pairs, left)
        pairs = list(_from_first_used(pairs, rests, dict(zip(left, families, strict=True))))
        debts.append(pay(left, *pairs[0]))
    return debts


def along(pairs: Iterator[Pair] | Sequence[Pair], left: dict[UUID, int]) -> list[Debt]:
    """As much as possible along each pair in turn, which settles one of the two."""
    return [pay(left, *pair) for pair in pairs if left.keys() >= {*pair}]


def anybody(net_minor: Mapping[UUID, int], preferred: Sequence[Pair] = ()) -> list[Pair]:
    """Every debtor with every creditor: the preferred ones first, otherwise by id."""
    debtors, creditors = sides(net_minor)
    first = {pair: place for place, pair in enumerate(preferred)}
    pairs = [(debtor, creditor) for debtor in debtors for creditor in creditors]
    return sorted(pairs, key=lambda pair: first.get(pair, len(first)))


def along_anybody(preferred: Sequence[Pair], left: dict[UUID, int]) -> list[Debt]:
    """As `along` the pairs of `anybody`, without a list of them: for any number of people."""
    debts = along([pair for pair in preferred if left.keys() >= {*pair}], left)
    debtors, creditors = sides(left)
    waiting = iter(creditors)
    creditor = next(waiting, None)
    for debtor in debtors:
        while creditor is not None and debtor in left:
            debts.append(pay(left, debtor, creditor))
            if creditor not in left:
                creditor = next(waiting, None)
    return debts


def sides(net_minor: Mapping[UUID, int]) -> tuple[list[UUID], list[UUID]]:
    """Debtors and creditors, by id."""
    return (
        sorted(who for who, minor in net_minor.items() if minor < 0),
        sorted(who for who, minor in net_minor.items() if minor > 0),
    )


def pay(left: dict[UUID, int], debtor: UUID, creditor: UUID) -> Debt:
    """The largest transfer between two open balances, taken off `left`."""
    minor = min(-left[debtor], left[creditor])
    for who, change in ((debtor, minor), (creditor, -minor)):
        left[who] += change
        if not left[who]:
            del left[who]
    return Debt(debtor, creditor, minor)


def _from_first_used(
    pairs: Sequence[Pair], rests: Family, lacking: Mapping[UUID, Family]
) -> Iterator[Pair]:
    """The pairs without those at the start of which no best partition puts both into one part.

    A part has both exactly if its rest lacks both. Who is passed over now is so for good: later
    partitions are among the present ones.
    """
    payer, lacking_payer, found = None, 0, False
    for debtor, creditor in pairs:
        if not found and debtor != payer:
            payer, lacking_payer = debtor, rests & lacking[debtor]
        found = found or bool(lacking_payer & lacking[creditor])
        if found:
            yield debtor, creditor
