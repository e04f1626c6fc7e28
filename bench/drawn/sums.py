"""The sums of a receipt: from the subtotal to the change, with the taxes where the country prints them."""

from collections.abc import Iterator

from bench.drawn.bill import Bill, Tax
from bench.drawn.country import TaxPrint
from bench.drawn.rows import Cell, Gap, Printed, Row, left, pair
from bench.drawn.till import Till

_SUBTOTAL_FOR_NOTHING = 0.15
_SUM_UNDER_TABLE = 0.3


def sums(bill: Bill, till: Till) -> Iterator[Printed]:
    dice = till.dice
    large = {"size": dice.choice((1.0, 1.0, 1.25, 1.5)), "bold": dice.random() < 0.6}
    yield till.line()
    yield from _down_to_total(bill, till)
    yield _total(till.word("total"), till.sum(bill.total_minor), till, **large)
    if bill.tip_minor:
        yield pair(till.word("tip"), till.sum(bill.tip_minor))
        yield _total(till.word("paid_total"), till.sum(bill.paid_minor), till, **large)
    yield from _payment(bill, till)
    yield from _taxes_inside(bill, till)


def _down_to_total(bill: Bill, till: Till) -> Iterator[Printed]:
    on_top = bill.country.tax_on_top and bill.taxes
    if (
        bill.discount_minor
        or bill.service_minor
        or on_top
        or till.dice.random() < _SUBTOTAL_FOR_NOTHING
    ):
        yield pair(till.word("subtotal"), till.sum(bill.subtotal_minor))
    if bill.discount_minor:
        yield pair(till.word("discount"), till.sum(-bill.discount_minor))
    if bill.service_minor:
        rate = f" {bill.country.service_percent}%"
        yield pair(
            till.word("service") + till.dice.choice((rate, "")), till.sum(bill.service_minor)
        )
    if on_top:
        yield from (_of_tax(tax, till) for tax in bill.taxes)
    if bill.tax_print is TaxPrint.FISCAL:
        yield from _fiscal(bill, till)
    if bill.tax_print is TaxPrint.ABOVE_TOTAL:
        yield pair(till.dice.choice(("TOPKDV", "TOPLAM KDV", "KDV")), till.sum(bill.tax_minor))
    if bill.rounding_minor:
        yield pair(till.word("rounding"), till.sum(bill.rounding_minor))


def _of_tax(tax: Tax, till: Till) -> Row:
    percent = till.percent(tax.percent)
    plain = "%" in tax.name or (till.country.code == "US" and till.dice.random() < 0.4)
    return pair(tax.name if plain else f"{tax.name} {percent}", till.sum(tax.tax_minor))


def _fiscal(bill: Bill, till: Till) -> Iterator[Printed]:
    """Poland: what was sold under each letter, the tax of each, and their sum."""
    for tax in bill.taxes:
        yield pair(f"SPRZEDAŻ OPODATK. {tax.letter}", till.plain(tax.gross_minor))
    for tax in bill.taxes:
        yield pair(f"PTU {tax.letter} {till.percent(tax.percent)}", till.plain(tax.tax_minor))
    yield pair("SUMA PTU", till.plain(bill.tax_minor))


def _total(label: str, amount: str, till: Till, *, size: float, bold: bool) -> Row:
    """As large as both fit on one row."""
    while size > 1 and not till.fits(f"{label}  {amount}", 1 / size):
        size = max(1.0, size - 0.25)
    return pair(label, amount, size=size, bold=bold)


def _payment(bill: Bill, till: Till) -> Iterator[Printed]:
    if bill.cash_minor is None:
        if till.dice.random() < 0.8:
            yield pair(till.word("card"), till.sum(bill.paid_minor))
        return
    yield pair(till.word("cash"), till.sum(bill.cash_minor))
    back = bill.cash_minor - bill.paid_minor
    if back or till.dice.random() < 0.5:
        yield pair(till.word("change"), till.sum(back))


def _taxes_inside(bill: Bill, till: Till) -> Iterator[Printed]:
    if bill.country.tax_on_top:
        return
    match bill.tax_print:
        case TaxPrint.TABLE:
            yield from _table(bill, till)
        case TaxPrint.SENTENCES:
            yield Gap(0.3)
            yield from (_sentence(tax, till) for tax in bill.taxes)
        case _:
            return


def _sentence(tax: Tax, till: Till) -> Row:
    text = till.word(
        "included", name=tax.name, rate=till.percent(tax.percent), amount=till.sum(tax.tax_minor)
    )
    label, _, amount = text.rpartition(" ")
    splits = till.dice.random() < 0.5 and not till.sign.endswith(
        (" €", " EUR", " DT", " TL", " BD")
    )
    return pair(label, amount) if splits and "(" not in text else left(till.cut(text, 1.0))


def _table(bill: Bill, till: Till) -> Iterator[Printed]:
    """Rate, net, tax and gross side by side, the last three in the order that this till likes."""
    dice = till.dice
    order = dice.choice(
        (("net", "tax", "gross"), ("gross", "net", "tax"), ("net", "tax"), ("gross", "tax"))
    )
    places = (0.52, 0.76, 1.0) if len(order) > 2 else (0.62, 1.0)
    titles = {"net": till.word("net"), "gross": till.word("gross"), "tax": bill.taxes[0].name}
    yield Gap(0.3)
    heading = [Cell(titles[key], at, "r") for key, at in zip(order, places, strict=True)]
    yield Row((Cell(till.word("rate"), 0.0, "l"), *heading))
    for tax in bill.taxes:
        letter = f"{tax.letter} " if till.prints_letters else ""
        yield _table_row(f"{letter}{till.percent(tax.percent)}", _amounts(tax, order), places, till)
    if dice.random() < _SUM_UNDER_TABLE:
        parts = zip(*(_amounts(tax, order) for tax in bill.taxes), strict=True)
        yield _table_row(till.word("total").split()[0], [sum(part) for part in parts], places, till)


def _amounts(tax: Tax, order: tuple[str, ...]) -> list[int]:
    amounts = {"net": tax.net_minor, "tax": tax.tax_minor, "gross": tax.gross_minor}
    return [amounts[key] for key in order]


def _table_row(label: str, minors: list[int], places: tuple[float, ...], till: Till) -> Row:
    cells = [Cell(till.plain(minor), at, "r") for minor, at in zip(minors, places, strict=True)]
    return Row((Cell(label, 0.0, "l"), *cells))
