"""Readings as JSON values, and back; so what they were read from, and what was learnt of them."""

from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter

from domain.receipt.calibration import Curves, Knot, Name
from domain.receipt.correction import Correction
from domain.receipt.fields import Reading
from domain.receipt.line import Line

_READING = TypeAdapter(Reading)
_LINES = TypeAdapter(list[Line])
_CORRECTION = TypeAdapter(Correction)
_CURVES = TypeAdapter(dict[Name, list[Knot]])


def stored(reading: Reading) -> dict[str, Any]:
    return _READING.dump_python(reading, mode="json")


def restored(reading: dict[str, Any]) -> Reading:
    return _READING.validate_python(reading)


def stored_lines(lines: Iterable[Line]) -> list[dict[str, Any]]:
    return _LINES.dump_python(list(lines), mode="json")


def restored_lines(lines: list[dict[str, Any]]) -> list[Line]:
    return _LINES.validate_python(lines)


def stored_correction(correction: Correction) -> dict[str, Any]:
    return _CORRECTION.dump_python(correction, mode="json")


def restored_correction(correction: dict[str, Any]) -> Correction:
    return _CORRECTION.validate_python(correction)


def stored_curves(curves: Curves) -> dict[str, Any]:
    return _CURVES.dump_python(curves, mode="json")  # pyright: ignore[reportArgumentType] - any mapping will do


def restored_curves(curves: dict[str, Any]) -> Curves:
    return _CURVES.validate_python(curves)
