"""Identifiers: UUIDv7 (RFC 9562), so rows sort by birth and clients may mint them offline."""

import os
import time
from uuid import UUID

_MARKED = 0xF << 76 | 0x3 << 62  # where version and variant stand
_MARKS = 0x7 << 76 | 0x2 << 62
_NANOS_PER_MILLI = 1_000_000


def new_id() -> UUID:
    millis, chance = time.time_ns() // _NANOS_PER_MILLI, int.from_bytes(os.urandom(10), "big")
    return UUID(int=(millis << 80 | chance) & ~_MARKED | _MARKS)
