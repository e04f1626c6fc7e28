"""Receipts as a text reader hands them over, without an image."""

import math
import re
from collections.abc import Iterator

from domain.receipt import Line, Point

_LETTER, _HEIGHT, _ROW, _WIDTH = 12, 20, 34, 480


def paper(text: str, *, angle_degrees: float = 0.0) -> list[Line]:
    """A line for each piece of text: two spaces part the cells of a row, the last of which stands right."""
    return [
        Line(cell, 0.98, tuple(_turned(point, angle_degrees) for point in box))
        for number, row in enumerate(text.strip("\n").splitlines())
        for cell, box in _cells(row, number * _ROW)
    ]


def _cells(row: str, top: int) -> Iterator[tuple[str, tuple[Point, ...]]]:
    cells = list(re.finditer(r"\S+(?: \S+)*", row))
    for index, match in enumerate(cells):
        width = len(match[0]) * _LETTER
        last = index == len(cells) - 1 and index > 0
        left = _WIDTH - width if last else match.start() * _LETTER
        yield (
            match[0],
            (
                Point(left, top),
                Point(left + width, top),
                Point(left + width, top + _HEIGHT),
                Point(left, top + _HEIGHT),
            ),
        )


def _turned(point: Point, degrees: float) -> Point:
    angle = math.radians(degrees)
    cosine, sine = math.cos(angle), math.sin(angle)
    return Point(point.x * cosine - point.y * sine, point.x * sine + point.y * cosine)
