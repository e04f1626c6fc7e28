"""The total and the tip: labels propose, arithmetic decides."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations, product

from domain.receipt.entries import Entry
from domain.receipt.fields import Field, best_supported, confidence_of, field_of
from domain.receipt.labels import Role
from domain.receipt.tax_tables import TaxLine

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
_PRINTED_WITH_TIP = 0.5
_SUM_OF_TAXED = 1.0
_EXTRAS = (Role.TAX, Role.SERVICE, Role.TIP, Role.ROUNDING, Role.DISCOUNT)
_MOST_EXTRAS, _MOST_BASES = 6, 6


@dataclass(frozen=True)
class Sums:
    total: Field[int] | None
    tip: Field[int] | None


def sums_of(entries: Sequence[Entry], tables: Sequence[TaxLine], items_sum: int | None) -> Sums:
    total = _total(entries, tables, items_sum)
    return Sums(total, _tip(entries, total.value) if total else None)


def _total(
    entries: Sequence[Entry], tables: Sequence[TaxLine], items_sum: int | None
) -> Field[int] | None:
    places: dict[int, list[Entry]] = defaultdict(list)
    for entry in chain(entries, _paid(entries)):
        if entry.minor > 0:
            places[entry.minor].append(entry)
    if not places:
        return None
    arithmetic = [*_arithmetic(entries, items_sum), (_taxed(tables), _SUM_OF_TAXED)]
    weights = {
        minor: _weight(found) + sum(weight for minors, weight in arithmetic if minor in minors)
        for minor, found in places.items()
    }
    for due, paid in _tipped(entries, items_sum):
        weights[paid] = max(weights[paid], weights.get(due, 0.0) + _PRINTED_WITH_TIP)
    lowest_first = sorted(weights, key=lambda minor: -places[minor][-1].row)
    return best_supported(
        {minor: weights[minor] for minor in lowest_first},
        lambda minor: [max(places[minor], key=lambda entry: (_weight_of(entry), entry.row)).cell],
    )


def _paid(entries: Sequence[Entry]) -> Iterator[Entry]:
    """What cash and change leave, at the cash's place: the total even where its own row was not read."""
    backs = _minors(entries, Role.CHANGE) - {0}
    for cash in entries:
        if cash.role is Role.CASH:
            for back in backs:
                yield replace(cash, minor=cash.minor - back, role=None, doubtful=True)


def _weight(places: Sequence[Entry]) -> float:
    rows = {entry.row for entry in places}
    return max(map(_weight_of, places)) + _REPEATED * min(3, len(rows) - 1)


def _weight_of(entry: Entry) -> float:
    weight = _WEIGHT_OF_ROLE[entry.role]
    return weight + _IN_TAX_TABLE * entry.of_taxes + _DOUBTFUL * entry.doubtful


def _arithmetic(entries: Sequence[Entry], items_sum: int | None) -> list[tuple[set[int], float]]:
    """The amounts that each kind of sum speaks for, with the weight of its word."""
    paid = {entry.minor for entry in _paid(entries)}
    handed_over = _minors(entries, Role.CASH) | _minors(entries, Role.CARD)
    return [
        (paid, _CASH_MINUS_CHANGE),
        (handed_over - paid, _PAID_EXACTLY),
        ({items_sum} if items_sum else set(), _SUM_OF_ITEMS),
        (_bases_with_extras(entries, items_sum), _SUM_WITH_EXTRAS),
        (_rounded(entries), _ROUNDED),
        (_last_total(entries), _LAST_OF_TOTALS),
    ]


def _bases_with_extras(entries: Sequence[Entry], items_sum: int | None) -> set[int]:
    """A subtotal or the sum of the items, plus some of the tax, service, tip, rounding and discount.

    Goods of two tax rates have two subtotals.
    """
    printed = _minors(entries, Role.SUBTOTAL) | _minors(entries, Role.TOTAL)
    bases = sorted(printed | ({items_sum} if items_sum else set()))[-_MOST_BASES:]
    extras = [
        -abs(entry.minor) if entry.role is Role.DISCOUNT else entry.minor
        for entry in entries
        if (entry.role in _EXTRAS or entry.minor < 0) and entry.minor and not entry.of_taxes
    ][-_MOST_EXTRAS:]
    subsets = chain.from_iterable(combinations(extras, size + 1) for size in range(len(extras)))
    added = {sum(subset) for subset in subsets} - {0}
    starts = {*bases, *(one + other for one, other in combinations(bases, 2))}
    return {start + extra for start in starts for extra in added}


def _rounded(entries: Sequence[Entry]) -> set[int]:
    """Another total plus a rounding that is not zero: what was really paid."""
    totals = _minors(entries, Role.TOTAL) | _minors(entries, Role.FINAL_TOTAL)
    steps = _minors(entries, Role.ROUNDING) - {0}
    return {total + step for total in totals for step in steps}


def _tipped(entries: Sequence[Entry], items_sum: int | None) -> Iterator[tuple[int, int]]:
    """What is due, and that with a tip, where this is printed too: as sure as what is due, and surer."""
    printed = {entry.minor for entry in entries if entry.minor > 0}
    due = _minors(entries, Role.TOTAL) | _minors(entries, Role.FINAL_TOTAL) | {items_sum or 0}
    for base, tip in product(due & printed, _minors(entries, Role.TIP) - {0}):
        if tip > 0 and base + tip in printed:
            yield base, base + tip


def _taxed(tables: Sequence[TaxLine]) -> set[int]:
    """What the rows of a table of taxes add up to."""
    once = {(line.rate, line.net_minor): line for line in tables}
    return {sum((line.net_minor or 0) + line.tax_minor for line in once.values())} - {0}


def _last_total(entries: Sequence[Entry]) -> set[int]:
    totals = [
        entry.minor
        for entry in entries
        if entry.role in (Role.TOTAL, Role.FINAL_TOTAL) and not entry.of_taxes
    ]
    return set(totals[-1:])


def _minors(entries: Sequence[Entry], role: Role) -> set[int]:
    return {entry.minor for entry in entries if entry.role is role and not entry.of_taxes}


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
