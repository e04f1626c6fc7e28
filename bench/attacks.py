"""Bodies that attackers send, one another each time so that no cache helps."""

import json
from collections.abc import Callable
from typing import NamedTuple


class Attack(NamedTuple):
    """`body` is what is sent for the so-manieth time."""

    name: str
    body: Callable[[int], bytes]
    content_type: str = "application/json"


def _says(document: str, **variables: object) -> Callable[[int], bytes]:
    return lambda number: json.dumps(
        {"query": f"{document} # {number}", "variables": variables}
    ).encode()


def _is(body: bytes) -> Callable[[int], bytes]:
    return lambda _: body


def _doubling(levels: int) -> str:
    """Fragments that spread each other twice: as many fields as two to the power of the levels."""
    spreading = [
        f"fragment F{level} on Query {{ ...F{level + 1} ...F{level + 1} }}"
        for level in range(levels)
    ]
    return " ".join(["{ ...F0 }", *spreading, f"fragment F{levels} on Query {{ __typename }}"])


def _overlapping(count: int) -> str:
    return "{ " + "me { personalLedger { id } } " * count + "}"


def _aliases(count: int) -> str:
    page = "ledgers(first: 100) { edges { node { id members { id name } } } }"
    return "{ " + " ".join(f"a{number}: {page}" for number in range(count)) + " }"


def _within(opening: str, inside: str, levels: int) -> str:
    return opening * levels + inside + " }" * levels * opening.count("{")


_MANY_IDS = ["x"] * 100_000
_LONG = "x" * 900_000
_TYPES = "{ __schema { types " + _within("{ fields { type ", "{ name }", 6) + " } }"
_ONE = b'{"query": "{ __typename }"}'
_DIGITS = b"9" * 900_000

ATTACKS = (
    Attack("400 overlapping selections", _says(_overlapping(400))),
    Attack("90 overlapping selections", _says(_overlapping(90))),
    Attack("10,000 fields", _says("{ " + "__typename " * 10_000 + "}")),
    Attack("50 aliases of a list of 100", _says(_aliases(50))),
    Attack("15 aliases of a list of 100", _says(_aliases(15))),
    Attack("1,000 levels", _says(_within("{ me ", "", 1000))),
    Attack("fragments that double 30 times", _says(_doubling(30))),
    Attack("fragments in a circle", _says("{ ...A } fragment A on Query { ...A }")),
    Attack("300 directives", _says("{ __typename" + " @skip(if: false)" * 300 + " }")),
    Attack("300 unknown fields", _says("{ " + " ".join(f"x{n}" for n in range(300)) + " }")),
    Attack("types of types", _says(_TYPES)),
    Attack("100,000 ids", _says("query($i: [ID!]!) { nodes(ids: $i) { id } }", i=_MANY_IDS)),
    Attack("an id of 900 kB", _says("query($i: ID!) { node(id: $i) { id } }", i=_LONG)),
    Attack("900,000 digits", _is(b'{"query": "{ __typename }", "variables": {"n": ' + _DIGITS + b"}}")),
    Attack("null", _is(b"null")),
    Attack("100 operations in an array", _is(b"[" + b",".join([_ONE] * 100) + b"]")),
    Attack("bytes that are no text", _is(b'{"query": "\xff\xfe"}')),
    Attack("10,000 arrays in each other", _is(b"[" * 10_000 + b"]" * 10_000)),
    Attack("2 MB", _is(b" " * 2_000_000)),
    Attack("a form without end", _is(b"--x\r\n" * 10_000), "multipart/form-data; boundary=x"),
)  # fmt: skip
