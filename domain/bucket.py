"""How much of something somebody may take in a while: a token bucket, kept as one number. Pure.

The number is the moment at which the bucket will be full again (the generic cell rate algorithm, ITU-T
I.371): taking moves it away, and time comes nearer by itself. `adapters.buckets` has the same in Lua.
"""

import math
from typing import NamedTuple


class Bucket(NamedTuple):
    """`capacity` at once, and as much again in each `window_seconds`."""

    key: str
    capacity: int
    window_seconds: float


class Taken(NamedTuple):
    """How much was taken, what is left in each bucket, and otherwise in how many seconds it can be taken."""

    amount: int
    left: tuple[int, ...]
    wait_seconds: float = 0


def left(bucket: Bucket, full_at: float, now: float) -> int:
    there = bucket.window_seconds - max(0, full_at - now) + _MOMENT_SECONDS
    return min(bucket.capacity, math.floor(max(0, there) * bucket.capacity / bucket.window_seconds))


def full_after(bucket: Bucket, full_at: float, now: float, amount: int) -> float:
    """When it will be full once so much was taken; less than nothing gives back."""
    return max(now, max(now, full_at) + amount * bucket.window_seconds / bucket.capacity)


def wait_for(bucket: Bucket, full_at: float, now: float, amount: int) -> float:
    """For how many seconds there is less than the amount."""
    wait = full_after(bucket, full_at, now, amount) - now - bucket.window_seconds
    return wait if wait > _MOMENT_SECONDS else 0


_MOMENT_SECONDS = 1e-7  # as exactly as sums of times are, on a clock that has run for years
