"""A ledger's log as a file, and what is wrong with such a file. Pure; docs/log-export.md is its description.

Whoever verifies a line needs no JSON writer: without its hash it is, byte for byte, what was hashed.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast
from uuid import UUID

import orjson

from domain.log import GENESIS, Fact, canonical, linked

FORMAT = 1

_LINE = re.compile(rb'(\{.*),"hash":"([0-9a-f]{64})"\}\n', re.DOTALL)


class Trouble(StrEnum):
    """What can be wrong with a line of an export."""

    UNREADABLE = "UNREADABLE"
    FOREIGN = "FOREIGN"
    GAP = "GAP"
    ORDER = "ORDER"
    HASH = "HASH"
    ADDED = "ADDED"
    TRUNCATED = "TRUNCATED"


@dataclass(frozen=True, slots=True)
class Head:
    """How far a log goes. Two members with the same `hash` have the same history up to `seq`."""

    ledger_id: UUID
    seq: int
    hash: bytes


class Tampered(Exception):  # noqa: N818 - a finding, not an error
    """The first line that cannot be as we wrote it. `seq` is the number of the event that belongs there."""

    def __init__(self, trouble: Trouble, line: int, seq: int, detail: str) -> None:
        super().__init__(f"Line {line}, event {seq}: {trouble}. {detail}")
        self.trouble, self.line, self.seq = trouble, line, seq


def first_line(head: Head) -> bytes:
    """Which log follows, and where it ends: what is missing at its end would not be noticed otherwise."""
    known = {
        "outgo_log": FORMAT,
        "ledger_id": str(head.ledger_id),
        "seq": head.seq,
        "hash": head.hash.hex(),
    }
    return orjson.dumps(known, option=orjson.OPT_APPEND_NEWLINE)


def line(fact: Fact, hash: bytes) -> bytes:
    return b'%b,"hash":"%b"}\n' % (canonical(fact)[:-1], hash.hex().encode())


def verify(lines: Iterable[bytes]) -> Head:
    """The head of an export in which every line follows from the one before it. Raises: `Tampered`."""
    rest = iter(lines)
    head = _head(next(rest, b""))
    seq, hash = 0, GENESIS
    for text in rest:
        hash = _following(head, seq, hash, text)
        seq += 1
    if seq < head.seq:
        raise _tampered(Trouble.TRUNCATED, seq + 1, f"The first line promises {head.seq} events.")
    if hash != head.hash:
        raise Tampered(Trouble.HASH, 1, seq, "The first line promises another hash at the end.")
    return head


def _head(text: bytes) -> Head:
    match _parsed(text):
        case {"outgo_log": 1, "ledger_id": str(ledger_id), "seq": int(seq), "hash": str(hash)}:
            with suppress(ValueError):
                head = Head(UUID(ledger_id), seq, bytes.fromhex(hash))
                if text == first_line(head):
                    return head
        case _:
            pass
    raise Tampered(Trouble.UNREADABLE, 1, 0, f"This does not begin an export of format {FORMAT}.")


def _following(head: Head, seq: int, previous: bytes, text: bytes) -> bytes:
    """The hash of the line after the event `seq`, once everything about it is right."""
    expected = seq + 1
    if expected > head.seq:
        raise _tampered(Trouble.ADDED, expected, f"The first line promises {head.seq} events.")
    written = _LINE.fullmatch(text)
    fact = _parsed(text)
    actual = fact.get("seq")
    if written is None or not isinstance(actual, int):
        raise _tampered(Trouble.UNREADABLE, expected, "This is not an event and its hash.")
    if fact.get("ledger_id") != str(head.ledger_id):
        raise _tampered(Trouble.FOREIGN, expected, "This event is of another ledger.")
    if actual > expected:
        raise _tampered(Trouble.GAP, expected, f"This event is missing; number {actual} is here.")
    if actual < expected:
        raise _tampered(Trouble.ORDER, expected, f"Number {actual} is in its place.")
    hash = linked(previous, written[1] + b"}")
    if hash.hex().encode() != written[2]:
        raise _tampered(Trouble.HASH, expected, "It is not what was hashed after the one before.")
    return hash


def _tampered(trouble: Trouble, seq: int, detail: str) -> Tampered:
    return Tampered(trouble, seq + 1, seq, detail)  # the first line is none of the events


def _parsed(text: bytes) -> dict[str, Any]:
    """The object on the line; empty when there is none."""
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}
