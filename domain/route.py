"""How suggested transfers follow from debts that people know: the chains that they cut short. Pure."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

from domain.debts import Debt
from domain.party import Parties

_QUICK = 2_000  # transfers times debts


class Step(NamedTuple):
    """`debtor` owes `creditor` this much, pair by pair; `within` a party nothing has to be owed."""

    debtor: UUID
    creditor: UUID
    owed_minor: int
    within: bool


class Route(NamedTuple):
    """`minor` of a transfer, along neighbours: each owes the next, or is paid less by them elsewhere."""

    minor: int
    steps: Sequence[Step]


@dataclass(frozen=True, slots=True, eq=False)
class Suggested:
    """The transfers that settle a ledger in one currency: each is explained together with the others."""

    ledger_id: UUID
    currency: str
    debts: Sequence[Debt]


@dataclass(frozen=True, slots=True)
class Question:
    """Why these `transfers` of a `plan`, in view of what everyone owes everyone? All in one currency."""

    transfers: Sequence[Debt]
    plan: Sequence[Debt]
    owed: Sequence[Debt]
    parties: Parties = field(default_factory=Parties)

    @property
    def is_quick(self) -> bool:
        """Whether it takes no more than some milliseconds."""
        return len(self.transfers) * len(self.owed) <= _QUICK


def routes(question: Question) -> list[list[Route]]:
    """For each transfer, routes from debtor to creditor that together carry it wholly, the shortest first.

    What parties owe less what the others pay is a flow of exactly this transfer, and any flow is a sum of
    paths and cycles (Ahuja, Magnanti, Orlin, "Network Flows", 1993, theorem 3.5); through a party it may
    pass from any member to any other. If plan and debts are of different moments, routes carry what they can.
    """
    flow, minor_of = _Flow(question), {(one, other): minor for one, other, minor in question.owed}
    of = question.parties.of
    return [
        [
            Route(
                minor,
                [
                    Step(one, other, minor_of.get((one, other), 0), of(one) == of(other))
                    for one, other in pairwise(people)
                ],
            )
            for minor, people in flow.without(transfer).paths(transfer)
        ]
        for transfer in question.transfers
    ]


class _Flow:
    """Owed less paid between parties, skew-symmetric: what goes one way comes back negative.

    People are numbers in id order, so that the same debts give the same routes. `ways` holds for each the
    set of those to whom something flows, as the bits of a number, and `within` those in the same party.
    """

    def __init__(self, question: Question) -> None:
        parties = question.parties
        self.people = sorted(
            {who for debt in (*question.owed, *question.plan) for who in debt[:2]}
            | parties.payer_of.keys()
        )
        self.place = {who: place for place, who in enumerate(self.people)}
        self.within = [self.bits(parties.members(who) - {who}) for who in self.people]
        self.ways = [0] * len(self.people)
        self.minor: dict[tuple[int, int], int] = {}
        self.add(question.owed, 1)
        self.add(question.plan, -1)

    def without(self, transfer: Debt) -> "_Flow":
        """What flows when this transfer of the plan is not made."""
        flow = copy(self)
        flow.ways, flow.minor = self.ways.copy(), self.minor.copy()
        flow.add([transfer], 1)
        return flow

    def paths(self, transfer: Debt) -> Iterator[tuple[int, Sequence[UUID]]]:
        """Take the transfer's paths out of the flow, one after the other."""
        start, goal = self.place[transfer.debtor], self.place[transfer.creditor]
        missing = transfer.minor
        while missing and (path := self.shortest(start, goal)):
            steps = [(one, other) for one, other in pairwise(path) if not self.is_free(one, other)]
            minor = min([missing, *(self.minor[step] for step in steps)])
            for one, other in steps:
                self.move(one, other, -minor)
            yield minor, [self.people[place] for place in path]
            missing -= minor

    def add(self, debts: Iterable[Debt], sign: int) -> None:
        for debtor, creditor, minor in debts:
            one, other = self.place[debtor], self.place[creditor]
            if not self.is_free(one, other):
                self.move(one, other, sign * minor)

    def move(self, one: int, other: int, minor: int) -> None:
        flow = self.minor.get((one, other), 0) + minor
        self.minor[one, other], self.minor[other, one] = flow, -flow
        self.open(one, other, is_open=flow > 0)
        self.open(other, one, is_open=flow < 0)

    def open(self, one: int, other: int, *, is_open: bool) -> None:
        self.ways[one] = self.ways[one] & ~(1 << other) | is_open << other

    def is_free(self, one: int, other: int) -> bool:
        return bool(self.within[one] >> other & 1)

    def bits(self, people: Iterable[UUID]) -> int:
        return sum(1 << self.place[who] for who in people)

    def shortest(self, start: int, goal: int) -> list[int]:
        """Breadth first; empty if there is none."""
        came_from = {start: start}
        unseen = (1 << len(self.people)) - 1 & ~(1 << start)
        waiting = deque([start])
        while waiting:
            here = waiting.popleft()
            found = (self.ways[here] | self.within[here]) & unseen
            unseen &= ~found
            came_from |= dict.fromkeys(places := _places(found), here)
            if goal in came_from:
                return _back(came_from, goal)
            waiting.extend(places)
        return []


def _places(bits: int) -> list[int]:
    """Where a number has ones, the lowest first."""
    places: list[int] = []
    while bits:
        lowest = bits & -bits
        places.append(lowest.bit_length() - 1)
        bits ^= lowest
    return places


def _back(came_from: dict[int, int], goal: int) -> list[int]:
    path = [goal]
    while came_from[path[-1]] != path[-1]:
        path.append(came_from[path[-1]])
    return path[::-1]
