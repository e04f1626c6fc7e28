"""Exchange rates: exact decimals, and never one that nobody named. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from domain.currency import exponent
from domain.errors import Conflict, Invalid
from domain.expense import day_in_range
from domain.money import Money

DECIMALS = 18
"""How finely a rate is kept."""
_FINEST = Decimal(1).scaleb(-DECIMALS)
_LARGEST = Decimal(10) ** DECIMALS
_DIGITS = 2 * DECIMALS


class RateSource(StrEnum):
    MANUAL = "MANUAL"


class RateOutOfRange(Invalid):
    code = "RATE_OUT_OF_RANGE"


class SameCurrency(Invalid):
    code = "SAME_CURRENCY"


class RateMissing(Conflict):
    """No rate is known on the day or before it. `nearest_day` is the first later one with a rate."""

    code = "RATE_MISSING"

    def __init__(self, base: str, quote: str, on: date, nearest_day: date | None) -> None:
        later = f"; the nearest is of {nearest_day}" if nearest_day else ""
        super().__init__(f"No rate from {base} to {quote} is known for {on} or before{later}.")
        self.base, self.quote, self.nearest_day = base, quote, nearest_day


@dataclass(frozen=True, slots=True)
class Quote:
    """One unit of `base` is worth `rate` units of `quote` (major units) on `day`."""

    day: date
    base: str
    quote: str
    rate: Decimal

    @property
    def inverse(self) -> "Quote":
        return replace(self, base=self.quote, quote=self.base, rate=_quotient(1, self.rate))

    def converted(self, amount: Money) -> Money:
        """Rounded to the minor unit, half to even."""
        assert amount.currency == self.base
        return Money(round(self._exact_minor(amount.minor)), self.quote)

    def converted_together(self, net_minor: Mapping[UUID, int]) -> dict[UUID, int]:
        """Balances that sum to zero, converted so that they still do.

        Everyone gets the floor of their exact value, the units left over go to the largest remainders,
        ties by id: nobody is off by a whole unit.
        """
        assert sum(net_minor.values()) == 0
        exact = {who: self._exact_minor(net_minor[who]) for who in sorted(net_minor)}
        floors = {who: int(value // 1) for who, value in exact.items()}
        by_remainder = sorted(exact, key=lambda who: floors[who] - exact[who])
        lucky = frozenset(by_remainder[: -sum(floors.values())])
        return {who: floor + (who in lucky) for who, floor in floors.items()}

    def _exact_minor(self, minor: int) -> Fraction:
        scale = Fraction(10) ** (exponent(self.quote) - exponent(self.base))
        return minor * Fraction(self.rate) * scale


@dataclass(frozen=True, slots=True)
class NewRate:
    """A rate as a member enters it. `id` is the client's, so that asking twice enters it once."""

    id: UUID
    ledger_id: UUID
    quote: Quote

    def checked(self) -> "NewRate":
        """Refuses: see `day_in_range`, `checked_rate` and `require_two`."""
        day_in_range(self.quote.day)
        require_two(self.quote.base, self.quote.quote)
        checked_rate(self.quote.rate)
        return self


def checked_rate(rate: Decimal) -> Decimal:
    """Itself. Refuses: `RateOutOfRange` unless above nothing, with up to 18 digits on either side."""
    if not rate.is_finite() or not 0 < rate < _LARGEST:
        raise RateOutOfRange("A rate is a number above nothing.", path=("rate",))
    if rate != _rounded(rate):
        raise RateOutOfRange(f"A rate has at most {DECIMALS} decimals.", path=("rate",))
    return rate


def require_two(base: str, quote: str) -> None:
    """Refuses: `SameCurrency`, `UnknownCurrency`."""
    exponent(base)
    exponent(quote)
    if base == quote:
        raise SameCurrency("There is nothing to convert within one currency.", path=("to",))


def implied(day: date, paid: Money, counted: Money) -> Quote:
    """The rate at which `paid` is worth `counted`, rounded to 18 decimals.

    Refuses: `RateOutOfRange` when it is too small for that.
    """
    rate = _quotient(counted.decimal, paid.decimal)
    return Quote(day, paid.currency, counted.currency, checked_rate(rate))


def latest(known: Sequence[Quote], base: str, quote: str, on: date) -> Quote:
    """The rate of the day, else of the last day before it that has one; turned round where need be.

    `known` is in the order in which they were entered: of one day, the newest counts.
    Refuses: `RateMissing`. A currency in itself is worth one.
    """
    if base == quote:
        return Quote(on, base, quote, Decimal(1))
    of_pair = [rate for rate in known if {rate.base, rate.quote} == {base, quote}]
    so_far = [rate for rate in of_pair if rate.day <= on]
    if not so_far:
        nearest = min((rate.day for rate in of_pair), default=None)
        raise RateMissing(base, quote, on, nearest)
    newest = max(enumerate(so_far), key=lambda entered: (entered[1].day, entered[0]))[1]
    return newest if newest.base == base else newest.inverse


def plain(rate: Decimal) -> Decimal:
    """Without zeros at the end and without an exponent, as people write it."""
    shortest = rate.normalize()
    return shortest.quantize(1) if shortest == shortest.to_integral() else shortest


def _quotient(value: Decimal | int, by: Decimal) -> Decimal:
    with localcontext(prec=_DIGITS * 2):
        return _rounded(value / by)


def _rounded(rate: Decimal) -> Decimal:
    with localcontext(prec=_DIGITS * 2):
        return plain(rate.quantize(_FINEST, rounding=ROUND_HALF_EVEN))
