"""A receipt understood: every field read from the lines, with the others as witnesses."""

from collections.abc import Iterable
from datetime import date

from domain.currency import exponent
from domain.receipt.amounts import decimals_printed, notation_of
from domain.receipt.currency import currency_of
from domain.receipt.dates import day_of
from domain.receipt.discounts import discount_of
from domain.receipt.entries import entries_of
from domain.receipt.fields import Reading
from domain.receipt.items import goods_in, items_of
from domain.receipt.line import Line
from domain.receipt.marks import without_marks
from domain.receipt.merchant import merchant_of
from domain.receipt.odds import MEASURED, Curves, as_measured
from domain.receipt.rows import rows_of
from domain.receipt.spelling import respelt
from domain.receipt.tax_tables import lines_of_tables, rows_of_tables
from domain.receipt.taxes import tax_of
from domain.receipt.totals import sums_of

_USUAL_DECIMALS = 2


def read(
    lines: Iterable[Line],
    *,
    fallback_currency: str | None = None,
    today: date | None = None,
    curves: Curves = MEASURED,
) -> Reading:
    """What the lines say. Never refuses: what cannot be told is left out.

    `fallback_currency` is taken where the paper names none; a day after `today` is doubted; `curves` make
    probabilities of confidences.
    """
    seen = rows_of(lines)
    currency = currency_of(seen, fallback_currency)
    code = currency.value if currency else None
    rows = without_marks(respelt(seen, code))
    decimals = exponent(code) if code else _USUAL_DECIMALS
    usual = decimals_printed(code) if code else None
    notation = notation_of((cell.text for row in rows for cell in row.cells), decimals, usual)
    tables = lines_of_tables(rows, notation, decimals)
    tabled = rows_of_tables(rows) | {line.row for line in tables}
    entries = entries_of(rows, notation, decimals, tabled)
    goods = goods_in(rows, entries)
    items = items_of(rows, goods, entries, notation, decimals)
    items_sum = sum(item.value.amount_minor for item in items) if items else None
    sums = sums_of(entries, tables, items_sum)
    due = (sums.total.value if sums.total else 0) - (sums.tip.value if sums.tip else 0)
    reading = Reading(
        merchant=merchant_of(rows),
        day=day_of(rows, code, today),
        total=sums.total,
        tax=tax_of(rows, entries, tables, due) if due else None,
        tip=sums.tip,
        discount=discount_of(entries, goods, items_sum, due) if due else None,
        currency=currency,
        items=items,
    )
    return as_measured(reading, curves)
