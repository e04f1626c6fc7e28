"""Readings as JSON values, and back; the lines they were read from beside them."""

from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter

from domain.receipt.fields import Reading
from domain.receipt.line import Line

_READING = TypeAdapter(Reading)
_LINES = TypeAdapter(list[Line])


def stored(reading: Reading) -> dict[str, Any]:
    return _READING.dump_python(reading, mode="json")


def restored(reading: dict[str, Any]) -> Reading:
    return _READING.validate_python(reading)


def stored_lines(lines: Iterable[Line]) -> list[dict[str, Any]]:
    return _LINES.dump_python(list(lines), mode="json")
