"""Confidence made into probability: how often values read with it turned out to be right.

Isotonic regression by pooling adjacent violators (Ayer, Brunk, Ewing, Reid and Silverman, 1955) on groups of
examples, each with half a right and half a wrong example more than it has (Krichevsky and Trofimov, 1981), so
that no confidence becomes certainty.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple, TypeVar

from domain.receipt.correction import Correction
from domain.receipt.fields import Field, Reading
from domain.receipt.shop import same_name

T = TypeVar("T")

FEWEST_EXAMPLES = 200
"""Of one field, before its confidences are touched."""

_GROUP = 50  # examples whose share of right ones says something


class Name(StrEnum):
    """A field that confirmations judge."""

    MERCHANT = "merchant"
    DAY = "day"
    TOTAL = "total"
    CURRENCY = "currency"
    DISCOUNT = "discount"


class Knot(NamedTuple):
    """From this confidence as it was read to this probability; in between lie straight lines."""

    confidence: float
    probability: float


class Verdict(NamedTuple):
    """A value that was read with this confidence, and whether the user left it as it was."""

    name: Name
    confidence: float
    is_right: bool


@dataclass(frozen=True, slots=True)
class _Pool:
    confidence: float
    right: float
    weight: float

    @property
    def share(self) -> float:
        return self.right / self.weight

    def __add__(self, other: "_Pool") -> "_Pool":
        weight = self.weight + other.weight
        middle = (self.confidence * self.weight + other.confidence * other.weight) / weight
        return _Pool(middle, self.right + other.right, weight)


Curves = Mapping[Name, Sequence[Knot]]


def verdicts(reading: Reading, correction: Correction) -> Iterator[Verdict]:
    """One for each field that was read and of which the user said what is right."""
    for name, read, is_right in (
        (Name.MERCHANT, reading.merchant, _names(reading.merchant, correction.merchant)),
        (Name.DAY, reading.day, _is(reading.day, correction.day)),
        (Name.TOTAL, reading.total, _is(reading.total, correction.total_minor)),
        (Name.CURRENCY, reading.currency, _is(reading.currency, correction.currency)),
        (Name.DISCOUNT, reading.discount, _takes_off(reading.discount, correction)),
    ):
        if read and is_right is not None:
            yield Verdict(name, read.confidence, is_right)


def curves_of(judged: Sequence[Verdict]) -> Curves:
    """The curve of every field of which there are enough examples."""
    by_name = {name: [one for one in judged if one.name is name] for name in Name}
    return {name: fit(few) for name, few in by_name.items() if len(few) >= FEWEST_EXAMPLES}


def fit(judged: Sequence[Verdict]) -> list[Knot]:
    """The curve that never falls and is nearest to the shares of right ones."""
    pools: list[_Pool] = []
    for pool in _groups(judged):
        pools.append(pool)
        while len(pools) > 1 and pools[-2].share >= pools[-1].share:
            pools[-2:] = [pools[-2] + pools[-1]]
    return [Knot(round(pool.confidence, 4), round(pool.share, 4)) for pool in pools]


def probability(knots: Sequence[Knot], confidence: float) -> float:
    """The curve at this confidence; beyond its ends it goes on as it ends."""
    right = bisect_right(knots, confidence, key=lambda knot: knot.confidence)
    if right in (0, len(knots)):
        return knots[max(0, right - 1)].probability
    low, high = knots[right - 1], knots[right]
    way = (confidence - low.confidence) / (high.confidence - low.confidence)
    return low.probability + way * (high.probability - low.probability)


def calibrated(reading: Reading, curves: Curves) -> Reading:
    """The reading with probabilities for confidences, where there is a curve for the field."""
    return replace(
        reading,
        merchant=_sure(reading.merchant, curves.get(Name.MERCHANT)),
        day=_sure(reading.day, curves.get(Name.DAY)),
        total=_sure(reading.total, curves.get(Name.TOTAL)),
        currency=_sure(reading.currency, curves.get(Name.CURRENCY)),
        discount=_sure(reading.discount, curves.get(Name.DISCOUNT)),
    )


def _sure(field: Field[T] | None, knots: Sequence[Knot] | None) -> Field[T] | None:
    if field is None or not knots:
        return field
    return replace(field, confidence=round(probability(knots, field.confidence), 3))


def _groups(judged: Sequence[Verdict]) -> Iterator[_Pool]:
    """Neighbours in confidence, never parted where it is the same."""
    held: list[Verdict] = []
    in_order = sorted(judged, key=lambda one: one.confidence)
    for _, same in groupby(in_order, key=lambda one: one.confidence):
        held += same
        if len(held) >= _GROUP:
            yield _pool(held)
            held = []
    if held:
        yield _pool(held)


def _pool(held: Sequence[Verdict]) -> _Pool:
    right = sum(one.is_right for one in held)
    middle = sum(one.confidence for one in held) / len(held)
    return _Pool(middle, right + 0.5, len(held) + 1)


def _is(read: Field[T] | None, truth: T) -> bool:
    return read is not None and read.value == truth


def _takes_off(read: Field[int] | None, said: Correction) -> bool | None:
    """None where the user did not say what was taken off."""
    return None if said.discount_minor is None else _is(read, said.discount_minor)


def _names(read: Field[str] | None, truth: str | None) -> bool | None:
    """None where the user named nobody."""
    return same_name(read.value, truth) if read and truth else None
