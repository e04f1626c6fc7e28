"""The amounts on a receipt, each with what the paper calls it."""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from domain.receipt.amounts import Notation, figures, minor_units
from domain.receipt.labels import Role, role_of
from domain.receipt.rows import Cell, Row
from domain.receipt.words import letters_in, plain

_LOST_MARK = re.compile(r"(?<![\d.,])(\d{1,5})\s?(\d{2})\s*$")
_TIMES = re.compile(r"(?:@|\b\d+(?:[.,]\d+)?\s*(?:[^\W\d]{1,4}\s*)??[xX×*])\s*(?:単価?)?\s*\.?\s*$")
_CURRENCY_LETTERS = 3


@dataclass(frozen=True)
class Entry:
    """An amount in minor units at a row of the page.

    `of_taxes`: stands in a table that sums up taxes. `of_one`: is the price of one piece ("2 x 3.50").
    `doubtful`: the reader saw digits without a mark.
    """

    minor: int
    role: Role | None
    cell: Cell
    row: int
    of_taxes: bool = False
    of_one: bool = False
    doubtful: bool = False


def entries_of(
    rows: Sequence[Row], notation: Notation, exponent: int, tables: AbstractSet[int]
) -> list[Entry]:
    """Every amount from top to bottom, left to right; `tables` are the rows that sum up taxes."""
    found = [
        replace(entry, of_taxes=index in tables)
        for index, row in enumerate(rows)
        for entry in _entries_in(row, index, notation, exponent)
    ]
    return _with_labels_from_neighbours(rows, found)


class _Amount(NamedTuple):
    """`label` is what stands between the amount before and this one."""

    minor: int
    label: str
    role: Role | None
    cell: Cell


def _entries_in(row: Row, index: int, notation: Notation, exponent: int) -> Iterator[Entry]:
    """The row's amounts; one without a label of its own shares the label that begins the row."""
    amounts = list(_amounts(row, notation, exponent))
    for place, amount in enumerate(amounts):
        is_last = place == len(amounts) - 1
        of_one = _is_of_one(amount.label, is_last=is_last)
        yield Entry(amount.minor, amount.role or amounts[0].role, amount.cell, index, of_one=of_one)
    if not amounts and (lost := _lost_mark(row, exponent)) is not None:
        yield Entry(lost, role_of(row.text), row.cells[-1], index, doubtful=True)


def _amounts(row: Row, notation: Notation, exponent: int) -> Iterator[_Amount]:
    before, begun = "", 0
    for cell in row.cells:
        offset = len(before)
        before += cell.text + " "
        for figure in figures(cell.text, notation):
            label = before[begun : offset + figure.start]
            role, minor = _role_in(label, notation), minor_units(figure.value, exponent)
            is_whole = not notation.decimals and figure.end == len(cell.text) and not figure.is_rate
            is_told = is_whole and role not in (None, Role.COUNT)
            if minor is not None and (figure.is_money or is_told):
                yield _Amount(minor, label, role, cell)
                begun = offset + figure.end


def _is_of_one(label: str, *, is_last: bool) -> bool:
    """Whether a count stands before the amount, and nothing else that it could be the amount of."""
    counted = _TIMES.search(label)
    return counted is not None and not (is_last and letters_in(label[: counted.start()]))


def _role_in(label: str, notation: Notation) -> Role | None:
    """Of the pieces between plain numbers, the nearest to the amount that says something."""
    pieces, end = list[str](), len(label)
    for figure in reversed(figures(label, notation)):
        if not figure.is_rate:
            pieces.append(label[figure.end : end])
            end = figure.start
    return next((role for piece in (*pieces, label[:end]) if (role := role_of(piece))), None)


def _lost_mark(row: Row, exponent: int) -> int | None:
    """The amount at the end of a labelled row whose decimal mark the reader missed ("Total 600")."""
    match = _LOST_MARK.search(row.text)
    if not match or exponent != len(match[2]) or role_of(row.text) in (None, Role.COUNT):
        return None
    return int(match[1] + match[2])


def _with_labels_from_neighbours(rows: Sequence[Row], entries: list[Entry]) -> list[Entry]:
    """Labels whose amount slipped half a line up or down lend their role to it."""
    priced = {entry.row for entry in entries}
    roles = {
        index: role
        for index, row in enumerate(rows)
        if index not in priced and (role := role_of(row.text)) not in (None, Role.COUNT)
    }
    lent = {
        near: roles[index]
        for one, other in pairwise(range(len(rows)))
        for index, near in ((one, other), (other, one))
        if index in roles and near in priced and _is_half_a_line_away(rows[index], rows[near])
    }
    return [
        replace(entry, role=lent[entry.row]) if entry.role is None and entry.row in lent else entry
        for entry in entries
    ]


def _is_half_a_line_away(label: Row, amount: Row) -> bool:
    near = abs(label.middle - amount.middle) < 1.2 * max(label.height, amount.height)
    return near and len(amount.cells) == 1 and len(plain(amount.text)) <= _CURRENCY_LETTERS
