"""What can be claimed of a receipt, and what follows from the claims of those who were there.

A line has so many parts, three beers three, and nobody takes what others have; or it is shared, and whoever
claims takes part in it by the shares that they claim. Tax, tip and discounts follow the lines: see
`domain.split.items`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import gcd, lcm
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from domain import split
from domain.errors import Conflict, Invalid
from domain.money import Money
from domain.split import Equal, HeaderAdjustment, Itemised, Line, Proportions, Shares

MOST_PARTS = 1000
"""Of one line, and of one claim."""

NOBODY = UUID(int=0)
"""Who has what is unclaimed, where parts are by member id."""

NOBODYS = Equal((NOBODY,))
"""The remainder while claims still come in."""

_SHARE = 100
"""The weight of one part: shares are in hundredths."""

Claims = Mapping[int, Mapping[UUID, int]]
"""Parts by member id, by the place of the line from the top, from 0. None is zero."""


class NothingToClaim(Invalid):
    code = "NOTHING_TO_CLAIM"


class NoSuchLine(Invalid):
    code = "NO_SUCH_LINE"


class PartsOutOfRange(Invalid):
    code = "PARTS_OUT_OF_RANGE"


class RemainderTooFine(Invalid):
    """No weights up to `split.HEAVIEST` are in the exact proportion of what is claimed and what is left."""

    code = "REMAINDER_TOO_FINE"


class OverClaimed(Conflict):
    """Says how much is left."""

    code = "OVER_CLAIMED"


@dataclass(frozen=True, slots=True)
class Claimable:
    """A line, which nobody has yet. Without `parts` it is shared by whoever claims it."""

    line: Line
    parts: int | None

    @staticmethod
    def of(line: Line, parts: int | None = None) -> "Claimable":
        """Unless said otherwise, what was bought several times has that many parts."""
        return Claimable(line, _pieces(line.quantity) if parts is None else parts)

    def left(self, claims: Mapping[UUID, int]) -> int | None:
        """How many parts nobody has. None of a shared line: there is always room."""
        return None if self.parts is None else self.parts - sum(claims.values())

    def is_claimed(self, claims: Mapping[UUID, int]) -> bool:
        """Whether all of it is somebody's."""
        left = self.left(claims)
        return bool(claims) if left is None else left == 0

    def divided(self, claims: Mapping[UUID, int], remainder: Proportions) -> Line:
        """The line between those who claim it; `remainder` divides the parts that are left.

        Refuses: `RemainderTooFine`.
        """
        if not claims:
            return self.line
        parts = {who: Fraction(count) for who, count in claims.items()}
        if left := self.left(claims):
            for who, rest in split.exact_shares(left, remainder).items():
                parts[who] = parts.get(who, Fraction(0)) + rest
        return replace(self.line, split=Shares(_weights(parts)))


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be claimed: a receipt's lines, what it adds to them, and what it comes to in all."""

    total: Money
    lines: tuple[Claimable, ...]
    adjustments: tuple[HeaderAdjustment, ...] = ()

    def checked(self) -> "Offer":
        """Itself with clean texts.

        Refuses: `NothingToClaim`, `PartsOutOfRange`, `UnknownCurrency`, `AmountTooLarge`,
        `ItemsExceedAmount`, `NoLineOfClass`, and see `split.checked`.
        """
        if not self.lines:
            raise NothingToClaim("Name at least one line.", path=("offer", "lines"))
        for claimable in self.lines:
            if claimable.parts is not None:
                _require_in_range(claimable.parts, at_least=1)
        how = split.checked(self.split({}, NOBODYS), self.total.checked().currency)
        split.divide(self.total, how, NOBODY)
        lines = zip(how.lines, self.lines, strict=True)
        return Offer(
            self.total,
            tuple(Claimable(clean, claimable.parts) for clean, claimable in lines),
            how.adjustments,
        )

    def is_claimed(self, claims: Claims) -> bool:
        """Whether the whole total is somebody's."""
        lines = [claimable.line for claimable in self.lines]
        taken = sum(each.amount_minor for each in (*lines, *self.adjustments))
        return taken == self.total.minor and all(
            claimable.is_claimed(claims.get(place, {}))
            for place, claimable in enumerate(self.lines)
        )

    def split(self, claims: Claims, remainder: Proportions) -> Itemised:
        """Line by line as claimed; `remainder` divides what is not, if anything is not.

        Refuses: `RemainderTooFine`.
        """
        return Itemised(
            tuple(
                claimable.divided(claims.get(place, {}), remainder)
                for place, claimable in enumerate(self.lines)
            ),
            self.adjustments,
            None if self.is_claimed(claims) else remainder,
        )

    def dues(self, claims: Claims, claiming_id: UUID) -> Mapping[UUID, Money]:
        """What each has by now, tax and tip included, and `NOBODY` the rest: together the total.

        Closing may give an odd cent to somebody else.
        """
        how = self.split(claims, NOBODYS)
        return split.divide(self.total, how, claiming_id).parts

    def claimed(self, claims: Claims, member_id: UUID, parts: Mapping[int, int]) -> Claims:
        """The claims once a member's parts of some lines are these: zero takes a claim back.

        Refuses: `NoSuchLine`, `PartsOutOfRange`, `OverClaimed`, and `TooManyLines` beyond what a split holds.
        """
        after = dict(claims)
        for place, count in parts.items():
            if not 0 <= place < len(self.lines):
                raise NoSuchLine(f"There is no line {place}.", path=("parts",))
            _require_in_range(count, at_least=0)
            others = {who: has for who, has in claims.get(place, {}).items() if who != member_id}
            _require_left(self.lines[place], others, count)
            after[place] = others | ({member_id: count} if count else {})
        split.checked(self.split(after, NOBODYS), self.total.currency)
        return after


