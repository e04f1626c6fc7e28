"""The CSV file that Splitwise exports: a row per expense, and per person by how much it moved their balance.

It does not say who paid what. Whoever gained has paid for the others: of one row,
- a single one who gained paid all of it, and owes what is left of the cost;
- several who gained paid what they gained, and of the rest, which they paid for themselves, a part in
  proportion to that. Who paid more for themselves cannot be known, and moves nothing.
What everybody owes is kept as exact amounts, so that every net is the file's to the cent.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

import orjson

from domain.currency import exponent
from domain.errors import Invalid
from domain.expense import Cost
from domain.imports.categories import category_of
from domain.imports.contents import (
    Contents,
    FileUnreadable,
    FormatUnknown,
    ImportSource,
    Person,
    Reading,
    Record,
    RecordUnreadable,
    identity_of,
    person,
)
from domain.imports.deed import Deed, Paying, Spending
from domain.money import Money
from domain.split import Exact
from domain.spreadsheet import COLUMNS, PAYMENT, TOTAL, distinct

_SOURCE = ImportSource.SPLITWISE
_AMOUNT = re.compile(r"-?[0-9]{1,16}(\.[0-9]{1,16})?", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class NetsDoNotAddUp(Invalid):
    """What some gain is not what the others lose, or is more than the cost."""

    code = "NETS_DO_NOT_ADD_UP"


class NobodyOwes(Invalid):
    """The row moves no balance, and so does not tell who paid or took part."""

    code = "NOBODY_OWES"


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    cells: Sequence[str]

    @property
    def is_total(self) -> bool:
        return TOTAL in self.cells[:2] and not self.cells[3]


def read(text: str) -> Contents:
    """Refuses: `FormatUnknown`, `FileUnreadable`, `FileTooLarge`."""
    header, *rows = list(_rows(text)) or [_Row(1, ())]
    if tuple(header.cells[: len(COLUMNS)]) != COLUMNS or len(header.cells) == len(COLUMNS):
        raise FormatUnknown(
            f"A Splitwise export begins with {','.join(COLUMNS)} and a column per person.",
            path=("file",),
        )
    names = distinct(header.cells[len(COLUMNS) :])
    people = [person(_SOURCE, name, name) for name in names]
    reading = Reading(_SOURCE, people, len(rows))
    for row in rows:
        if len(row.cells) <= len(COLUMNS) or not row.is_total:
            reading.add(f"line {row.line}", lambda row=row: _record(row.cells, people))
    return reading.contents(None)


def _rows(text: str) -> Iterator[_Row]:
    """Those that are not empty. Refuses: `FileUnreadable`."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                yield _Row(reader.line_num, stripped)
    except csv.Error as error:
        raise FileUnreadable(f"Line {reader.line_num} is no CSV.", path=("file",)) from error


def _record(cells: Sequence[str], people: Sequence[Person]) -> Record:
    if len(cells) != len(COLUMNS) + len(people):
        raise RecordUnreadable("The row has another number of columns than the first one.")
    on, description, category, paid, currency, *moved = cells
    day, cost = _day(on), _amount(paid, currency)
    nets = {
        who: net.minor
        for who, cell in zip(people, moved, strict=True)
        if (net := _amount(cell or "0", currency)).minor
    }
    named = sorted((who.name, net) for who, net in nets.items())
    identity = orjson.dumps([on, description, category, cost.minor, currency, named]).decode()
    deed = _deed(day, description, category, cost, {who.id: net for who, net in nets.items()})
    if isinstance(deed, Spending):
        deed = deed.checked(identity_of(_SOURCE, identity))
    return Record(identity, identity, deed)


def _deed(
    day: date, description: str, category: str, cost: Money, nets: Mapping[UUID, int]
) -> Deed:
    if category.casefold() == PAYMENT.casefold() and sorted(nets.values()) == [
        -cost.minor,
        cost.minor,
    ]:
        payer, payee = sorted(nets, key=lambda who: -nets[who])
        note = None if description.casefold() == PAYMENT.casefold() else description
        return Paying(payer, payee, cost, day, note=note).checked()
    paid, owed = sides(cost, nets)
    return Spending(
        Cost(cost, paid, Exact(owed)), day, category=category_of(category), merchant=description
    )


def sides(cost: Money, nets: Mapping[UUID, int]) -> tuple[Mapping[UUID, int], Mapping[UUID, int]]:
    """What each paid and owes, in minor units, so that the nets come out; of a refund all is negative.

    Refuses: `NobodyOwes`, `NetsDoNotAddUp`.
    """
    sign = -1 if cost.minor < 0 else 1
    gained = {who: net for who, net in nets.items() if net * sign > 0}
    if not gained:
        raise NobodyOwes("The row moves no balance.")
    rest = cost.minor - sum(gained.values())
    if sum(nets.values()) or rest * sign < 0:
        raise NetsDoNotAddUp("What some gain is not what the others owe them of the cost.")
    weights = [net * sign for net in gained.values()]
    own = dict(zip(gained, Money(rest, cost.currency).allocate(weights), strict=True))
    paid = {who: net + own[who].minor for who, net in gained.items()}
    owed = {who: paid.get(who, 0) - net for who, net in nets.items()}
    return paid, {who: minor for who, minor in owed.items() if minor}


def _day(cell: str) -> date:
    """Refuses: `RecordUnreadable`."""
    if _DAY.fullmatch(cell):
        try:
            return date.fromisoformat(cell)
        except ValueError:
            pass
    raise RecordUnreadable(f"{cell[:20]!r} is no day like 2026-05-04.")


def _amount(cell: str, currency: str) -> Money:
    """Refuses: `UnknownCurrency`, `AmountTooLarge`, `RecordUnreadable`, for cents that there are not too."""
    if not _AMOUNT.fullmatch(cell):
        raise RecordUnreadable(f"{cell[:20]!r} is no amount like -12.50.")
    minor = Decimal(cell).scaleb(exponent(currency))
    if minor != int(minor):
        raise RecordUnreadable(f"{cell} has more decimals than {currency} has.")
    return Money(int(minor), currency).checked()
