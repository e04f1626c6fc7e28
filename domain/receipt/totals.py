"""The total, the tax and the tip: labels propose, arithmetic decides."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, combinations

from domain.receipt.entries import Entry
from domain.receipt.fields import Field, confidence_of, field_of
from domain.receipt.labels import Role

_WEIGHT_OF_ROLE = {
    Role.FINAL_TOTAL: 2.4,
    Role.TOTAL: 1.9,
    Role.CARD: 0.9,
    Role.SUBTOTAL: 0.6,
    Role.CASH: 0.4,
    None: 0.2,
    Role.COUNT: 0.0,
    Role.TAX: -1.5,
    Role.SERVICE: -1.5,
    Role.TIP: -2.0,
    Role.SAVED: -2.0,
    Role.DISCOUNT: -2.0,
    Role.CHANGE: -2.0,
    Role.ROUNDING: -2.0,
}
_IN_TAX_TABLE = -1.5
_DOUBTFUL = -1.2
_REPEATED = 0.25  # for each further place, at most three
_CASH_MINUS_CHANGE = 1.8
_PAID_EXACTLY = 0.6
_SUM_OF_ITEMS = 1.2
_SUM_WITH_EXTRAS = 1.2
_ROUNDED = 0.9
_LAST_OF_TOTALS = 0.3
_EXTRAS = (Role.TAX, Role.SERVICE, Role.TIP, Role.ROUNDING, Role.DISCOUNT)
_MOST_EXTRAS = 6


@dataclass(frozen=True)
class Sums:
    """The amounts that make up the receipt. `base` is what stands before the extras, if it was found."""

    total: Field[int] | None
    tax: Field[int] | None
    tip: Field[int] | None


def sums_of(entries: Sequence[Entry], items_sum: int | None) -> Sums:
    total = _total(entries, items_sum)
    return Sums(
        total=total,
        tax=_tax(entries, total.value) if total else None,
        tip=_tip(entries, total.value) if total else None,
    )


def _total(entries: Sequence[Entry], items_sum: int | None) -> Field[int] | None:
    places: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.minor > 0:
            places[entry.minor].append(entry)
    if not places:
        return None
    weights = {
        minor: _weight(found) + _weight_by_arithmetic(minor, entries, items_sum)
        for minor, found in places.items()
    }
    best = max(weights, key=lambda minor: (weights[minor], places[minor][-1].row))
    runner_up = max((weight for minor, weight in weights.items() if minor != best), default=0.0)
    place = max(places[best], key=lambda entry: (_weight_of(entry), entry.row))
    return field_of(best, confidence_of(weights[best], runner_up), place.cell)


def _weight(places: Sequence[Entry]) -> float:
    rows = {entry.row for entry in places}
    return max(map(_weight_of, places)) + _REPEATED * min(3, len(rows) - 1)


def _weight_of(entry: Entry) -> float:
    weight = _WEIGHT_OF_ROLE[entry.role]
    return weight + _IN_TAX_TABLE * entry.of_taxes + _DOUBTFUL * entry.doubtful


def _weight_by_arithmetic(minor: int, entries: Sequence[Entry], items_sum: int | None) -> float:
    return (
        _weight_of_payment(minor, entries)
        + _SUM_OF_ITEMS * (items_sum == minor)
        + _SUM_WITH_EXTRAS * _is_base_with_extras(minor, entries, items_sum)
        + _ROUNDED * _is_rounded(minor, entries)
        + _LAST_OF_TOTALS * (minor in _last_total(entries))
    )


def _weight_of_payment(minor: int, entries: Sequence[Entry]) -> float:
    cash, change = _minors(entries, Role.CASH), _minors(entries, Role.CHANGE)
    if any(given - back == minor for given in cash for back in change if back):
        return _CASH_MINUS_CHANGE
    return _PAID_EXACTLY if minor in cash | _minors(entries, Role.CARD) else 0.0


def _is_base_with_extras(minor: int, entries: Sequence[Entry], items_sum: int | None) -> bool:
    """A subtotal or the sum of the items, plus some of the tax, service, tip, rounding and discount."""
    bases = _minors(entries, Role.SUBTOTAL) | _minors(entries, Role.TOTAL)
    bases |= {items_sum} if items_sum else set[int]()
    extras = [
        -abs(entry.minor) if entry.role is Role.DISCOUNT else entry.minor
        for entry in entries
        if entry.role in _EXTRAS and entry.minor and not entry.of_taxes
    ]
    return any(
        base != minor and minor - base in _subset_sums(extras[-_MOST_EXTRAS:], bases - {base})
        for base in bases
    )


def _is_rounded(minor: int, entries: Sequence[Entry]) -> bool:
    """Another total plus a rounding that is not zero: what was really paid."""
    totals = _minors(entries, Role.TOTAL) | _minors(entries, Role.FINAL_TOTAL)
    return any(minor - step in totals for step in _minors(entries, Role.ROUNDING) if step)


def _last_total(entries: Sequence[Entry]) -> set[int]:
    totals = [
        entry.minor
        for entry in entries
        if entry.role in (Role.TOTAL, Role.FINAL_TOTAL) and not entry.of_taxes
    ]
    return set(totals[-1:])


def _subset_sums(extras: Sequence[int], other_bases: set[int]) -> set[int]:
    """What some of the extras add up to, and one more subtotal with them: goods of two tax rates have two."""
    subsets = chain.from_iterable(combinations(extras, size) for size in range(1, len(extras) + 1))
    sums = {sum(subset) for subset in subsets}
    return sums | {base + rest for base in other_bases for rest in sums}


def _minors(entries: Sequence[Entry], role: Role) -> set[int]:
    return {entry.minor for entry in entries if entry.role is role and not entry.of_taxes}


def _tax(entries: Sequence[Entry], total: int) -> Field[int] | None:
    """The tax inside the total: a labelled amount, or the tax column of a table of taxes.

    Several rates are several rows; they are added up when no printed amount is their sum.
    """
    labelled = [
        entry
        for entry in entries
        if entry.role is Role.TAX and not entry.of_taxes and not entry.doubtful
    ]
    taxes = _last_of_each_row(labelled) or _tax_column(entries)
    taxes = [entry for entry in taxes if 0 <= entry.minor * 2 < total]
    if not taxes:
        return None
    amounts = [entry.minor for entry in taxes]
    largest = max(taxes, key=lambda entry: entry.minor)
    is_printed_sum = sum(amounts) == 2 * largest.minor or len(set(amounts)) == 1
    tax = largest.minor if is_printed_sum else sum(amounts)
    cells = [largest.cell] if is_printed_sum else [entry.cell for entry in taxes if entry.minor]
    return field_of(tax, _confidence_of_tax(tax, entries, total), *cells)


def _last_of_each_row(entries: Sequence[Entry]) -> list[Entry]:
    return list({entry.row: entry for entry in entries}.values())


def _tax_column(entries: Sequence[Entry]) -> list[Entry]:
    rows: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.of_taxes and entry.role is not Role.TOTAL:
            rows[entry.row].append(entry)
    return [min(row, key=lambda entry: entry.minor) for row in rows.values() if len(row) > 1]


def _confidence_of_tax(tax: int, entries: Sequence[Entry], total: int) -> float:
    """Surer when the total without the tax is printed too."""
    printed = {entry.minor for entry in entries}
    return confidence_of(2.5 if total - tax in printed and tax else 1.2)


def _tip(entries: Sequence[Entry], total: int) -> Field[int] | None:
    """A tip that is printed; a line left empty for one says nothing."""
    tips = [entry for entry in entries if entry.role is Role.TIP and 0 < entry.minor < total]
    if not tips:
        return None
    printed = {entry.minor for entry in entries}
    tip = tips[-1]
    return field_of(
        tip.minor, confidence_of(2.5 if total - tip.minor in printed else 1.0), tip.cell
    )
