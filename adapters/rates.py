"""Points that a user and an address may spend in a minute, on all processes together.

Asking Redis each time would cost more than many an answer. So a process takes some more than it needs, for
the caller's next operations, and with its next question gives back what they did not need. Nobody gets more
by that; for a second, on another process, a caller may find a twentieth less.
"""

import math
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from adapters.buckets import Buckets
from adapters.networks import network
from domain.bucket import Bucket
from domain.errors import Forbidden

WINDOW_SECONDS = 60
_KEPT_SECONDS = 1
_ADVANCE = 20  # one of so many parts of a bucket is taken in advance
_MOST_PURSES = 10_000


class RateLimited(Forbidden):
    """After so many whole `seconds` there are points enough again."""

    code = "RATE_LIMITED"

    def __init__(self, wait_seconds: float) -> None:
        self.seconds = math.ceil(wait_seconds)
        super().__init__(
            f"Too many points in too short a time. Try again in {self.seconds} seconds."
        )


class Standing(NamedTuple):
    """How a caller stands by the policy that leaves the least. If that is too little: for how long."""

    policy: str
    capacity: int
    left: int
    wait_seconds: float = 0

    @property
    def per_second(self) -> float:
        return self.capacity / WINDOW_SECONDS


@dataclass(slots=True)
class _Purse:
    """What was taken in advance for a caller, good until then, and what Redis had left after that."""

    policies: tuple[str, ...]
    buckets: tuple[Bucket, ...]
    points: int = 0
    until: float = 0
    left: tuple[int, ...] = ()

    @property
    def most(self) -> int:
        return min(bucket.capacity for bucket in self.buckets)

    def standing(self, wait_seconds: float = 0) -> Standing:
        least, place = min((left, place) for place, left in enumerate(self.left))
        capacity = self.buckets[place].capacity
        return Standing(self.policies[place], capacity, least + self.points, wait_seconds)


class Rates:
    """`per_user` and `per_address` are points in a minute, all at once if one likes; 0 is no limit."""

    def __init__(self, buckets: Buckets, *, per_user: int, per_address: int) -> None:
        self._buckets = buckets
        self._per_user, self._per_address = per_user, per_address
        self._purses: OrderedDict[tuple[UUID | None, str], _Purse] = OrderedDict()

    async def spend(self, user: UUID | None, address: str, points: int) -> Standing | None:
        """Take the points from what both may spend, if both have them. None where there is no limit."""
        purse = self._purse(user, address)
        if not purse.buckets:
            return None
        points = min(points, purse.most)  # what costs more than a minute's worth takes all of it
        if purse.points < points or purse.until < time.monotonic():
            wait_seconds = await self._fill(purse, points)
            if wait_seconds:
                return purse.standing(wait_seconds)
        purse.points -= points
        return purse.standing()

    async def _fill(self, purse: _Purse, points: int) -> float:
        """Give back what is there, take what is needed and some more. Seconds to wait if that is too much."""
        there, purse.points = purse.points, 0  # given back once, whoever else asks meanwhile
        taken = await self._buckets.take(
            purse.buckets, points, points + purse.most // _ADVANCE, back=there
        )
        purse.points += taken.amount
        purse.left, purse.until = taken.left, time.monotonic() + _KEPT_SECONDS
        return taken.wait_seconds

    def _purse(self, user: UUID | None, address: str) -> _Purse:
        purse = self._purses.get((user, address))
        if purse is None:
            purse = self._purses[user, address] = self._empty(user, address)
            if len(self._purses) > _MOST_PURSES:
                self._purses.popitem(last=False)
        self._purses.move_to_end((user, address))
        return purse

    def _empty(self, user: UUID | None, address: str) -> _Purse:
        wanted = (("user", user, self._per_user), ("address", network(address), self._per_address))
        found = [(policy, who, most) for policy, who, most in wanted if who is not None and most]
        return _Purse(
            policies=tuple(policy for policy, _, _ in found),
            buckets=tuple(
                Bucket(f"points/{policy}/{who}", most, WINDOW_SECONDS)
                for policy, who, most in found
            ),
        )
