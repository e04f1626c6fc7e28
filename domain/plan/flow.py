"""Money moved along permitted payments until everybody is settled. Pure.

Who owes has something to give, whoever is owed wants it, and anyone may pass money on. A payment may be
of any size; only who may pay whom is limited.
"""

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from domain.plan.fewest import Pair, along

Flow = dict[Pair, int]
Nets = Mapping[UUID, int]
Step = tuple[UUID, UUID, bool]
"""From whom to whom one more unit comes, and whether as a payment or as less of the opposite one."""


def cheapest(net_minor: Nets, permitted: Sequence[Pair]) -> Flow | None:
    """The payments that settle everybody, or None if none do.

    Of all that move the least money they move the most along the first of `permitted`, of those the most
    along the second, and so on. That is a price per unit: one price for all, less a power of a base that
    no amount reaches. So it is the transshipment problem, solved by successive shortest paths (Ahuja,
    Magnanti & Orlin, Network Flows, 9.7). The only optimum is a corner of
    what is feasible: it has no circles.
    """
    base = sum(abs(minor) for minor in net_minor.values()) + 1
    price = base ** len(permitted)
    prices = {
        pair: price - base ** (len(permitted) - place)
        for place, pair in enumerate(permitted, start=1)
    }
    left = {who: minor for who, minor in net_minor.items() if minor}
    return _settled({}, left, prices)


def any_payments(net_minor: Nets, permitted: Sequence[Pair]) -> Flow | None:
    """Some payments that settle everybody, quickly found and without circles, or None if none do."""
    left = {who: minor for who, minor in net_minor.items() if minor}
    direct = [pair for pair in permitted if left.get(pair[0], 0) < 0 < left.get(pair[1], 0)]
    flow = {(payer, payee): minor for payer, payee, minor in along(direct, left)}
    settled = _settled(flow, left, dict.fromkeys(permitted, 0))
    return settled and without_circles(settled)


def without_circles(flow: Flow) -> Flow:
    """Payments with the same balances among fewer pairs: joined up, they form a forest.

    Along a circle of pairs, whichever way each pays, the same amount can be added one way and taken off
    the other until a payment is nothing.
    """
    kept: Flow = {}
    for pair, minor in flow.items():
        kept[pair] = minor
        if round_trip := _circle(kept, pair):
            payments = [step for step in round_trip if not step[2]]
            change = min(kept[payee, payer] for payer, payee, _ in payments)
            _move(kept, round_trip, change)
    return kept


def _settled(flow: Flow, left: dict[UUID, int], prices: Mapping[Pair, int]) -> Flow | None:
    """`flow` and what settles those `left` at the least price; changes both."""
    neighbours: defaultdict[UUID, list[Step]] = defaultdict(list)
    for payer, payee in prices:
        neighbours[payer].append((payer, payee, True))
        neighbours[payee].append((payee, payer, False))
    while left:
        path = _cheapest_path(flow, left, neighbours, prices)
        if path is None:
            return None
        payer, payee = path[0][0], path[-1][1]
        taken_back = (flow[there, here] for here, there, forward in path if not forward)
        minor = min(-left[payer], left[payee], *taken_back)
        _move(flow, path, minor)
        left[payer] += minor
        left[payee] -= minor
        for who in (payer, payee):
            if not left[who]:
                del left[who]
    return flow


def _cheapest_path(
    flow: Flow, left: Nets, neighbours: Mapping[UUID, list[Step]], prices: Mapping[Pair, int]
) -> list[Step] | None:
    """From anybody who owes to anybody who is owed, by Bellman and Ford's labels kept in a queue."""
    label = {who: 0 for who, minor in left.items() if minor < 0}
    came_by: dict[UUID, Step] = {}
    queue = deque(label)
    while queue:
        here = queue.popleft()
        for step in neighbours[here]:
            _, there, forward = step
            if not forward and (there, here) not in flow:
                continue
            price = label[here] + (prices[here, there] if forward else -prices[there, here])
            if there not in label or price < label[there]:
                label[there], came_by[there] = price, step
                if there not in queue:
                    queue.append(there)
    owed = [who for who in label if left.get(who, 0) > 0]
    return _way_back(min(owed, key=lambda who: label[who]), came_by) if owed else None


def _circle(flow: Flow, pair: Pair) -> list[Step] | None:
    """The steps of a circle through this pair, taken against its payment, if the pairs form one."""
    payer, payee = pair
    neighbours: defaultdict[UUID, list[Step]] = defaultdict(list)
    for one, other in flow:
        if (one, other) != pair:
            neighbours[one].append((one, other, True))
            neighbours[other].append((other, one, False))
    came_by: dict[UUID, Step] = {}
    queue = deque([payer])
    while queue and payee not in came_by:
        for step in neighbours[queue.popleft()]:
            if step[1] not in came_by and step[1] != payer:
                came_by[step[1]] = step
                queue.append(step[1])
    if payee not in came_by:
        return None
    return [*_way_back(payee, came_by), (payee, payer, False)]


def _way_back(end: UUID, came_by: Mapping[UUID, Step]) -> list[Step]:
    def backwards() -> Iterator[Step]:
        here = end
        while step := came_by.get(here):
            yield step
            here = step[0]

    return [*backwards()][::-1]


def _move(flow: Flow, path: Sequence[Step], minor: int) -> None:
    for here, there, forward in path:
        pair = (here, there) if forward else (there, here)
        flow[pair] = flow.get(pair, 0) + (minor if forward else -minor)
        if not flow[pair]:
            del flow[pair]
