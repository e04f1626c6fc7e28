"""The goods on a receipt, in the ways that tills print them, each with what it says."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

from bench.drawn.bill import Bill, Sale
from bench.drawn.country import ItemStyle
from bench.drawn.rows import Anchor, Cell, Gap, Printed, Row, left, width
from bench.drawn.till import Till
from bench.drawn.truth import Item

_INDENT = 0.06
_MODIFIED = 0.12


class _Column(NamedTuple):
    key: str
    at: float
    anchor: Anchor


_COUNT_FIRST = (
    (_Column("quantity", 0.0, "l"), _Column("item", 0.17, "l"), _Column("amount", 1.0, "r")),
    (
        _Column("quantity", 0.0, "l"),
        _Column("item", 0.16, "l"),
        _Column("price", 0.78, "r"),
        _Column("amount", 1.0, "r"),
    ),
)
_NAME_FIRST = (
    (_Column("item", 0.0, "l"), _Column("quantity", 0.66, "r"), _Column("amount", 1.0, "r")),
    (
        _Column("item", 0.0, "l"),
        _Column("quantity", 0.55, "r"),
        _Column("price", 0.77, "r"),
        _Column("amount", 1.0, "r"),
    ),
)


def goods(bill: Bill, till: Till) -> Iterator[tuple[list[Printed], list[Item]]]:
    """Rows, and the items that these rows tell of."""
    columns = _columns(till)
    if columns:
        yield [_heading(columns, till), *([till.line()] if till.dice.random() < 0.6 else [])], []
    for place, sale in enumerate(bill.sales, 1):
        printer = partial(_in_columns, columns=columns) if columns else _PRINTERS[till.style]
        name = till.cased(sale.description)
        rows, printed = printer(_Line(place, sale, name, till))
        rows += _modifiers(bill, till)
        items = [Item(printed, sale.quantity, sale.amount_minor)]
        if sale.rebate_minor:
            label = till.word("line_discount")
            rows.append(_ending(label, till.amount(-sale.rebate_minor), at=_INDENT))
            items.append(Item(label, None, -sale.rebate_minor))
        yield rows, items
    yield [Gap(0.3)], []


class _Line(NamedTuple):
    place: int
    sale: Sale
    name: str
    till: Till

    @property
    def amount(self) -> str:
        """With the letter of its tax where the till prints one, or Japan's mark for the lower rate."""
        written = self.till.amount(self.sale.amount_minor)
        if self.till.country.code == "JP":
            return written + ("※" if self.sale.reduced else "")
        fiscal = self.till.country.code == "PL"
        letter = "AB"[self.sale.reduced] if self.till.prints_letters or fiscal else ""
        return f"{written}{'' if fiscal else ' '}{letter}" if letter else written

    @property
    def quantity(self) -> str:
        if not self.sale.weighed:
            return f"{self.sale.quantity.normalize():f}"
        return f"{self.sale.quantity:f}".replace(".", self.till.country.mark)

    @property
    def each(self) -> str:
        """Quantity times price of one, as this till writes it."""
        price, factor = self.till.amount(self.sale.unit_price_minor), self.till.factor
        if self.sale.weighed:
            return f"{self.quantity} kg{factor}{price}{self.till.dice.choice(('/kg', ''))}"
        if self.till.country.code == "JP":
            return self.till.dice.choice(
                (f"{self.quantity}コ × 単{price}", f"@{price} × {self.quantity}")
            )
        unit = {"TR": " AD", "BR": " UN"}.get(self.till.country.code, "")
        return f"{self.quantity}{unit}{factor}{price}"

    @property
    def counts(self) -> bool:
        return self.sale.quantity != 1


def _inline(line: _Line) -> tuple[list[Printed], str]:
    counted = line.counts and not line.sale.weighed
    prefix = f"{line.quantity}{line.till.dice.choice((' x ', ' ', 'x '))}" if counted else ""
    rows, printed = _named(line, prefix)
    return rows + ([left(line.each, at=_INDENT)] if line.sale.weighed else []), printed


def _count_below(line: _Line) -> tuple[list[Printed], str]:
    rows, printed = _named(line)
    return rows + ([left(line.each, at=_INDENT)] if line.counts else []), printed


def _count_above(line: _Line) -> tuple[list[Printed], str]:
    rows, printed = _named(line)
    above: list[Printed] = [left(line.each)] if line.counts else []
    return above + rows, printed


def _priced_below(line: _Line) -> tuple[list[Printed], str]:
    if not line.counts:
        return _named(line)
    names = _wrapped(line.name, 1.0, line.till)
    return [*map(left, names), _ending(line.each, line.amount, at=_INDENT)], " ".join(names)


