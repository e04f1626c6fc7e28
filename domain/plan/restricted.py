"""The fewest transfers when not everyone may pay everyone. Pure.

The payments of a plan join people into parts, and k people cannot be joined by fewer than k − 1. Conversely,
people who can settle among themselves along permitted payments can do so by at most k − 1, namely in a
corner of the flows that are feasible. So the fewest are members − parts, with as many parts as there can be,
each able to settle among itself. Somebody with nothing open may pass money on, and otherwise is a part alone.

Among the partitions into the most parts we take the one whose payments come first in the order of
`flow.cheapest`. That order does not change when the same transfer is added to two plans, so here, too, what
is left of a plan is the plan for the rest, for as long as the same payments are permitted.
"""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from domain.debts import Debt
from domain.plan.blocks import pieces
from domain.plan.candidates import Candidates, TooMany
from domain.plan.fewest import Pair
from domain.plan.flow import Flow, any_payments, cheapest
from domain.plan.large import Few, few
from domain.plan.parts import parts_of
from domain.plan.subsets import Mask

Nets = Mapping[UUID, int]
Plan = tuple[int, list[Mask]]
"""What it costs by the order of plans, and its parts."""

_STEPS_OF_A_FLOW = 100
_SETS_A_STEP = 10


def fewest_permitted(
    net_minor: Nets, permitted: Sequence[Pair], *, steps: int, windows: int
) -> Few | None:
    """The plan, or None where permitted payments cannot settle everyone.

    `permitted` is in the order of preference. What falls apart is searched apart, each piece for some
    `steps` of less than a microsecond; after those, its plan is one that is easily found.
    """
    debts: list[Debt] = []
    at_least = 0
    for nets, pairs in pieces(net_minor, permitted):
        found = _settle(nets, pairs, steps, windows)
        if found is None:
            return None
        debts += found.debts
        at_least += found.at_least
    return Few(sorted(debts), at_least)


def _settle(nets: Nets, pairs: Sequence[Pair], steps: int, windows: int) -> Few | None:
    whole = None if sum(nets.values()) else any_payments(nets, pairs)
    if whole is None:
        return None
    try:
        candidates = Candidates(nets, pairs)
    except TooMany:
        return _easily_found(nets, pairs, whole, windows)
    at_least = len(nets) - candidates.most_parts(candidates.everybody)
    try:
        flow = _Search(candidates, nets, pairs).best(steps)
    except _TooMuch:
        flow = None
    if flow is not None and candidates.are_all:
        return Few(_debts(flow), len(flow))
    found = _easily_found(nets, pairs, whole, windows)
    debts = found.debts if flow is None else min(_debts(flow), found.debts, key=len)
    return Few(debts, max(found.at_least, at_least))


class _TooMuch(Exception):  # noqa: N818 - a signal within this module
    pass


class _Search:
    """Every partition into parts that can settle, by what is left when the part of somebody is taken.

    Branch and bound: what is left can have no more parts than `Candidates.most_parts` says.
    """

    def __init__(self, candidates: Candidates, nets: Nets, pairs: Sequence[Pair]) -> None:
        self._candidates = candidates
        self._nets = nets
        self._pairs = pairs
        self._steps = 0
        self._settles: dict[Mask, bool] = {}
        self._counts: dict[Mask, int] = {0: 0}
        self._flows: dict[Mask, Flow] = {}
        self._costs: dict[Mask, int] = {}
        self._plans: dict[Mask, Plan] = {0: (0, [])}
        base = sum(abs(minor) for minor in nets.values()) + 1
        highest = base ** len(pairs)
        self._prices = {
            pair: highest - base ** (len(pairs) - place)
            for place, pair in enumerate(pairs, start=1)
        }

    def best(self, steps: int) -> Flow | None:
        """None if no candidates settle everybody.

        Raises `_TooMuch` when so many steps do not find how many parts there can be. After as many again it
        is any plan with the most parts.
        """
        everybody = self._candidates.everybody
        self._steps = steps
        if self._count(everybody) < 0:
            return None
        self._steps = steps
        try:
            _, parts = self._plan(everybody)
        except _TooMuch:
            parts = list(self._any_parts(everybody))
        return {pair: minor for part in parts for pair, minor in self._cheapest(part).items()}

    def _count(self, mask: Mask) -> int:
        """The most parts of these people, -1 if they cannot settle."""
        if mask not in self._counts:
            most, count = self._candidates.most_parts(mask), -1
            for part in self._parts(mask):
                if count >= most:
                    break
                rest = mask ^ part
                hopeful = self._candidates.most_parts(rest) >= max(count, 0)
                if hopeful and self._can_settle(part) and self._count(rest) >= 0:
                    count = max(count, 1 + self._count(rest))
            self._counts[mask] = count
        return self._counts[mask]

    def _plan(self, mask: Mask) -> Plan:
        """The first in order of those with the most parts."""
        if mask not in self._plans:
            plans: list[Plan] = []
            for part, rest in self._best_parts(mask):
                cost, parts = self._plan(rest)
                plans.append((cost + self._cost(part), [part, *parts]))
            self._plans[mask] = min(plans)
        return self._plans[mask]

    def _best_parts(self, mask: Mask) -> Iterator[tuple[Mask, Mask]]:
        """Each part with which a partition into the most begins, and the rest."""
        others = self._count(mask) - 1
        for part in self._parts(mask):
            rest = mask ^ part
            hopeful = self._candidates.most_parts(rest) >= others
            if hopeful and self._can_settle(part) and self._count(rest) == others:
                yield part, rest

    def _any_parts(self, mask: Mask) -> Iterator[Mask]:
        self._steps = 1 << 62
        while mask:
            part, mask = next(self._best_parts(mask))
            yield part

    def _parts(self, mask: Mask) -> list[Mask]:
        """The sets with one of these people that may settle among themselves."""
        sets = self._candidates.of_first(mask)
        self._spend(1 + len(sets) // _SETS_A_STEP)
        return [part for part in sets if not part & ~mask]

    def _can_settle(self, part: Mask) -> bool:
        if self._candidates.certainly_settle(part):
            return True
        if part not in self._settles:
            self._spend(_STEPS_OF_A_FLOW)
            self._settles[part] = any_payments(*self._within(part)) is not None
        return self._settles[part]

    def _cost(self, part: Mask) -> int:
        if part not in self._costs:
            payments = self._cheapest(part).items()
            self._costs[part] = sum(self._prices[pair] * minor for pair, minor in payments)
        return self._costs[part]

    def _cheapest(self, part: Mask) -> Flow:
        if part not in self._flows:
            nets, pairs = self._within(part)
            self._spend(_STEPS_OF_A_FLOW * len(pairs))
            flow = cheapest(nets, pairs)
            assert flow is not None
            self._flows[part] = flow
        return self._flows[part]

    def _within(self, part: Mask) -> tuple[Nets, list[Pair]]:
        nets = {who: self._nets[who] for who in self._candidates.people_of(part)}
        return nets, [pair for pair in self._pairs if pair[0] in nets and pair[1] in nets]

    def _spend(self, steps: int) -> None:
        self._steps -= steps
        if self._steps < 0:
            raise _TooMuch


def _easily_found(nets: Nets, pairs: Sequence[Pair], whole: Flow, windows: int) -> Few:
    """The better of `whole` and the plan without restrictions, where parts that cannot settle are joined."""
    free = few({who: minor for who, minor in nets.items() if minor}, windows=windows)
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
