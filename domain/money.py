"""Exact amounts. Money is never a float and is divided only by `allocate`."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Self
from uuid import UUID

from domain.currency import exponent
from domain.errors import Invalid

MAX_MINOR = 10**15
"""The largest amount of one fact. Sums of thousands of them still fit 64 bits."""


class AmountTooLarge(Invalid):
    code = "AMOUNT_TOO_LARGE"


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """A signed amount in minor units (cents, yen, fils) of an ISO 4217 currency."""

    minor: int
    currency: str

    def __add__(self, other: Self) -> "Money":
        assert self.currency == other.currency, "convert before adding"
        return Money(self.minor + other.minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __str__(self) -> str:
        return f"{self.decimal} {self.currency}"

    @property
    def decimal(self) -> Decimal:
        return decimal(self.minor, self.currency)

    def checked(self) -> "Money":
        """Itself, if the currency exists and the amount is within `MAX_MINOR`."""
        exponent(self.currency)
        if abs(self.minor) > MAX_MINOR:
            raise AmountTooLarge(f"An amount is at most {MAX_MINOR} minor units.", path=("amount",))
        return self

    def allocate(self, weights: Sequence[int], *, offset: int = 0) -> list["Money"]:
        """Divide in proportion to `weights`, losing and inventing nothing: see `apportion`.

        A weight of zero pays zero; a negative amount floors downwards, so that units are handed back.
        """
        assert weights
        assert min(weights) >= 0
        assert sum(weights) > 0
        exact = [Fraction(self.minor * weight, sum(weights)) for weight in weights]
        return [Money(minor, self.currency) for minor in apportion(exact, offset=offset)]


def decimal(minor: int, currency: str) -> Decimal:
    """In major units, with exactly the currency's decimals: 1050 EUR cents are 10.50."""
    return Decimal(minor).scaleb(-exponent(currency))


def apportion(
    exact: Sequence[Fraction], *, offset: int = 0, ranks: Sequence[int] | None = None
) -> list[int]:
    """Whole units for exact parts, with the same sum, which has to be whole.

    Largest remainder (Hamilton): everyone gets the floor of their exact part, the units left over go to
    the largest remainders. Equal remainders are served in the order of the parts rotated by `offset`, so
    that the odd cent of many divisions does not always hit the same one. With `ranks`, lower ranks are
    served before any remainder is looked at. What is whole already never gets a unit, so every part
    stays less than one unit away from the exact one.
    """
    whole, count = lcm(*(part.denominator for part in exact)), len(exact)
    parts = [divmod(part.numerator * (whole // part.denominator), whole) for part in exact]
    spare, lost = divmod(sum(remainder for _, remainder in parts), whole)
    assert not lost, "parts of a whole amount sum to it"
    served = sorted(
        (index for index, (_, remainder) in enumerate(parts) if remainder),
        key=lambda index: (
            ranks[index] if ranks else 0,
            -parts[index][1],
            (index - offset) % count,
        ),
    )
    lucky = frozenset(served[:spare])
    return [floor + (index in lucky) for index, (floor, _) in enumerate(parts)]


_FNV_OFFSET_BASIS, _FNV_PRIME = 0x811C9DC5, 0x01000193


def rotation(id: UUID, count: int) -> int:
    """The `offset` of `Money.allocate` for the fact with this id, among `count` people.

    FNV-1a, 32 bits (Fowler, Noll, Vo), over the id's canonical text: spread evenly, the same for ever.
    """
    digest = _FNV_OFFSET_BASIS
    for byte in str(id).encode():
        digest = (digest ^ byte) * _FNV_PRIME & 0xFFFFFFFF
    return digest % count
