"""The fewest transfers when not everyone may pay everyone. Pure.

The payments of a plan join people into parts, and k people cannot be joined by fewer than k − 1. Conversely,
people who can settle among themselves along permitted payments can do so by at most k − 1, namely in a
corner of the flows that are feasible. So the fewest are members − parts, with as many parts as there can be,
each able to settle among itself. Somebody with nothing open may pass money on, and otherwise is a part alone.

Among the partitions into the most parts we take the one whose payments come first in the order of
`flow.cheapest`. That order does not change when the same transfer is added to two plans, so here, too, what
is left of a plan is the plan for the rest, for as long as the same payments are permitted.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from domain.debts import Debt
from domain.plan.fewest import Pair
from domain.plan.flow import Flow, any_payments, cheapest
from domain.plan.large import Few, few
from domain.plan.parts import groups, parts_of
from domain.plan.sparse import zero_sum_sets
from domain.plan.subsets import Mask

Nets = Mapping[UUID, int]
Order = tuple[int, list[tuple[int, int]]]

_MOST_PEOPLE = 34
_MOST_SETS = 50_000
_STEPS_OF_A_FLOW = 100


def fewest_permitted(
    net_minor: Nets, permitted: Sequence[Pair], *, steps: int, windows: int
) -> Few | None:
    """The plan, or None where permitted payments cannot settle everyone.

    `permitted` is in the order of preference. People whom no permitted payment joins are searched apart,
    each group for some `steps` of less than a microsecond; after those, the plan is one that is easily found.
    """
    open_nets = {who: minor for who, minor in net_minor.items() if minor}
    useful = _useful(open_nets, permitted)
    debts: list[Debt] = []
    at_least = 0
    for people in groups(useful, alone=open_nets):
        nets = {who: net_minor.get(who, 0) for who in sorted(people)}
        pairs = [pair for pair in useful if pair[0] in people]
        found = _settle(nets, pairs, steps, windows)
        if found is None:
            return None
        debts += found.debts
        at_least += found.at_least
    return Few(sorted(debts), at_least)


def _useful(open_nets: Nets, permitted: Sequence[Pair]) -> list[Pair]:
    """Without payments to those who could not pass the money on, or from those who could get none."""
    useful = list(permitted)
    while True:
        payers, payees = ({pair[side] for pair in useful} for side in (0, 1))
        kept = [
            (payer, payee)
            for payer, payee in useful
            if (payer in open_nets or payer in payees) and (payee in open_nets or payee in payers)
        ]
        if kept == useful:
            return kept
        useful = kept


def _settle(nets: Nets, pairs: Sequence[Pair], steps: int, windows: int) -> Few | None:
    whole = None if sum(nets.values()) else any_payments(nets, pairs)
    if whole is None:
        return None
    try:
        debts = _debts(_Search(nets, pairs, steps).best())
    except _TooMuch:
        return _easily_found(nets, pairs, whole, windows)
    return Few(debts, len(debts))


class _TooMuch(Exception):  # noqa: N818 - a signal within this module
    pass


class _Search:
    """Every partition into parts that can settle, by what is left when the part of the first is taken."""

    def __init__(self, nets: Nets, pairs: Sequence[Pair], steps: int) -> None:
        self._people = list(nets)
        self._nets = nets
        self._pairs = pairs
        self._place = {pair: place for place, pair in enumerate(pairs)}
        self._steps = steps
        self._sets = _by_first(self._amounts())
        self._settles: dict[Mask, bool] = {}
        self._counts: dict[Mask, int | None] = {0: 0}
        self._flows: dict[Mask, Flow] = {0: {}}

    def best(self) -> Flow:
        """Raises `_TooMuch` when the steps are used up."""
        return self._flow((1 << len(self._people)) - 1)

    def _amounts(self) -> list[int]:
        if len(self._people) > _MOST_PEOPLE:
            raise _TooMuch
        return list(self._nets.values())

    def _count(self, mask: Mask) -> int | None:
        """The most parts of these people, or None if they cannot settle."""
        if mask not in self._counts:
            counts = (self._count(mask ^ part) for part in self._parts(mask))
            self._counts[mask] = max(
                (count + 1 for count in counts if count is not None), default=None
            )
        return self._counts[mask]

    def _flow(self, mask: Mask) -> Flow:
        """The first in order of the plans with the most parts."""
        if mask not in self._flows:
            count = self._count(mask)
            assert count is not None
            rests = ((part, mask ^ part) for part in self._parts(mask))
            best = [(part, rest) for part, rest in rests if self._count(rest) == count - 1]
            plans = (self._cheapest(part) | self._flow(rest) for part, rest in best)
            self._flows[mask] = max(plans, key=self._order)
        return self._flows[mask]

    def _parts(self, mask: Mask) -> Iterator[Mask]:
        """The sets with the first of these people that settle among themselves."""
        sets = self._sets[mask & -mask]
        self._spend(len(sets))
        return (part for part in sets if not part & ~mask and self._can_settle(part))

    def _can_settle(self, part: Mask) -> bool:
        if part not in self._settles:
            self._spend(_STEPS_OF_A_FLOW)
            self._settles[part] = any_payments(*self._within(part)) is not None
        return self._settles[part]

    def _cheapest(self, part: Mask) -> Flow:
        nets, pairs = self._within(part)
        self._spend(_STEPS_OF_A_FLOW * len(pairs))
        flow = cheapest(nets, pairs)
        assert flow is not None
        return flow

    def _within(self, part: Mask) -> tuple[Nets, list[Pair]]:
        nets = {who: self._nets[who] for index, who in enumerate(self._people) if part >> index & 1}
        return nets, [pair for pair in self._pairs if pair[0] in nets and pair[1] in nets]

    def _order(self, flow: Flow) -> Order:
        return -sum(flow.values()), sorted(
            ((-self._place[pair], minor) for pair, minor in flow.items()), reverse=True
        )

    def _spend(self, steps: int) -> None:
        self._steps -= steps
        if self._steps < 0:
            raise _TooMuch


def _by_first(amounts: Sequence[int]) -> Mapping[Mask, list[Mask]]:
    """The zero-sum sets by their lowest member."""
    sets = zero_sum_sets(amounts, most=_MOST_SETS)
    if sets is None:
        raise _TooMuch
    by_first: defaultdict[Mask, list[Mask]] = defaultdict(list)
    for mask in sets:
        by_first[mask & -mask].append(mask)
    return by_first


def _easily_found(nets: Nets, pairs: Sequence[Pair], whole: Flow, windows: int) -> Few:
    """The better of `whole` and the plan without restrictions, where parts that cannot settle are joined."""
    open_nets = {who: minor for who, minor in nets.items() if minor}
    debtors, creditors = ([who for who in nets if sign * nets[who] > 0] for sign in (-1, 1))
    free = few(
        open_nets,
        [(debtor, creditor) for debtor in debtors for creditor in creditors],
        windows=windows,
    )
    flow: Flow = {}
    waiting: frozenset[UUID] = frozenset()
    for part in sorted(parts_of(free.debts), key=len):
        waiting |= part
        within = [pair for pair in pairs if waiting >= {*pair}]
        if settled := any_payments({who: nets[who] for who in waiting}, within):
            flow |= settled
            waiting = frozenset()
    better = whole if waiting or len(whole) < len(flow) else flow
    return Few(_debts(better), free.at_least)


def _debts(flow: Flow) -> list[Debt]:
    return [Debt(payer, payee, minor) for (payer, payee), minor in flow.items()]