def _coded(line: _Line) -> tuple[list[Printed], str]:
    """The name with nothing beside it; article number, count, price and amount below."""
    dice = line.till.dice
    code = line.till.digits(dice.choice(("40########", "#####", "978#######", "######")))
    names = _wrapped(line.name, 1.0, line.till)
    return [*map(left, names), _ending(f"{code} {line.each}", line.amount)], " ".join(names)


def _fiscal(line: _Line) -> tuple[list[Printed], str]:
    """Poland: the count and price of every line stand before its amount."""
    tail = f"{line.each.replace(' kg', '')} {line.amount}"
    if line.till.fits(f"{line.name}  {tail}", 1.0):
        return [_ending(line.name, tail)], line.name
    names = _wrapped(line.name, 1.0, line.till)
    return [*map(left, names), Row((Cell(tail, 1.0, "r"),))], " ".join(names)


def _numbered(line: _Line) -> tuple[list[Printed], str]:
    """Brazil: a number and an article code before the name, the calculation below."""
    start = f"{line.place:03} {line.till.digits('789####')} "
    name = line.till.cut(line.name, 1 - width(start) / line.till.columns)
    return [left(start + name), _ending(line.each, line.amount, at=_INDENT)], name


def _named(line: _Line, prefix: str = "") -> tuple[list[Printed], str]:
    """The name before the amount; the rest of a long one goes to rows of its own or is cut off."""
    room = 1 - (width(line.amount) + 2 + width(prefix)) / line.till.columns
    first, *rest = _wrapped(line.name, room, line.till)
    row = _ending(prefix + first, line.amount)
    return [row, *(left(part, at=width(prefix) / line.till.columns) for part in rest)], " ".join(
        [first, *rest]
    )


def _in_columns(line: _Line, columns: tuple[_Column, ...]) -> tuple[list[Printed], str]:
    places = {column.key: column for column in columns}
    item = places["item"]
    texts = {
        "quantity": line.quantity,
        "price": line.till.amount(line.sale.unit_price_minor),
        "amount": line.amount,
    }
    end = min(
        column.at - (width(texts[column.key]) + 1) / line.till.columns
        for column in columns
        if column.anchor == "r"
    )
    texts["item"], *rest = _wrapped(line.name, end - item.at, line.till)
    cells = tuple(Cell(texts[column.key], column.at, column.anchor) for column in columns)
    return [Row(cells), *(left(part, at=item.at) for part in rest)], " ".join(
        [texts["item"], *rest]
    )


def _columns(till: Till) -> tuple[_Column, ...]:
    """Narrow paper has no room for four."""
    narrow = till.columns < 40
    match till.style:
        case ItemStyle.COLUMNS_COUNT_FIRST:
            return _COUNT_FIRST[0 if narrow else till.dice.randrange(2)]
        case ItemStyle.COLUMNS_NAME_FIRST:
            return _NAME_FIRST[0 if narrow else till.dice.randrange(2)]
        case _:
            return ()


def _heading(columns: tuple[_Column, ...], till: Till) -> Row:
    return Row(tuple(Cell(till.word(column.key), column.at, column.anchor) for column in columns))


def _wrapped(name: str, share: float, till: Till) -> list[str]:
    if till.fits(name, share):
        return [name]
    if not till.wraps or " " not in name:
        return [till.cut(name, share)]
    parts = [""]
    for word in name.split():
        longer = f"{parts[-1]} {word}".strip()
        if till.fits(longer, share) or not parts[-1]:
            parts[-1] = longer
        else:
            parts.append(word)
    return [till.cut(part, share) for part in parts]


def _modifiers(bill: Bill, till: Till) -> list[Printed]:
    if bill.trade.name != "DINING" or till.dice.random() > _MODIFIED:
        return []
    return [left(f"{till.dice.choice(('+ ', '- ', '  '))}{till.word('modifiers')}", at=_INDENT)]


def _ending(label: str, value: str, *, at: float = 0.0) -> Row:
    return Row((Cell(label, at, "l"), Cell(value, 1.0, "r")))


_PRINTERS: dict[ItemStyle, Callable[[_Line], tuple[list[Printed], str]]] = {
    ItemStyle.INLINE: _inline,
    ItemStyle.COUNT_BELOW: _count_below,
    ItemStyle.COUNT_ABOVE: _count_above,
    ItemStyle.PRICED_BELOW: _priced_below,
    ItemStyle.CODED: _coded,
    ItemStyle.FISCAL: _fiscal,
    ItemStyle.NUMBERED: _numbered,
}