@dataclass(frozen=True, slots=True)
class NewClaiming:
    """A receipt that is opened for claiming, as it was read unless `offer` says otherwise."""

    id: UUID
    receipt_id: UUID
    offer: Offer | None = None


_LINES = TypeAdapter(tuple[Claimable, ...])
_ADJUSTMENTS = TypeAdapter(tuple[HeaderAdjustment, ...])


def stored(offer: Offer) -> dict[str, Any]:
    """As columns."""
    return {
        "amount_minor": offer.total.minor,
        "currency": offer.total.currency,
        "lines": _LINES.dump_python(offer.lines, mode="json"),
        "adjustments": _ADJUSTMENTS.dump_python(offer.adjustments, mode="json"),
    }


def restored(total: Money, lines: list[dict[str, Any]], adjustments: list[dict[str, Any]]) -> Offer:
    return Offer(total, _LINES.validate_python(lines), _ADJUSTMENTS.validate_python(adjustments))


def _weights(parts: Mapping[UUID, Fraction]) -> dict[UUID, int]:
    """In exact proportion to the parts: in hundredths of one, or as small as can be where that is too much.

    Refuses: `RemainderTooFine`.
    """
    scale = _SHARE * lcm(*(part.denominator for part in parts.values()))
    weights = {who: int(part * scale) for who, part in parts.items()}
    if max(weights.values()) > split.HEAVIEST:
        common = gcd(*weights.values())
        weights = {who: weight // common for who, weight in weights.items()}
    if max(weights.values()) > split.HEAVIEST:
        raise RemainderTooFine(
            "Weighed like this, the parts that are left come to too large numbers: take rounder shares.",
            path=("remainder",),
        )
    return weights


def _pieces(quantity: Decimal | None) -> int | None:
    if quantity is None or quantity != quantity.to_integral_value():
        return None
    return int(quantity) if 1 < quantity <= MOST_PARTS else None


def _require_in_range(parts: int, *, at_least: int) -> None:
    if not at_least <= parts <= MOST_PARTS:
        raise PartsOutOfRange(f"{at_least} to {MOST_PARTS} parts.", path=("parts",))


def _require_left(claimable: Claimable, others: Mapping[UUID, int], wanted: int) -> None:
    left = claimable.left(others)
    if left is not None and wanted > left:
        title = claimable.line.title
        raise OverClaimed(f"Of the {claimable.parts} parts of “{title}”, {left} are left to claim.")
