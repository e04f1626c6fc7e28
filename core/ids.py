"""Identifiers: UUIDv7 (RFC 9562), so rows sort by birth and clients may mint them offline."""

import os
import time
from uuid import UUID

_MARKED = 0xF << 76 | 0x3 << 62  # where version and variant stand
_MARKS = 0x7 << 76 | 0x2 << 62
_NANOS_PER_MILLI = 1_000_000
_CHANCE_BYTES = 10


def new_id() -> UUID:
    return _made(_stamp(), os.urandom(_CHANCE_BYTES))


def new_ids(count: int) -> list[UUID]:
    """Of the same millisecond, in no order among themselves."""
    stamp, chance = _stamp(), os.urandom(_CHANCE_BYTES * count)
    starts = range(0, len(chance), _CHANCE_BYTES)
    return [_made(stamp, chance[start : start + _CHANCE_BYTES]) for start in starts]


def _stamp() -> int:
    return time.time_ns() // _NANOS_PER_MILLI << 80


def _made(stamp: int, chance: bytes) -> UUID:
    return UUID(int=(stamp | int.from_bytes(chance, "big")) & ~_MARKED | _MARKS)
