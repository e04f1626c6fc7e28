"""The goods: what stands between the heading and the sums, on one line or two for each."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import permutations
from statistics import median

from domain.receipt.amounts import Figure, Notation, figures, minor_units
from domain.receipt.entries import Entry
from domain.receipt.fields import Field, Item, confidence_of, field_of
from domain.receipt.labels import Role, role_of
from domain.receipt.rows import Row
from domain.receipt.words import letters_in, plain, words_pattern

_SUMS = frozenset(Role) - {Role.DISCOUNT, Role.SERVICE, Role.ROUNDING, Role.CARD, Role.SAVED}
_HEADING = words_pattern(
    "qty | quantity | price | item | items | description | amount | uom | menge | preis | artikel"
    " | prix | qte | cant | precio | prezzo | descrizione | aantal | prijs | tax | code | rm | total"
)
_UNITS = words_pattern(
    "x | pcs | pc | ea | each | set | uni | unit | kg | g | lb | oz | l | ml"
    " | a | b | t | f | n | s | z | sr | zr | st"
)
_ARTICLE_CODE = re.compile(r"\b(?=\w*\d{4})[\w-]{5,}\b")
_SIGNS = re.compile(r"[#*@=|]+")
_TAX_CODE = re.compile(r"SR|ZR|ZRL|ST|SRO|[-:.,]+")
_COUNT_FIRST = re.compile(r"([1-9]\d?)\s?(?:[xX×]\s|(?=\s[^\W\d]))\s*")
_FEWEST_LETTERS = 3
_MOST_NUMBERS = 6
_COLUMN = 0.2  # of the width: how far left of the others an amount may end


@dataclass(frozen=True)
class _Draft:
    """An amount with the rows that tell of it, its own row first."""

    entry: Entry
    rows: tuple[int, ...]


def items_of(
    rows: Sequence[Row], entries: Sequence[Entry], notation: Notation, exponent: int
) -> tuple[Field[Item], ...]:
    """Every item from top to bottom, with quantity and unit price where they multiply to the amount."""
    region = _region(entries)
    priced = _priced(rows, entries, region)
    names = {index: _name(rows[index], notation) for index in region if rows[index].cells}
    return tuple(_item(draft, rows, names, notation, exponent) for draft in _drafts(priced, names))


def _region(entries: Sequence[Entry]) -> range:
    """From the row above the first amount to the first sum below it."""
    listed = [entry for entry in entries if not entry.doubtful]
    start = next((entry.row for entry in listed if entry.role is None), 0)
    end = next((entry.row for entry in listed if entry.role in _SUMS and entry.row > start), start)
    return range(max(0, start - 1), end)


def _priced(rows: Sequence[Row], entries: Sequence[Entry], region: range) -> dict[int, Entry]:
    """The rightmost amount of each row.

    A price inside a name ("Sushi 1.30") stands to the left of the column of amounts.
    """
    amounts = {
        entry.row: entry
        for entry in entries
        if entry.row in region and not (entry.of_one or entry.doubtful or entry.role in _SUMS)
    }
    if not amounts:
        return {}
    cells = [cell for index in region for cell in rows[index].cells]
    width = max(cell.right for cell in cells) - min(cell.left for cell in cells)
    column = median(entry.cell.right for entry in amounts.values()) - _COLUMN * width
    return {index: entry for index, entry in amounts.items() if entry.cell.right >= column}


def _drafts(priced: dict[int, Entry], names: dict[int, str]) -> list[_Draft]:
    """Free rows of words go to the nameless amounts beside them, free rows of numbers to any amount.

    Names stand above their amounts or below them, as the first nameless amount shows.
    """
    free = names.keys() - priced.keys()
    nameless = [index for index in priced if not names[index]]
    above = bool(nameless) and nameless[0] - 1 in free and bool(names[nameless[0] - 1])
    near = (-1, 1) if above else (1, -1)
    told: dict[int, list[int]] = {index: [index] for index in priced}
    for wants_name, takers in ((True, nameless), (False, list(priced))):
        for index in takers:
            taken = [
                index + step
                for step in near
                if index + step in free and bool(names[index + step]) is wants_name
            ][:1]
            told[index] += taken
            free -= set(taken)
    return [_Draft(entry, tuple(told[index])) for index, entry in priced.items()]


def _item(
    draft: _Draft,
    rows: Sequence[Row],
    names: dict[int, str],
    notation: Notation,
    exponent: int,
) -> Field[Item]:
    entry = draft.entry
    name = next((names[index] for index in draft.rows if names[index]), "")
    description, counted = _without_count(name)
    minor = -abs(entry.minor) if entry.role is Role.DISCOUNT else entry.minor
    own, told = [rows[entry.row]], [rows[index] for index in draft.rows]
    quantity, unit_price = (
        _factors(_numbers(own, notation), minor, exponent)
        or _factors(_numbers(told, notation), minor, exponent)
        or ((Decimal(counted), minor // counted) if counted and minor % counted == 0 else None)
        or (None, None)
    )
    evidence = 0.8 + 0.8 * bool(description) + 0.8 * (quantity is not None)
    item = Item(description, quantity, unit_price, minor)
    return field_of(item, confidence_of(evidence), *own[0].cells)


def _name(row: Row, notation: Notation) -> str:
    """The words of a row without amounts, article codes and tax letters; empty for what names no goods."""
    if len(_HEADING.findall(plain(row.text))) > 1 or role_of(row.text) in _SUMS:
        return ""
    name = " ".join(filter(None, (_words(cell.text, notation) for cell in row.cells)))
    return name if letters_in(name) >= _FEWEST_LETTERS else ""


def _words(text: str, notation: Notation) -> str:
    for figure in reversed(figures(text, notation)):
        if figure.is_money:
            text = text[: figure.start] + " " + text[figure.end :]
    words = _SIGNS.sub(" ", _ARTICLE_CODE.sub(" ", text)).split()
    while words and _says_nothing(words[-1]):
        words.pop()
    while words and _TAX_CODE.fullmatch(words[0]):
        del words[0]
    return " ".join(words) if any(map(letters_in, words)) else ""


def _says_nothing(word: str) -> bool:
    bare = plain(word)
    return not bare or _UNITS.fullmatch(bare) is not None


def _without_count(name: str) -> tuple[str, int]:
    """The name and the count before it ("2 Espresso", "2x Espresso"); 0 where there is none."""
    match = _COUNT_FIRST.match(name)
    return (name[match.end() :], int(match[1])) if match else (name, 0)


def _numbers(rows: Iterable[Row], notation: Notation) -> list[Figure]:
    return [
        figure
        for row in rows
        for cell in row.cells
        for figure in figures(cell.text, notation)
        if not figure.is_rate
    ][:_MOST_NUMBERS]


def _factors(numbers: Sequence[Figure], minor: int, exponent: int) -> tuple[Decimal, int] | None:
    """Quantity and price of one in minor units: two numbers that multiply to the amount.

    A quantity is rather a plain number than one written like money.
    """
    for quantity, price in sorted(permutations(numbers, 2), key=lambda pair: pair[0].is_money):
        unit_minor = minor_units(price.value, exponent)
        if unit_minor and quantity.value > 0 and round(quantity.value * unit_minor) == minor:
            return quantity.value.normalize() + 0, unit_minor
    return None
