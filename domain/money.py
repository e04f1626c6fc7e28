"""Exact amounts. Money is never a float and is divided only by `allocate`."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
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
        """In major units, with exactly the currency's decimals: 1050 EUR cents are 10.50."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def checked(self) -> "Money":
        """Itself, if the currency exists and the amount is within `MAX_MINOR`."""
        exponent(self.currency)
        if abs(self.minor) > MAX_MINOR:
            raise AmountTooLarge(f"An amount is at most {MAX_MINOR} minor units.", path=("amount",))
        return self

    def allocate(self, weights: Sequence[int], *, offset: int = 0) -> list["Money"]:
        """Divide in proportion to `weights`, losing and inventing nothing.

        Largest remainder (Hamilton): everyone gets the floor of their exact part, the units left
        over go to the largest remainders. Equal remainders are served in the order of `weights`
        rotated by `offset`, so that the odd cent of many divisions does not always hit the same one.
        A weight of zero pays zero; a negative amount floors downwards, so that units are handed back.
        """
        assert weights
        assert min(weights) >= 0
        assert sum(weights) > 0
        count, whole = len(weights), sum(weights)
        parts = [divmod(self.minor * weight, whole) for weight in weights]
        spare = self.minor - sum(floor for floor, _ in parts)
        served = sorted(
            range(count), key=lambda index: (-parts[index][1], (index - offset) % count)
        )
        lucky = frozenset(served[:spare])
        minors = [floor + (index in lucky) for index, (floor, _) in enumerate(parts)]
        assert sum(minors) == self.minor
        return [Money(minor, self.currency) for minor in minors]


_FNV_OFFSET_BASIS, _FNV_PRIME = 0x811C9DC5, 0x01000193


def rotation(id: UUID, count: int) -> int:
    """The `offset` of `Money.allocate` for the fact with this id, among `count` people.

    FNV-1a, 32 bits (Fowler, Noll, Vo), over the id's canonical text: spread evenly, the same for ever.
    """
    digest = _FNV_OFFSET_BASIS
    for byte in str(id).encode():
        digest = (digest ^ byte) * _FNV_PRIME & 0xFFFFFFFF
    return digest % count
