"""Which receipts there are among lines that were read from one photograph."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from domain.receipt.amounts import notation_of
from domain.receipt.dates import day_of
from domain.receipt.entries import Entry, entries_of
from domain.receipt.fields import Reading
from domain.receipt.labels import Role
from domain.receipt.line import Line
from domain.receipt.rows import Cell, Row, cells_of, rows_of

_BESIDE = 1.0  # line heights that lie between two papers, at least
_BELOW = 2.0
_FEWEST_LINES = 5
_HEAD = 2  # rows before the first amount
_CENTS = 2

Halves = tuple[list[Line], list[Line]]


def apart(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines of each paper, where several lie on one photograph without visible edges.

    There are two beside each other where an empty stripe has a sum with its label on either side: columns of
    one receipt have the label on one side and the sum on the other. There are two below each other where
    either one has a head, a day and a sum that the other does not print: the slip of a card repeats the sum.
    """
    cells = cells_of(lines)
    for one, other in _beside(cells):
        if _sums(one) and _sums(other):
            return [*apart(one), *apart(other)]
    for one, other in _below(cells):
        if _is_whole(one) and _is_whole(other) and not _agree(one, other):
            return [*apart(one), *apart(other)]
    return [list(lines)]


def is_receipt(reading: Reading) -> bool:
    """Whether paper says what only receipts say, though perhaps not its total."""
    return bool(reading.total or reading.items or (reading.merchant and reading.day))


def _beside(cells: Sequence[Cell]) -> Iterator[Halves]:
    """What stands left and right of each empty stripe."""
    return _halves(cells, lambda cell: (cell.left, cell.right), _BESIDE)


def _below(cells: Sequence[Cell]) -> Iterator[Halves]:
    """What stands above and below each empty band."""
    return _halves(cells, lambda cell: (cell.top, cell.bottom), _BELOW)


def _halves(
    cells: Sequence[Cell], extent: Callable[[Cell], tuple[float, float]], gap: float
) -> Iterator[Halves]:
    in_order = sorted(cells, key=extent)
    reach = -float("inf")
    for place, (cell, following) in enumerate(pairwise(in_order), start=1):
        reach = max(reach, extent(cell)[1])
        fits = min(place, len(in_order) - place) >= _FEWEST_LINES
        if fits and extent(following)[0] - reach >= gap * cell.height:
            yield (
                [one.line for one in in_order[:place]],
                [one.line for one in in_order[place:]],
            )


def _is_whole(lines: Sequence[Line]) -> bool:
    """Whether a paper begins and ends here."""
    rows = rows_of(lines)
    first = min((entry.row for entry in _entries(rows)), default=0)
    return first >= _HEAD and bool(_sums(lines)) and day_of(rows, None, None) is not None


def _agree(one: Sequence[Line], other: Sequence[Line]) -> bool:
    """Whether either prints the other's sum."""
    return any(
        _sums(these) & {entry.minor for entry in _entries(rows_of(those))}
        for these, those in ((one, other), (other, one))
    )


def _sums(lines: Sequence[Line]) -> set[int]:
    return {
        entry.minor
        for entry in _entries(rows_of(lines))
        if entry.role in (Role.TOTAL, Role.FINAL_TOTAL) and entry.minor
    }


def _entries(rows: Sequence[Row]) -> list[Entry]:
    notation = notation_of((cell.text for row in rows for cell in row.cells), _CENTS)
    return entries_of(rows, notation, _CENTS, frozenset())
