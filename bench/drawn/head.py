"""The head of a receipt: who sells, where, under which numbers, and when."""

from collections.abc import Iterator

from bench.drawn.bill import Bill
from bench.drawn.language import listed
from bench.drawn.rows import Cell, Gap, Printed, Row, centred, left
from bench.drawn.till import Till

_LONGEST_LARGE_NAME = 0.62
_ALTERNATIVES_TO_AN_ADDRESS = 0.08


def head(bill: Bill, till: Till) -> Iterator[Printed]:
    dice = till.dice
    row = centred if dice.random() < 0.75 else left
    yield from _name(bill, till)
    if bill.company:
        yield row(bill.company)
    for line in _address(till):
        yield row(till.cut(line, 1.0))
    if dice.random() < 0.7:
        phone = till.digits(dice.choice(till.country.phones))
        yield row(till.word("phone", phone=phone))
    if bill.tax_minor or dice.random() < 0.5:
        yield from map(row, _registration(till))
    if dice.random() < 0.2:
        yield row(f"www.{_domain(bill.merchant)}.example")
    yield Gap()
    if till.country.code == "PL" or dice.random() < 0.4:
        yield centred(till.word("title"), bold=dice.random() < 0.5)


def particulars(bill: Bill, till: Till) -> Iterator[Printed]:
    """When and by whom: above the goods on most receipts, at the foot on others."""
    dice = till.dice
    day, time = (
        till.word("date", day=till.day(bill.moment)),
        till.word("time", time=till.time(bill.moment)),
    )
    if dice.random() < 0.6:
        yield left(till.cut(till.word("number"), 1.0))
    if not till.fits(day + time, 0.95):
        yield from (left(day), left(time))
    elif dice.random() < 0.5:
        yield Row((Cell(day, 0.0, "l"), Cell(time, 1.0, "r")))
    else:
        yield left(f"{day} {time}")
    if dice.random() < 0.5:
        yield left(till.cut(till.word("cashier", person=till.word("people")), 1.0))
    if dice.random() < 0.3:
        yield left(till.cut(till.word("table"), 1.0))


def _name(bill: Bill, till: Till) -> Iterator[Row]:
    """Large where it fits, else on as many rows as its words need."""
    dice, name = till.dice, till.cased(bill.merchant)
    inverse = dice.random() < 0.08
    if till.fits(name, _LONGEST_LARGE_NAME) and dice.random() < 0.7:
        size = dice.choice((1.3, 1.5, 1.6))
        yield centred(name, size=size, bold=dice.random() < 0.5, inverse=inverse)
        return
    yield centred(name, bold=dice.random() < 0.6, inverse=inverse)


def _address(till: Till) -> Iterator[str]:
    dice, country = till.dice, till.country
    if dice.random() < _ALTERNATIVES_TO_AN_ADDRESS:
        return
    street = dice.choice(listed(country.language.streets)).format(
        house=dice.randint(1, 180),
        few=dice.randint(1, 9),
        name=dice.choice(listed(country.language.names)),
    )
    city = till.digits(dice.choice(country.cities))
    if country.code == "JP":
        yield f"{city}{street}"
    elif till.fits(f"{street}, {city}", 1.0) and dice.random() < 0.3:
        yield f"{street}, {city}"
    else:
        yield from (street, city)


def _registration(till: Till) -> list[str]:
    pattern = till.dice.choice(till.country.ids)
    city = till.dice.choice(("MERKEZ", "KADIKÖY"))
    text = till.digits(pattern.replace("{city}", city))
    return [part for part in text.split("  ") if part]


def _domain(name: str) -> str:
    plain = "".join(char for char in name.casefold() if char.isascii() and char.isalnum())
    return plain or "shop"
