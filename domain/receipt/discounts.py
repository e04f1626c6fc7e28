"""What was taken off the whole of a bill: labels propose, the sums around it decide."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, combinations

from domain.receipt.entries import Entry
from domain.receipt.fields import Field, best_supported
from domain.receipt.labels import Role
from domain.receipt.rows import Cell

_OF_A_LABEL, _OF_ALL_LABELS, _OF_A_MINUS = 0.8, 0.9, 0.4
_OF_WHAT_WAS_SAVED = -1.0  # often a note on what the goods would have cost elsewhere
_OF_ANOTHER_MINUS = -1.0
_SUMS_AGREE = 1.5
_BASES = (Role.SUBTOTAL, Role.TOTAL, Role.FINAL_TOTAL)
_EXTRAS = (Role.TAX, Role.SERVICE, Role.ROUNDING)
_MOST_EXTRAS = 5


def discount_of(
    entries: Sequence[Entry], goods: range, items_sum: int | None, due: int
) -> Field[int] | None:
    """What makes a subtotal, or the sum of the goods, what is `due`; None where nothing says so.

    `goods` are the rows of items: what is taken off there is taken off one of them.
    """
    weights, told = defaultdict[int, float](float), dict[int, list[Cell]]()
    reached = _taken_off(entries, items_sum, due)
    for places, weight in _proposals(entries, goods):
        minor = sum(abs(entry.minor) for entry in places)
        support = weight + _SUMS_AGREE * (minor in reached)
        if minor and support > 0:
            weights[minor] = max(weights[minor], support)
            told.setdefault(minor, [entry.cell for entry in places])
    return best_supported(weights, told.__getitem__) if weights else None


def _proposals(entries: Sequence[Entry], goods: range) -> Iterator[tuple[Sequence[Entry], float]]:
    """Amounts that may be the discount, each or all together, with the weight of what they are called."""
    below = [entry for entry in entries if entry.row not in goods and not entry.of_taxes]
    last = {entry.row: entry for entry in below if entry.role is Role.DISCOUNT}
    labelled = list(last.values())
    for entry in labelled:
        yield [entry], _OF_A_LABEL + _OF_A_MINUS * (entry.minor < 0)
    if len(labelled) > 1:
        yield labelled, _OF_ALL_LABELS
    for entry in below:
        if entry.role is Role.SAVED:
            yield [entry], _OF_WHAT_WAS_SAVED
        elif entry.role is None and entry.minor < 0:
            yield [entry], _OF_ANOTHER_MINUS


def _taken_off(entries: Sequence[Entry], items_sum: int | None, due: int) -> set[int]:
    """How much more than `due` each base would come to with some of the tax, service and rounding."""
    bases = {entry.minor for entry in entries if entry.role in _BASES} | {items_sum or 0}
    extras = [entry.minor for entry in entries if entry.role in _EXTRAS and not entry.of_taxes][
        -_MOST_EXTRAS:
    ]
    return {base + added - due for base in bases for added in _sums(extras)} - {0}


def _sums(amounts: Sequence[int]) -> Iterable[int]:
    sizes = range(len(amounts) + 1)
    return {
        sum(some) for some in chain.from_iterable(combinations(amounts, size) for size in sizes)
    }
