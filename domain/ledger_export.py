"""A ledger as one JSON file, a record per line: docs/export-import.md is its description. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

FORMAT = 1
MARK = "outgo_export"

Record = Mapping[str, Any]


def opening(seq: int, ledger: Record, balances: Sequence[Record]) -> bytes:
    """Which ledger follows, and everybody's balance after its event `seq`."""
    return b'{"%b":%d,\n"seq":%d,\n"ledger":%b,\n"balances":[%b]' % (
        MARK.encode(),
        FORMAT,
        seq,
        _json(ledger),
        _lines(balances),
    )


def section(name: str) -> bytes:
    return b',\n"%b":[' % name.encode()


def page(records: Sequence[Record], *, first: bool) -> bytes:
    """Some records of a section, which has commas between its pages too."""
    return _lines(records) if first or not records else b"," + _lines(records)


def end_of_section() -> bytes:
    return b"\n]"


def closing(seq: int) -> bytes:
    """Where the log was at the end: who finds the `seq` of the beginning here knows that nothing moved."""
    return b',\n"seq_at_end":%d}\n' % seq


def _lines(records: Sequence[Record]) -> bytes:
    return b",".join(b"\n" + _json(record) for record in records)


def _json(record: Record) -> bytes:
    return orjson.dumps(record, default=str, option=orjson.OPT_UTC_Z)
