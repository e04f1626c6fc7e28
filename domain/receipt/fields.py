"""What a reading consists of: values, each with its place on the image and how sure we are."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Generic, TypeVar

from domain.receipt.line import Polygon
from domain.receipt.rows import Cell, around

T = TypeVar("T")

_MOST_ALTERNATIVES = 3


@dataclass(frozen=True, slots=True)
class Field(Generic[T]):
    """`text` is what stands on the paper; `confidence` grows with agreeing evidence.

    It is no probability until `calibration` makes it one. `alternatives` are what it could be instead, the
    likeliest first.
    """

    value: T
    confidence: float
    text: str
    box: Polygon
    alternatives: tuple[T, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """A line of goods; a discount on its own line is an item with a negative amount."""

    description: str
    quantity: Decimal | None
    unit_price_minor: int | None
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A proposal for an expense. Amounts are minor units of `currency`; what was not found is None.

    `discount` is what was taken off the whole, above zero; what was taken off one item is an item below zero.
    """

    merchant: Field[str] | None = None
    day: Field[date] | None = None
    total: Field[int] | None = None
    tax: Field[int] | None = None
    tip: Field[int] | None = None
    discount: Field[int] | None = None
    currency: Field[str] | None = None
    items: tuple[Field[Item], ...] = ()


def field_of(value: T, confidence: float, *cells: Cell) -> Field[T]:
    """A field read from these cells, no surer than the text reader was of them."""
    read = min((cell.line.confidence for cell in cells), default=1.0)
    text = " ".join(cell.text for cell in cells)
    return Field(value, round(confidence * min(1.0, read), 3), text, around(cells))


def best_supported(weights: Mapping[T, float], cells: Callable[[T], Iterable[Cell]]) -> Field[T]:
    """The value that weighs most, the first of equals; what weighs less are its alternatives."""
    best, *others = sorted(weights, key=weights.__getitem__, reverse=True)
    runner_up = weights[others[0]] if others else 0.0
    field = field_of(best, confidence_of(weights[best], runner_up), *cells(best))
    likely = [other for other in others[:_MOST_ALTERNATIVES] if weights[other] > 0]
    return replace(field, alternatives=tuple(likely))


def confidence_of(best: float, runner_up: float = 0.0) -> float:
    """How sure to be of a value whose evidence weighs `best`, when the next value's weighs `runner_up`.

    Independent evidence multiplies the doubt that is left, so weights add in its logarithm; a rival as
    strong as the winner halves the result.
    """
    certain = 1 - math.exp(-max(0.0, best))
    lead = max(0.0, best - max(0.0, runner_up))
    return certain * (1 - math.exp(-lead) / 2)
