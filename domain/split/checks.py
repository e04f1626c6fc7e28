"""What the lines of a receipt may say, checked once on the way in."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

from domain import text
from domain.errors import Invalid
from domain.money import Money
from domain.split.spec import (
    HeaderAdjustment,
    Itemised,
    Line,
    Spread,
    ToClass,
    Wanted,
    participants,
)

SomeSplit = TypeVar("SomeSplit", bound=Wanted)

MOST_LINES = 200
MOST_ADJUSTMENTS = 20
MOST_PARTS = 2000
"""How many parts all lines of a receipt may have: each is an exact fraction to add."""
LARGEST_QUANTITY = Decimal(10**9)
MOST_DECIMALS = 6


class TooManyLines(Invalid):
    code = "TOO_MANY_LINES"


class QuantityOutOfRange(Invalid):
    code = "QUANTITY_OUT_OF_RANGE"


def checked(how: SomeSplit, currency: str) -> SomeSplit:
    """Itself with clean texts. Only lines have any.

    Refuses: `TooManyLines`, `QuantityOutOfRange`, `AmountTooLarge`, and see `domain.text`.
    """
    if not isinstance(how, Itemised):
        return how
    _require_few(how.lines, how.adjustments)
    return replace(
        how,
        lines=tuple(_line(line, currency) for line in how.lines),
        adjustments=tuple(_adjustment(one, currency) for one in how.adjustments),
    )


def _require_few(lines: Sequence[Line], adjustments: Sequence[HeaderAdjustment]) -> None:
    if len(lines) > MOST_LINES:
        raise TooManyLines(f"A receipt has at most {MOST_LINES} lines.", path=("split", "lines"))
    if len(adjustments) > MOST_ADJUSTMENTS:
        raise TooManyLines(
            f"A receipt has at most {MOST_ADJUSTMENTS} adjustments.", path=("split", "adjustments")
        )
    if sum(len(participants(line.split)) for line in lines if line.split) > MOST_PARTS:
        raise TooManyLines(
            f"The lines of a receipt have at most {MOST_PARTS} parts.", path=("split", "lines")
        )


def _line(line: Line, currency: str) -> Line:
    for minor in (line.amount_minor, line.unit_price_minor):
        Money(minor or 0, currency).checked()
    return replace(
        line,
        title=text.required(line.title, "title", limit=200),
        quantity=_quantity(line.quantity),
        tax_class=text.optional(line.tax_class, "taxClass", limit=50),
    )


def _quantity(quantity: Decimal | None) -> Decimal | None:
    """Plain digits, so that one quantity is written in one way."""
    if quantity is None:
        return None
    if not (quantity.is_finite() and -LARGEST_QUANTITY <= quantity <= LARGEST_QUANTITY):
        raise QuantityOutOfRange("A quantity is at most a billion.", path=("split", "lines"))
    if round(quantity, MOST_DECIMALS) != quantity:
        raise QuantityOutOfRange(
            f"A quantity has at most {MOST_DECIMALS} decimals.", path=("split", "lines")
        )
    return Decimal(f"{quantity.normalize() + 0:f}")


def _adjustment(adjustment: HeaderAdjustment, currency: str) -> HeaderAdjustment:
    Money(adjustment.amount_minor, currency).checked()
    return replace(adjustment, spread=_spread(adjustment.spread))


def _spread(spread: Spread) -> Spread:
    if not isinstance(spread, ToClass):
        return spread
    return ToClass(text.required(spread.tax_class, "taxClass", limit=50))
