"""Confirmed receipts as labels to train PaddleOCR's models with.

A label that is wrong teaches what is wrong, so what is not certain is left out: a line is labelled only where
the confirmed value stands on it, and nowhere else.

Formats: PaddleOCR's text recognition (`SimpleDataSet`: image, tab, text) and key information extraction
(VI-LayoutXLM: image, tab, a JSON list of lines).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from domain.currency import exponent
from domain.receipt.amounts import Notation, figures, minor_units, notation_of
from domain.receipt.correction import Correction
from domain.receipt.dates import day_of
from domain.receipt.fields import Field, Reading
from domain.receipt.line import Line, Polygon
from domain.receipt.rows import rows_of
from domain.receipt.shop import same_name
from domain.receipt.words import LOOKALIKES, plain


class Label(StrEnum):
    """What a line of the paper is, for key information extraction."""

    OTHER = "OTHER"
    MERCHANT = "MERCHANT"
    DATE = "DATE"
    TOTAL = "TOTAL"


_ALIKE = 0.85  # of a name and the line that bears it, slips of the reader included


@dataclass(frozen=True, slots=True)
class Labelled:
    """A line with what it is. `text` is what certainly stands there, None where that is not known."""

    line: Line
    label: Label
    text: str | None


def labelled(lines: Sequence[Line], reading: Reading, truth: Correction) -> list[Labelled] | None:
    """Every line with its label; None where one of the confirmed values cannot be found for certain."""
    if truth.merchant is None:
        return None
    found: dict[int, Labelled] = {}
    for label, read, bearers in (
        (Label.MERCHANT, reading.merchant, _bearing_name(lines, truth.merchant)),
        (Label.DATE, reading.day, _bearing_day(lines, truth)),
        (Label.TOTAL, reading.total, _bearing_amount(lines, truth)),
    ):
        place = _place(lines, read, bearers)
        if place is None:
            return None
        found[place] = Labelled(lines[place], label, bearers[place])
    return [found.get(index, Labelled(line, Label.OTHER, None)) for index, line in enumerate(lines)]


def recognition_label(image: str, text: str) -> str:
    return f"{image}\t{text}\n"


def extraction_label(image: str, labels: Sequence[Labelled]) -> str:
    lines = [_annotation(number, one) for number, one in enumerate(labels)]
    return f"{image}\t{json.dumps(lines, ensure_ascii=False)}\n"


def _annotation(number: int, one: Labelled) -> dict[str, Any]:
    return {
        "transcription": one.text or one.line.text,
        "label": one.label.value,
        "points": [[round(point.x), round(point.y)] for point in one.line.box],
        "id": number,
        "linking": list[int](),
    }


_Bearers = dict[int, str | None]
"""Lines on which a value stands, each with its whole text if that is certain."""


def _place(lines: Sequence[Line], read: Field[Any] | None, bearers: _Bearers) -> int | None:
    """The line that was read, if it bears the value; else the only one that does."""
    inside = [index for index in bearers if read and _is_inside(lines[index].box, read.box)]
    candidates = inside or list(bearers)
    return candidates[0] if len(candidates) == 1 else None


def _bearing_name(lines: Sequence[Line], name: str) -> _Bearers:
    wanted = plain(name)
    return {
        index: _mended_name(line.text, name)
        for index, line in enumerate(lines)
        if SequenceMatcher(None, plain(line.text), wanted).ratio() >= _ALIKE
    }


def _bearing_day(lines: Sequence[Line], truth: Correction) -> _Bearers:
    return {
        index: _mended_number(line.text)
        for index, line in enumerate(lines)
        if _day_on(line, truth.currency) == truth.day
    }


def _bearing_amount(lines: Sequence[Line], truth: Correction) -> _Bearers:
    decimals = exponent(truth.currency)
    notation = notation_of((line.text for line in lines), decimals)
    return {
        index: _mended_number(line.text)
        for index, line in enumerate(lines)
        if truth.total_minor in _amounts_on(line.text, notation, decimals)
    }


def _amounts_on(text: str, notation: Notation, decimals: int) -> list[int | None]:
    texts = {text, _mended_number(text) or text}
    return [minor_units(one.value, decimals) for text in texts for one in figures(text, notation)]


def _day_on(line: Line, currency: str) -> date | None:
    found = day_of(rows_of([line]), currency, None)
    return found.value if found else None


def _mended_number(text: str) -> str | None:
    """The text where it is all numbers, letters that look like digits put right."""
    mended = text.strip().translate(LOOKALIKES)
    return None if any(char.isalpha() for char in mended) else mended


def _mended_name(text: str, name: str) -> str | None:
    """The text with its slips put right in the paper's own capitals; None where it says anything else."""
    text = " ".join(text.split())
    if len(text) != len(name) or not all(map(_look_alike, text, name)):
        return None
    capitals = name.upper() if text == text.upper() else name
    pairs = zip(text, capitals, strict=True)
    return "".join(sign if same_name(sign, right) else right for sign, right in pairs)


def _look_alike(sign: str, other: str) -> bool:
    return not _looks(sign).isdisjoint(_looks(other))


def _looks(sign: str) -> set[str]:
    return {sign.casefold(), sign.translate(LOOKALIKES), sign.upper().translate(LOOKALIKES)}


def _is_inside(box: Polygon, place: Polygon) -> bool:
    """Whether the middle of the box lies within the bounds of the place."""
    if not box or not place:
        return False
    x = sum(point.x for point in box) / len(box)
    y = sum(point.y for point in box) / len(box)
    xs, ys = [point.x for point in place], [point.y for point in place]
    return min(xs) <= x <= max(xs) and min(ys) <= y <= max(ys)
