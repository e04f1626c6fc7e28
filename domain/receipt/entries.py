"""The amounts on a receipt, each with what the paper calls it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from domain.receipt.amounts import Figure, Notation, figures, minor_units
from domain.receipt.rows import Cell, Row
from domain.receipt.words import Role, plain, role_of, words_pattern

_SUMMARY = words_pattern("summary | analysis | rate | code | taux | satz | aliquota | netto | brutto | 税率")
_TAXES = words_pattern("gst | tax | vat | sst | mwst | ust | tva | iva | btw | moms | mva | 税")
_GOODS = words_pattern("qty | quantity | price | item | items | description | uom | invoice | invoices")
_LOST_MARK = re.compile(r"(?<![\d.,])(\d{1,5})\s?(\d{2})\s*$")
_TEXT_OF_ITS_OWN = 12  # letters in a row that ends a table of taxes


@dataclass(frozen=True)
class Entry:
    """An amount in minor units at a row of the page.

    `of_taxes`: stands in a table that sums up taxes. `doubtful`: the reader saw digits without a mark.
    """

    minor: int
    role: Role | None
    cell: Cell
    row: int
    of_taxes: bool = False
    doubtful: bool = False


def entries_of(rows: Sequence[Row], notation: Notation, exponent: int) -> list[Entry]:
    """Every amount from top to bottom, left to right."""
    tables = _tables_of_taxes(rows)
    found = [
        replace(entry, of_taxes=index in tables)
        for index, row in enumerate(rows)
        for entry in _entries_in(row, index, notation, exponent)
    ]
    return _with_labels_from_neighbours(rows, found)


def _entries_in(row: Row, index: int, notation: Notation, exponent: int) -> Iterator[Entry]:
    """The row's amounts; one without a label of its own shares that of the amount to its left."""
    label, role, any_money = "", None, False
    for cell in row.cells:
        done = 0
        for figure in figures(cell.text, notation):
            label += cell.text[done : figure.start]
            done = figure.end
            if not figure.is_money:
                label += " " if figure.is_rate else "\n"
                continue
            minor = minor_units(figure.value, exponent)
            if minor is None:
                continue
            role, label, any_money = _role_in(label) or role, "", True
            yield Entry(minor, role, cell, index)
        label += cell.text[done:] + " "
    if not any_money and (lost := _lost_mark(row, exponent)):
        yield lost_entry(lost, row, index)


def lost_entry(minor: int, row: Row, index: int) -> Entry:
    return Entry(minor, role_of(row.text), row.cells[-1], index, doubtful=True)


def _role_in(label: str) -> Role | None:
    """Of the pieces between plain numbers, the nearest to the amount that says something."""
    pieces = reversed(label.split("\n"))
    return next((role for piece in pieces if (role := role_of(piece))), None)


def _lost_mark(row: Row, exponent: int) -> int | None:
    """The amount at the end of a labelled row whose decimal mark the reader missed ("Total 600")."""
    match = _LOST_MARK.search(row.text)
    if not match or exponent != len(match[2]) or role_of(row.text) in (None, Role.COUNT):
        return None
    return int(match[1] + match[2])


def _tables_of_taxes(rows: Sequence[Row]) -> set[int]:
    """The rows below a heading of a tax summary, up to the first that is plain text."""
    inside, tables = False, set[int]()
    for index, row in enumerate(rows):
        text = plain(row.text)
        if _is_heading(text):
            inside = True
        elif not any(char.isdigit() for char in row.text) and len(text) > _TEXT_OF_ITS_OWN:
            inside = False
        if inside:
            tables.add(index)
    return tables


def _is_heading(text: str) -> bool:
    return bool(_SUMMARY.search(text) and _TAXES.search(text) and not _GOODS.search(text))


def _with_labels_from_neighbours(rows: Sequence[Row], entries: list[Entry]) -> list[Entry]:
    """Labels whose amount slipped half a line up or down lend their role to it."""
    priced = {entry.row for entry in entries}
    roles = {
        index: role
        for index, row in enumerate(rows)
        if index not in priced
        and (role := role_of(row.text)) not in (None, Role.COUNT)
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
    return near and len(amount.cells) == 1 and len(plain(amount.text)) <= 3
