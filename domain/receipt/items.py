"""The goods: what stands between the heading and the sums, on one line or two for each."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import permutations

from domain.receipt.amounts import Notation, figures, minor_units
from domain.receipt.entries import Entry
from domain.receipt.fields import Field, Item, confidence_of, field_of
from domain.receipt.rows import Row
from domain.receipt.words import Role, plain, words_pattern

_SUMS = frozenset(Role) - {Role.DISCOUNT, Role.SERVICE, Role.ROUNDING, Role.CARD, Role.SAVED}
_HEADING = words_pattern(
    "qty | quantity | price | item | items | description | amount | uom | menge | preis | artikel"
    " | prix | qte | cant | precio | prezzo | descrizione | aantal | prijs | tax | code | rm"
)
_MOST_NUMBERS = 6
_CODE = re.compile(r"\b(?=\w*\d)[\w-]{5,}\b|[#*@=]+|\b\d+(?:[.,]\d+)?\b")
_UNIT_WORDS = words_pattern(
    "x | pcs | pc | ea | set | uni | unit | kg | g | lb | oz | l | ml | walk | rm | sr | zrl | zr | st | sro | s | z"
    " | eur | usd | gbp | chf | rp | rs | a | b | t | f | n"
)


def items_of(
    rows: Sequence[Row], entries: Sequence[Entry], notation: Notation, exponent: int
) -> tuple[Field[Item], ...]:
    """Every item from top to bottom, with quantity and unit price where they multiply to the amount."""
    priced = _priced_rows(entries)
    details = _details(rows, priced, notation, exponent)
    names = _names(rows, [index for index in priced if index not in details])
    return tuple(
        _item(rows, priced[index], [index, *names[index]], details, notation, exponent)
        for index in names
    )


def _priced_rows(entries: Sequence[Entry]) -> dict[int, Entry]:
    """The rightmost amount of each row, from the first amount to the first sum below it."""
    listed = [entry for entry in entries if not entry.doubtful]
    start = next((entry.row for entry in listed if entry.role not in _SUMS), 0)
    end = next((entry.row for entry in listed if entry.role in _SUMS and entry.row > start), start)
    return {entry.row: entry for entry in listed if start <= entry.row < end}


def _details(
    rows: Sequence[Row], priced: Mapping[int, Entry], notation: Notation, exponent: int
) -> dict[int, int]:
    """Rows like "2 x 6.88" that explain the amount of the row above or below, and which row that is."""
    found: dict[int, int] = {}
    for index in priced:
        if _name(rows[index]):
            continue
        products = _products(_numbers([rows[index]], notation), exponent)
        near = [other for other in (index - 1, index + 1) if other in priced and other not in found]
        if priced[index].minor not in products:
            matches = (other for other in near if priced[other].minor in products)
            found |= {index: other for other in list(matches)[:1]}
    return found


def _names(rows: Sequence[Row], priced: Sequence[int]) -> dict[int, list[int]]:
    """For each priced row the row that names it, where it does not name itself: all above, or all below."""
    nameless = [index for index in priced if not _name(rows[index])]
    above = bool(nameless) and _is_name(rows, nameless[0] - 1, priced)
    step = -1 if above else 1
    return {
        index: [index + step] if index in nameless and _is_name(rows, index + step, priced) else []
        for index in priced
    }


def _is_name(rows: Sequence[Row], index: int, priced: Sequence[int]) -> bool:
    if not 0 <= index < len(rows) or index in priced:
        return False
    text = _name(rows[index])
    return bool(text) and len(_HEADING.findall(plain(text))) < 2


def _item(
    rows: Sequence[Row],
    entry: Entry,
    own: Sequence[int],
    details: Mapping[int, int],
    notation: Notation,
    exponent: int,
) -> Field[Item]:
    explained = [index for index, item_row in details.items() if item_row == own[0]]
    numbers = _numbers([rows[index] for index in [*own, *explained]], notation)
    quantity, unit_price = _quantity_and_price(numbers, entry.minor, exponent)
    description = next((name for index in own if (name := _name(rows[index]))), "")
    minor = -abs(entry.minor) if entry.role is Role.DISCOUNT else entry.minor
    item = Item(description, quantity, unit_price, minor)
    evidence = 0.8 + 0.8 * bool(description) + 0.8 * (quantity is not None)
    return field_of(item, confidence_of(evidence), *rows[own[0]].cells)


def _name(row: Row) -> str:
    """The words of a row without article codes, numbers and tax letters; empty when hardly any are left."""
    words = [
        word
        for word in _CODE.sub(" ", row.text).split()
        if (bare := plain(word)) and not _UNIT_WORDS.fullmatch(bare)
    ]
    return row.text.strip() if sum(map(len, words)) >= 3 else ""


def _numbers(rows: Iterable[Row], notation: Notation) -> list[Decimal]:
    return [
        figure.value
        for row in rows
        for cell in row.cells
        for figure in figures(cell.text, notation)
        if not figure.is_rate
    ]


def _products(numbers: Sequence[Decimal], exponent: int) -> set[int]:
    return {
        minor
        for one, other in permutations(numbers[-_MOST_NUMBERS:], 2)
        if (minor := minor_units(round(one * other, exponent), exponent)) is not None
    }


def _quantity_and_price(
    numbers: Sequence[Decimal], minor: int, exponent: int
) -> tuple[Decimal | None, int | None]:
    """The first two numbers that multiply to the amount, as quantity and price of one in minor units."""
    for quantity, price in permutations(numbers[-_MOST_NUMBERS:], 2):
        unit_minor = minor_units(price, exponent)
        if unit_minor and round(quantity * unit_minor) == minor and quantity > 0:
            return quantity.normalize(), unit_minor
    return None, None
