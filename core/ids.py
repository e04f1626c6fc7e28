"""Identifiers: UUIDv7 (RFC 9562), so rows sort by birth and clients may mint them offline."""

import os
import time
from uuid import UUID

_VERSION_7 = 7


def new_id() -> UUID:
    millis = time.time_ns() // 1_000_000
    value = int.from_bytes(millis.to_bytes(6, "big") + os.urandom(10), "big")
    value = value & ~(0xF << 76) | _VERSION_7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)
