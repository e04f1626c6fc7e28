"""How a suggested transfer follows from debts that people know: the chain that it cuts short. Pure."""

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

from domain.debts import Debt


class Route(NamedTuple):
    """`minor` of a transfer, along `people`: each owes the next, or is paid less by them elsewhere."""

    minor: int
    people: tuple[UUID, ...]


def routes(transfer: Debt, owed: Iterable[Debt], plan: Sequence[Debt]) -> list[Route]:
    """Routes from debtor to creditor that together carry the whole transfer, the shortest first.

    `owed` is what everyone owes everyone, `plan` the transfers that settle the same balances, this one
    among them. What is owed less what the others pay is a flow of exactly this transfer, and any flow
    is a sum of paths and cycles (Ahuja, Magnanti, Orlin, "Network Flows", 1993, theorem 3.5). If the two
    are of different moments, routes carry what they can.
    """
    left = _flow(owed, plan)
    left[transfer.debtor][transfer.creditor] += transfer.minor
    left[transfer.creditor][transfer.debtor] -= transfer.minor
    found: list[Route] = []
    missing = transfer.minor
    while missing and (people := _shortest(left, transfer.debtor, transfer.creditor)):
        steps = list(pairwise(people))
        minor = min(missing, *(left[one][other] for one, other in steps))
        for one, other in steps:
            left[one][other] -= minor
            left[other][one] += minor
        found.append(Route(minor, people))
        missing -= minor
    return found


_Flow = defaultdict[UUID, defaultdict[UUID, int]]


def _flow(owed: Iterable[Debt], plan: Iterable[Debt]) -> _Flow:
    """Owed less paid, skew-symmetric: what goes from one to the other comes from the other negative."""
    flow: _Flow = defaultdict(lambda: defaultdict(int))
    for sign, debts in ((1, owed), (-1, plan)):
        for debtor, creditor, minor in debts:
            flow[debtor][creditor] += sign * minor
            flow[creditor][debtor] -= sign * minor
    return flow


def _shortest(flow: _Flow, start: UUID, goal: UUID) -> tuple[UUID, ...]:
    """Breadth first, neighbours in id order, so that the same debts give the same routes."""
    came_from: dict[UUID, UUID] = {start: start}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        if here == goal:
            return tuple(reversed(_back(came_from, goal)))
        for there in sorted(other for other, minor in flow[here].items() if minor > 0):
            if there not in came_from:
                came_from[there] = here
                waiting.append(there)
    return ()


def _back(came_from: dict[UUID, UUID], goal: UUID) -> list[UUID]:
    people = [goal]
    while came_from[people[-1]] != people[-1]:
        people.append(came_from[people[-1]])
    return people
