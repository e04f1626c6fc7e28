"""Which receipts there are among lines that were read from one photograph."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from domain.receipt.amounts import notation_of
from domain.receipt.entries import entries_of
from domain.receipt.fields import Reading
from domain.receipt.labels import Role
from domain.receipt.line import Line
from domain.receipt.rows import Cell, cells_of, rows_of

_GAP = 1.0  # line heights that lie between two papers, at least
_FEWEST_LINES = 5
_CENTS = 2


def side_by_side(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines of each paper, from the left, where several lie beside each other without visible edges.

    There are two where an empty stripe has a sum with its label on either side: columns of one receipt have
    the label on one side and the sum on the other.
    """
    for left, right in _halves(cells_of(lines)):
        if _has_a_total(left) and _has_a_total(right):
            return [*side_by_side(left), *side_by_side(right)]
    return [list(lines)]


def is_receipt(reading: Reading) -> bool:
    """Whether paper says what only receipts say, though perhaps not its total."""
    return bool(reading.total or reading.items or (reading.merchant and reading.day))


def _halves(cells: Sequence[Cell]) -> Iterator[tuple[list[Line], list[Line]]]:
    """What stands left and right of each empty stripe."""
    in_order = sorted(cells, key=lambda cell: cell.left)
    reach = -float("inf")
    for place, (cell, following) in enumerate(pairwise(in_order), start=1):
        reach = max(reach, cell.right)
        fits = min(place, len(in_order) - place) >= _FEWEST_LINES
        if fits and following.left - reach >= _GAP * cell.height:
            yield (
                [one.line for one in in_order[:place]],
                [one.line for one in in_order[place:]],
            )


def _has_a_total(lines: Sequence[Line]) -> bool:
    rows = rows_of(lines)
    notation = notation_of((line.text for line in lines), _CENTS)
    entries = entries_of(rows, notation, _CENTS, frozenset())
    return any(entry.role in (Role.TOTAL, Role.FINAL_TOTAL) and entry.minor for entry in entries)
