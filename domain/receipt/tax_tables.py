"""Tables that sum up taxes, by rate: net, tax and gross amounts that are nobody's price and no total."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import permutations

from domain.receipt.amounts import Figure, Notation, figures, minor_units
from domain.receipt.rows import Cell, Row
from domain.receipt.words import plain, words_pattern

_PARTS = words_pattern(
    """
    summary | analysis | rate | code | net | excl | gross | incl | netto | brutto | satz | steuersatz
    taux | ht | ttc | mt ht | mt ttc | base | base ht | tipo | base imp | base imponible | aliquota
    imponibile | taxa | tx | incid | incidencia | matrah | oran | stawka | wartosc
    税率 | 対象額 | 税込額 | 税抜額
    """
)
_TAXES = words_pattern(
    "gst | tax | vat | sst | mwst | ust | tva | iva | i v a | kdv | ptu | btw | moms | mva | 税"
)
_GOODS = words_pattern(
    "qty | quantity | price | item | items | description | uom | invoice | invoices | menge | qte | cant"
)
_RATE = re.compile(r"(?<![\d.,])(\d{1,2}(?:[.,]\d{1,3})?)\s?[%％]")
_AN_AMOUNT = re.compile(r"\d[.,]\s?\d\d")
_TEXT_OF_ITS_OWN = 12  # letters in a row that ends a table
SLIP = 1
"""Minor units: tills round in their own ways."""

_MOST_FIGURES = 5


@dataclass(frozen=True)
class TaxLine:
    """A tax at one rate, in minor units, with the place of its amount; `net_minor` where it is printed."""

    rate: Decimal | None
    tax_minor: int
    cell: Cell
    row: int
    net_minor: int | None = None


def rates_in(text: str) -> list[Decimal]:
    """Percentages, whichever mark they are written with."""
    return [Decimal(match[1].replace(",", ".")) for match in _RATE.finditer(text)]


def lines_of_tables(rows: Sequence[Row], notation: Notation, exponent: int) -> list[TaxLine]:
    """The rows with a rate and amounts of which one is the tax on another at this rate."""
    return [
        line
        for index, row in enumerate(rows)
        if (line := _line(row, index, notation, exponent)) is not None
    ]


def rows_of_tables(rows: Sequence[Row]) -> set[int]:
    """The rows below a heading of a tax summary, up to the first that is plain text."""
    inside, tables = False, set[int]()
    for index, row in enumerate(rows):
        text = plain(row.text)
        if _is_heading(text) and not _AN_AMOUNT.search(row.text):
            inside = True
        elif _ends(row.text, text):
            inside = False
        if inside:
            tables.add(index)
    return tables


def _is_heading(text: str) -> bool:
    return bool(_PARTS.search(text) and _TAXES.search(text) and not _GOODS.search(text))


def _ends(text: str, words: str) -> bool:
    if any(char.isdigit() for char in text):
        return not (_RATE.search(text) or _AN_AMOUNT.search(text))
    return len(words) > _TEXT_OF_ITS_OWN


def _line(row: Row, index: int, notation: Notation, exponent: int) -> TaxLine | None:
    rates = set(rates_in(row.text))
    if len(rates) != 1:
        return None
    (rate,) = rates
    printed = list(_amounts(row, notation, exponent))[:_MOST_FIGURES]
    for (base, _), (tax, cell) in permutations(printed, 2):
        if 0 < tax < base and abs(tax - base * rate / 100) <= SLIP:
            return TaxLine(rate, tax, cell, index, base)
    for (gross, _), (tax, cell) in permutations(printed, 2):
        if 0 < tax < gross and abs(tax - gross * rate / (100 + rate)) <= SLIP:
            return TaxLine(rate, tax, cell, index, gross - tax)
    return None


def _amounts(row: Row, notation: Notation, exponent: int) -> Iterator[tuple[int, Cell]]:
    for cell in row.cells:
        for figure in figures(cell.text, notation):
            minor = minor_units(figure.value, exponent)
            if minor is not None and (figure.is_money or _is_whole(figure, notation)):
                yield minor, cell


def _is_whole(figure: Figure, notation: Notation) -> bool:
    return not notation.decimals and not figure.is_rate
