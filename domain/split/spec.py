"""The ways to split, as values that can be stored and read back. Amounts are in minor units."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter


@dataclass(frozen=True, slots=True)
class Equal:
    """Everyone the same."""

    participants: tuple[UUID, ...]
    kind: Literal["EQUAL"] = "EQUAL"


@dataclass(frozen=True, slots=True)
class Exact:
    """Amounts in minor units that add up to the total."""

    amounts: Mapping[UUID, int]
    kind: Literal["EXACT"] = "EXACT"


@dataclass(frozen=True, slots=True)
class Percent:
    """Hundredths of a percent that add up to 10 000; `remainder_to` takes what they leave of it."""

    basis_points: Mapping[UUID, int]
    remainder_to: UUID | None = None
    kind: Literal["PERCENT"] = "PERCENT"


@dataclass(frozen=True, slots=True)
class Shares:
    """Weights in hundredths of a share: a share and a half is 150."""

    weights: Mapping[UUID, int]
    kind: Literal["SHARES"] = "SHARES"


@dataclass(frozen=True, slots=True)
class Adjusted:
    """Everyone the same, and so much more (or less) for some. Who takes part without it has a zero."""

    deltas: Mapping[UUID, int]
    kind: Literal["ADJUSTMENT"] = "ADJUSTMENT"


@dataclass(frozen=True, slots=True)
class Weighted:
    """In proportion to the members' standing weights, in hundredths, frozen when this was written.

    What an expense was split by is part of what was agreed: a weight that changes later, because a
    child is born, must not move the shares of last year.
    """

    weights: Mapping[UUID, int]
    kind: Literal["WEIGHTED"] = "WEIGHTED"


LineSplit = Equal | Exact | Percent | Shares
Proportions = Equal | Percent | Shares
"""What needs no amount to be right, and so can divide whatever is left."""


class AdjustmentKind(StrEnum):
    TAX = "TAX"
    TIP = "TIP"
    DISCOUNT = "DISCOUNT"
    FEE = "FEE"
    ROUNDING = "ROUNDING"


class SpreadKind(StrEnum):
    PROPORTIONAL = "PROPORTIONAL"
    EQUAL = "EQUAL"
    TO_CLASS = "TO_CLASS"
    TO_MEMBER = "TO_MEMBER"


@dataclass(frozen=True, slots=True)
class Proportional:
    """By what each has of all lines."""

    kind: Literal["PROPORTIONAL"] = "PROPORTIONAL"


@dataclass(frozen=True, slots=True)
class Equally:
    """The same for everyone who has a part of a line."""

    kind: Literal["EQUAL"] = "EQUAL"


@dataclass(frozen=True, slots=True)
class ToClass:
    """By what each has of the lines of one tax class: a tax on alcohol is for those who drank."""

    tax_class: str
    kind: Literal["TO_CLASS"] = "TO_CLASS"


@dataclass(frozen=True, slots=True)
class ToMember:
    """All of it for one member."""

    member_id: UUID
    kind: Literal["TO_MEMBER"] = "TO_MEMBER"


Spread = Proportional | Equally | ToClass | ToMember


@dataclass(frozen=True, slots=True)
class HeaderAdjustment:
    """What the receipt adds to its lines, or takes off when negative."""

    kind: AdjustmentKind
    amount_minor: int
    spread: Annotated[Spread, Field(discriminator="kind")]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a receipt. Its amount counts; quantity and unit price say how it came about.

    Without a split it is nobody's in particular: the remainder split of the receipt divides it.
    """

    title: str
    amount_minor: int
    quantity: Decimal | None = None
    unit_price_minor: int | None = None
    tax_class: str | None = None
    split: Annotated[LineSplit, Field(discriminator="kind")] | None = None


@dataclass(frozen=True, slots=True)
class Itemised:
    """Line by line. `remainder` divides unassigned lines and whatever lines and adjustments leave."""

    lines: tuple[Line, ...]
    adjustments: tuple[HeaderAdjustment, ...] = ()
    remainder: Annotated[Proportions, Field(discriminator="kind")] | None = None
    kind: Literal["ITEMISED"] = "ITEMISED"


@dataclass(frozen=True, slots=True)
class ByWeight:
    """What becomes `Weighted` when it is written: these people, by the weights that they have then."""

    participants: tuple[UUID, ...]
    kind: Literal["BY_WEIGHT"] = "BY_WEIGHT"


