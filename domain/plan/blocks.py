"""Problems that fall apart: what passes through whoever alone joins two sides is known beforehand. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from domain.plan.fewest import Pair
from domain.plan.parts import groups

Nets = Mapping[UUID, int]
Piece = tuple[Nets, list[Pair]]
"""People who settle apart from everybody else, and the payments permitted among them that can be of use."""


def pieces(net_minor: Nets, permitted: Sequence[Pair]) -> Iterator[Piece]:
    """Problems whose plans together are the plan: each permitted payment is in one of them at most.

    Whoever is in several has in each the balance that evens out everybody else there. In what remains
    nobody alone joins two sides; a tree falls apart into its pairs.
    """
    open_nets = {who: minor for who, minor in net_minor.items() if minor}
    useful = _useful(open_nets, permitted)
    for people in groups(useful, alone=open_nets):
        nets = {who: open_nets.get(who, 0) for who in sorted(people)}
        pairs = [pair for pair in useful if pair[0] in people]
        blocks = [] if sum(nets.values()) else list(_blocks(nets, pairs))
        if len(blocks) < 2:  # noqa: PLR2004 - it cannot be settled, or it does not fall apart
            yield nets, pairs
        else:
            for block in blocks:
                yield from pieces(block, [pair for pair in pairs if block.keys() >= {*pair}])


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


def _blocks(nets: Nets, pairs: Sequence[Pair]) -> Iterator[dict[UUID, int]]:
    """The biconnected components (Hopcroft & Tarjan 1973) of connected people, each evened out.

    From the leaves of the search tree inwards: when one is complete, everybody in it but who joins it to
    the rest has taken over the balances beyond them.
    """
    neighbours: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for payer, payee in pairs:
        neighbours[payer].append(payee)
        neighbours[payee].append(payer)
    above = _depth_first(next(iter(nets)), neighbours)
    place = {who: number for number, who in enumerate(above)}
    lowest = {who: min(place[one] for one in [who, *neighbours[who]]) for who in above}
    left, together = dict(nets), {who: [who] for who in above}
    for who, parent in reversed(above.items()):
        if parent is None:
            continue
        if lowest[who] < place[parent]:
            lowest[parent] = min(lowest[parent], lowest[who])
            together[parent] += together[who]
        else:
            block = {one: left[one] for one in together[who]}
            beyond = sum(block.values())
            left[parent] += beyond
            yield block | {parent: -beyond}


def _depth_first(root: UUID, neighbours: Mapping[UUID, list[UUID]]) -> dict[UUID, UUID | None]:
    """Whom each one was reached from, in the order of a depth-first search."""
    above: dict[UUID, UUID | None] = {root: None}
    trail = [(root, iter(neighbours.get(root, ())))]
    while trail:
        here, ahead = trail[-1]
        there = next((one for one in ahead if one not in above), None)
        if there is None:
            trail.pop()
        else:
            above[there] = here
            trail.append((there, iter(neighbours[there])))
    return above
