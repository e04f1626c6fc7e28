"""The goods: what stands between the heading and the sums, on one row or several for each."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from statistics import median

from domain.receipt.amounts import Notation
from domain.receipt.entries import Entry
from domain.receipt.fields import Field, Item, confidence_of, field_of
from domain.receipt.item_rows import (
    SUMS,
    Factors,
    ItemRow,
    is_heading,
    is_rule,
    item_row,
    without_count,
)
from domain.receipt.labels import Role
from domain.receipt.merchant import FORMALITY
from domain.receipt.rows import Row
from domain.receipt.tax_tables import SLIP, rates_in
from domain.receipt.words import plain

_COLUMN = 0.2  # of the width: how far left of the others an amount may end
_ROWS_ABOVE = 3  # that may hold the name of the first amount
_FAR = 3  # rows between an amount and the calculation of it


def goods_in(rows: Sequence[Row], entries: Sequence[Entry]) -> range:
    """The rows from the heading or some rows above the first amount to what is below the goods."""
    listed = [entry for entry in entries if not entry.doubtful]
    start = next((entry.row for entry in listed if entry.role is None), 0)
    below = (entry for entry in listed if entry.row > start)
    end = next(
        (one.row for one in below if one.role in SUMS or _is_off_all(rows, listed, one)), start
    )
    above = range(max(0, start - _ROWS_ABOVE), start)
    heading = next(
        (index for index in reversed(above) if _is_above_goods(rows[index])), above.start - 1
    )
    return range(heading + 1, end)


def items_of(
    rows: Sequence[Row],
    region: range,
    entries: Sequence[Entry],
    notation: Notation,
    exponent: int,
) -> tuple[Field[Item], ...]:
    """Every item in the region, with quantity and unit price where they multiply to the amount."""
    priced = _priced(rows, entries, region)
    if not priced:
        return ()
    edge = min(entry.cell.left for entry in priced.values())
    told = [
        item_row(rows[index], index, priced.get(index), notation, exponent, edge)
        for index in region
    ]
    column = min(row.limit for row in told if row.entry)
    listed = [replace(row, limit=min(column, row.limit)) for row in told]
    names = _names(listed)
    counted = _calculations(listed, exponent)
    return tuple(
        _item(row, row.entry, names.get(row.index, ""), row.factors or counted.get(row.index))
        for row in listed
        if row.entry
    )


def _is_above_goods(row: Row) -> bool:
    return is_heading(row) or FORMALITY.search(plain(row.text)) is not None


def _is_off_all(rows: Sequence[Row], listed: Sequence[Entry], entry: Entry) -> bool:
    """Whether a discount is of all goods above it: below a line across, or at a rate of what they cost."""
    if entry.role is not Role.DISCOUNT:
        return False
    above = {one.row: one.minor for one in listed if one.row < entry.row}
    taken = (sum(above.values()) * rate / 100 for rate in rates_in(rows[entry.row].text))
    is_rated = any(abs(part - abs(entry.minor)) <= SLIP for part in taken)
    return is_rule(rows[entry.row - 1].text) or (is_rated and len(above) > 1)


def _priced(rows: Sequence[Row], entries: Sequence[Entry], region: range) -> dict[int, Entry]:
    """The rightmost amount of each row.

    A price inside a name ("Sushi 1.30") stands to the left of the column of amounts.
    """
    amounts = {
        entry.row: entry
        for entry in entries
        if entry.row in region and not (entry.of_one or entry.doubtful or entry.role in SUMS)
    }
    if not amounts:
        return {}
    cells = [cell for index in region for cell in rows[index].cells]
    width = max(cell.right for cell in cells) - min(cell.left for cell in cells)
    column = median(entry.cell.right for entry in amounts.values()) - _COLUMN * width
    return {index: entry for index, entry in amounts.items() if entry.cell.right >= column}


def _names(listed: Sequence[ItemRow]) -> dict[int, str]:
    """The words for each amount: its own, those that go on below, or free ones beside it.

    Names stand above their amounts or below them, as the first nameless amount shows.
    """
    places = {row.index: place for place, row in enumerate(listed)}
    free = {row.index for row in listed if row.entry is None and row.name}
    nameless = [row for row in listed if row.entry and not row.name]
    names = {row.index: [row.name] for row in listed if row.entry and row.name}
    above = bool(nameless) and nameless[0].index - 1 in free
    for row in nameless:
        for step in (-1, 1) if above else (1, -1):
            if row.index + step in free:
                names[row.index] = _chain(listed, places[row.index + step], step, free)
                break
    for row in listed:
        if row.index in names and row.name:
            names[row.index] += _going_on(listed, places[row.index], free)
    return {index: " ".join(words) for index, words in names.items()}


def _chain(listed: Sequence[ItemRow], place: int, step: int, free: set[int]) -> list[str]:
    """The words at the place and those before them that run into it; these are free no longer."""
    free.discard(listed[place].index)
    words = [listed[place].name]
    while (
        step < 0 < place
        and listed[place - 1].index in free
        and listed[place - 1].goes_on(listed[place])
    ):
        place -= 1
        free.discard(listed[place].index)
        words.insert(0, listed[place].name)
    return words


def _going_on(listed: Sequence[ItemRow], place: int, free: set[int]) -> list[str]:
    words = list[str]()
    while place + 1 < len(listed) and listed[place + 1].index in free:
        if not listed[place].goes_on(listed[place + 1]):
            break
        place += 1
        free.discard(listed[place].index)
        words.append(listed[place].name)
    return words


def _calculations(listed: Sequence[ItemRow], exponent: int) -> dict[int, Factors]:
    """Quantity and price from rows of their own ("2 x 3.50"), to the near amount that they multiply to.

    Where amounts on both sides fit, the side decides that fits alone elsewhere.
    """
    fits = [
        (_fitting(listed, place, -1, exponent), _fitting(listed, place, 1, exponent))
        for place, row in enumerate(listed)
        if row.entry is None and not row.name and row.numbers
    ]
    below = sum(bool(after and not before) for before, after in fits)
    above = sum(bool(before and not after) for before, after in fits)
    found = dict[int, Factors]()
    for before, after in fits:
        chosen = (after or before) if below > above else (before or after)
        if chosen:
            found.setdefault(*chosen)
    return found


def _fitting(
    listed: Sequence[ItemRow], place: int, step: int, exponent: int
) -> tuple[int, Factors] | None:
    """The nearest amount in this direction, if the numbers at the place multiply to it."""
    for distance in range(1, _FAR + 1):
        at = place + step * distance
        if 0 <= at < len(listed) and (entry := listed[at].entry):
            known = listed[place].multiply(entry.minor, exponent)
            return (listed[at].index, known) if known else None
    return None


def _item(row: ItemRow, entry: Entry, name: str, known: Factors | None) -> Field[Item]:
    description, count = without_count(name)
    minor = -abs(entry.minor) if entry.role is Role.DISCOUNT else entry.minor
    if known is None and count and minor % count == 0:
        known = Factors(Decimal(count), minor // count)
    evidence = 0.8 + 0.8 * bool(description) + 0.8 * (known is not None)
    item = Item(
        description,
        known.quantity if known else None,
        known.price_minor if known else None,
        minor,
    )
    return field_of(item, confidence_of(evidence), *row.row.cells)