@dataclass(frozen=True, slots=True)
class Between:
    """What becomes the default split of the writer and this member, or half and half, when written."""

    member_id: UUID


Split = Equal | Exact | Percent | Shares | Adjusted | Weighted | Itemised
Standing = Proportions | ByWeight
"""What may wait for an expense that it will be the split of."""
Wanted = Split | ByWeight | Between
"""What a client may ask for."""

_STORED: TypeAdapter[Split] = TypeAdapter(Annotated[Split, Field(discriminator="kind")])
_ANY: TypeAdapter[Split | ByWeight] = TypeAdapter(
    Annotated[Split | ByWeight, Field(discriminator="kind")]
)
_STANDING: TypeAdapter[Standing] = TypeAdapter(Annotated[Standing, Field(discriminator="kind")])


def participants(how: Split | ByWeight) -> AbstractSet[UUID]:
    """Everyone the split names, by member id."""
    match how:
        case Equal(people) | ByWeight(people):
            return set(people)
        case Percent(parts, remainder_to):
            return set(parts) if remainder_to is None else {*parts, remainder_to}
        case Exact(parts) | Shares(parts) | Adjusted(parts) | Weighted(parts):
            return set(parts)
        case Itemised(lines, adjustments, remainder):
            specs = [line.split for line in lines] + [remainder]
            named = {who for spec in specs if spec for who in participants(spec)}
            return named | {
                adjustment.spread.member_id
                for adjustment in adjustments
                if isinstance(adjustment.spread, ToMember)
            }


def may_have_become(how: Split, wanted: Wanted | None, writer: UUID) -> bool:
    """Whether this is what `writer` wanted, by the standing weights or the default of another day."""
    match wanted:
        case ByWeight(people):
            return isinstance(how, Weighted) and participants(how) == {*people}
        case Between(member_id):
            return participants(how) <= {writer, member_id}
        case _:
            return False


def reseated(how: Split, seats: Mapping[UUID, UUID]) -> Split:
    """The same split among others: everybody's seat, by who sits there in this one. No two share one."""
    match how:
        case Itemised(lines, adjustments, remainder):
            return Itemised(
                lines=tuple(
                    replace(line, split=line.split and _reseated(line.split, seats))
                    for line in lines
                ),
                adjustments=tuple(
                    replace(each, spread=_spread_reseated(each.spread, seats))
                    for each in adjustments
                ),
                remainder=remainder and _proportions_reseated(remainder, seats),
            )
        case Adjusted(parts):
            return Adjusted(_by_seat(parts, seats))
        case Weighted(parts):
            return Weighted(_by_seat(parts, seats))
        case _:
            return _reseated(how, seats)


def _reseated(how: LineSplit, seats: Mapping[UUID, UUID]) -> LineSplit:
    if isinstance(how, Exact):
        return Exact(_by_seat(how.amounts, seats))
    return _proportions_reseated(how, seats)


def _proportions_reseated(how: Proportions, seats: Mapping[UUID, UUID]) -> Proportions:
    match how:
        case Equal(people):
            return Equal(tuple(seats[who] for who in people))
        case Shares(parts):
            return Shares(_by_seat(parts, seats))
        case Percent(parts, remainder_to):
            return Percent(_by_seat(parts, seats), remainder_to and seats[remainder_to])


def _spread_reseated(spread: Spread, seats: Mapping[UUID, UUID]) -> Spread:
    return ToMember(seats[spread.member_id]) if isinstance(spread, ToMember) else spread


def _by_seat(parts: Mapping[UUID, int], seats: Mapping[UUID, UUID]) -> Mapping[UUID, int]:
    return {seats[who]: part for who, part in parts.items()}


def stored(how: Split | Standing) -> dict[str, Any]:
    return _ANY.dump_python(how, mode="json")


def restored(spec: dict[str, Any]) -> Split:
    return _STORED.validate_python(spec, strict=False)


def restored_any(spec: dict[str, Any]) -> Split | ByWeight:
    """For whoever only shows what was stored."""
    return _ANY.validate_python(spec, strict=False)


def restored_standing(spec: dict[str, Any]) -> Standing:
    return _STANDING.validate_python(spec, strict=False)
