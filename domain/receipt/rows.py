"""Lines of text put back into the rows they were printed in.

A text reader returns boxes in no dependable order, on paper that may lie askew or on its side. Rows are
found by turning every box so that text runs to the right, then joining what stands at one height.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import median

from domain.receipt.line import Line, Point, Polygon

_CORNERS = 4
_LONG, _FEWEST_LONG = 4.0, 6  # times its height: a cell that shows how its row slopes
_SAME_ROW = 0.5  # of the smaller height: how far apart the middles of neighbours may be


@dataclass(frozen=True)
class Cell:
    """A line on the upright page."""

    line: Line
    left: float
    right: float
    top: float
    bottom: float

    @property
    def text(self) -> str:
        return self.line.text

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def with_text(self, text: str) -> "Cell":
        return self if text == self.text else replace(self, line=replace(self.line, text=text))

    def lowered(self, pixels: float) -> "Cell":
        return replace(self, top=self.top + pixels, bottom=self.bottom + pixels)


@dataclass(frozen=True)
class Row:
    """Cells at one height, from left to right; never empty."""

    cells: tuple[Cell, ...]

    @cached_property
    def text(self) -> str:
        return " ".join(cell.text for cell in self.cells)

    @cached_property
    def top(self) -> float:
        return min(cell.top for cell in self.cells)

    @cached_property
    def height(self) -> float:
        return max(cell.height for cell in self.cells)

    @cached_property
    def middle(self) -> float:
        return median(cell.middle for cell in self.cells)

    @cached_property
    def confidence(self) -> float:
        return min(cell.line.confidence for cell in self.cells)

    def with_texts(self, change: Callable[[str], str]) -> "Row":
        """The same row, every text of it changed so."""
        return Row(tuple(cell.with_text(change(cell.text)) for cell in self.cells))


def rows_of(lines: Iterable[Line]) -> list[Row]:
    """The rows from top to bottom."""
    rows: list[list[Cell]] = []
    for cell in sorted(cells_of(lines), key=lambda cell: cell.middle):
        row = next((row for row in reversed(rows[-6:]) if _stands_in(row, cell)), None)
        if row is None:
            rows.append([cell])
        else:
            row.append(cell)
    ordered = [Row(tuple(sorted(row, key=lambda cell: cell.left))) for row in rows]
    return sorted(ordered, key=lambda row: row.middle)


def cells_of(found: Iterable[Line]) -> list[Cell]:
    """The lines on the upright page, level."""
    lines = [line for line in found if len(line.box) == _CORNERS]
    angle = _reading_angle(lines)
    cosine, sine = math.cos(angle), math.sin(angle)
    turned = [
        [Point(x * cosine + y * sine, y * cosine - x * sine) for x, y in line.box] for line in lines
    ]
    return _levelled([_cell(*each) for each in zip(lines, turned, strict=True)], turned)


def around(cells: Sequence[Cell]) -> Polygon:
    """The place of these cells on the image: one box as it is, several as the rectangle around them."""
    if len(cells) == 1:
        return cells[0].line.box
    points = [point for cell in cells for point in cell.line.box]
    if not points:
        return ()
    xs, ys = [point.x for point in points], [point.y for point in points]
    left, top, right, bottom = min(xs), min(ys), max(xs), max(ys)
    return (Point(left, top), Point(right, top), Point(right, bottom), Point(left, bottom))


def _stands_in(row: list[Cell], cell: Cell) -> bool:
    """At one height with the neighbour in the row, and not printed over it."""
    neighbour = min(row, key=lambda other: _gap(other, cell))
    near = abs(neighbour.middle - cell.middle)
    overlap = -_gap(neighbour, cell)
    return near <= _SAME_ROW * min(neighbour.height, cell.height) and overlap <= 0.5 * min(
        neighbour.right - neighbour.left, cell.right - cell.left
    )


def _gap(one: Cell, other: Cell) -> float:
    """Horizontal distance; negative where the two overlap."""
    return max(one.left, other.left) - min(one.right, other.right)


def _cell(line: Line, box: Sequence[Point]) -> Cell:
    """Its extent is that of its edges' middles, so skew does not fatten it."""
    ys = sorted(point.y for point in box)
    half = len(ys) // 2
    xs = [point.x for point in box]
    top, bottom = sum(ys[:half]) / half, sum(ys[-half:]) / half
    return Cell(line, min(xs), max(xs), top, bottom)


def _levelled(cells: Sequence[Cell], boxes: Sequence[Sequence[Point]]) -> list[Cell]:
    """Each cell at the height that its row has at the middle of the page.

    On paper seen from the side rows converge: how much they slope grows evenly down the page.
    """
    sloping = [
        (cell.middle, (box[1].y - box[0].y) / (box[1].x - box[0].x), cell.right - cell.left)
        for cell, box in zip(cells, boxes, strict=True)
        if cell.right - cell.left >= _LONG * cell.height and box[1].x > box[0].x
    ]
    if len(sloping) < _FEWEST_LONG:
        return list(cells)
    slope, growth = _line_through(sloping)
    middle = (min(cell.left for cell in cells) + max(cell.right for cell in cells)) / 2
    return [
        cell.lowered((slope + growth * cell.middle) * (middle - (cell.left + cell.right) / 2))
        for cell in cells
    ]


def _line_through(points: Sequence[tuple[float, float, float]]) -> tuple[float, float]:
    """Height at zero and slope of the line nearest to points of x and y, by their weights."""
    whole = sum(weight for *_, weight in points)
    x_mean = sum(x * weight for x, _, weight in points) / whole
    y_mean = sum(y * weight for _, y, weight in points) / whole
    spread = sum((x - x_mean) ** 2 * weight for x, _, weight in points)
    shared = sum((x - x_mean) * (y - y_mean) * weight for x, y, weight in points)
    slope = shared / spread if spread else 0.0
    return y_mean - slope * x_mean, slope


def _reading_angle(lines: list[Line]) -> float:
    """The direction of reading, in radians: the median of the boxes' angles around their mean direction."""
    edges = [(end.x - start.x, end.y - start.y) for start, end in (line.box[:2] for line in lines)]
    mean = math.atan2(sum(dy for _, dy in edges), sum(dx for dx, _ in edges))
    turned = [_between(math.atan2(dy, dx), mean) for dx, dy in edges]
    return mean + (median(turned) if turned else 0.0)


def _between(angle: float, origin: float) -> float:
    """`angle` seen from `origin`, between minus and plus half a turn."""
    return math.remainder(angle - origin, math.tau)
