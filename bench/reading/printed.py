"""What a text reader would see that makes no mistake: the limit of understanding, and judged in seconds."""

from collections.abc import Iterator, Sequence

from bench.drawn.rows import Cell, Printed, Row, width
from domain.receipt import Line, Point

_LETTER, _HEIGHT, _LEADING = 12, 20, 30
_SAME_BOX = 1.5  # letters: a detector joins what stands nearer


def printed(rows: Sequence[Printed], columns: int) -> list[Line]:
    """Every run of text on paper of so many columns, each with its box."""
    return [
        line
        for place, row in enumerate(rows)
        if isinstance(row, Row)
        for line in _runs(row, place * _LEADING, columns)
    ]


def _runs(row: Row, top: int, columns: int) -> Iterator[Line]:
    runs = list[tuple[float, float, str]]()
    for cell in row.cells:
        left, right = _extent(cell, row.size, columns)
        if runs and left - runs[-1][1] < _SAME_BOX * _LETTER:
            before = runs.pop()
            runs.append((before[0], right, f"{before[2]} {cell.text}"))
        else:
            runs.append((left, right, cell.text))
    for left, right, text in runs:
        bottom = top + _HEIGHT * row.size
        box = (Point(left, top), Point(right, top), Point(right, bottom), Point(left, bottom))
        yield Line(text, 0.98, box)


def _extent(cell: Cell, size: float, columns: int) -> tuple[float, float]:
    at, wide = cell.at * columns * _LETTER, width(cell.text) * size * _LETTER
    left = {"l": at, "m": at - wide / 2, "r": at - wide}[cell.anchor]
    return left, left + wide
