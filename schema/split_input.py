"""Splits as clients say them."""

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

import strawberry
from strawberry import relay

from domain import split
from domain.errors import Invalid
from domain.split import AdjustmentKind, Line, SpreadKind
from schema.ids import row_id
from schema.scalars import BigInt
from schema.split import MINOR


class MemberNamedTwice(Invalid):
    code = "MEMBER_NAMED_TWICE"


class OneSplitOnly(Invalid):
    code = "ONE_SPLIT_ONLY"


class SpreadIncomplete(Invalid):
    code = "SPREAD_INCOMPLETE"


_EQUAL = "These members, the same for everyone."
_EXACT = "Amounts in minor units that add up to the total."
_PERCENT = "Hundredths of a percent that add up to 10 000."
_SHARES = "Weights in hundredths of a share: a share and a half is 150."


@strawberry.input(description="A member's part, in the unit of its split.")
class PartInput:
    member_id: relay.GlobalID = strawberry.field(description="Whose part.")
    value: BigInt = strawberry.field(
        description="Minor units, basis points or hundredths of a share, as the split says."
    )


@strawberry.input(description="Hundredths of a percent.")
class PercentInput:
    basis_points: list[PartInput] = strawberry.field(
        description="They add up to 10 000, or to less if somebody takes the remainder."
    )
    remainder_to: relay.GlobalID | None = strawberry.field(
        default=None, description="Who takes what is left of 10 000, besides any of their own."
    )

    def to_domain(self) -> split.Percent:
        remainder_to = row_id(self.remainder_to, "Member") if self.remainder_to else None
        return split.Percent(amounts(self.basis_points), remainder_to)


@strawberry.input(one_of=True, description="Who had which part: exactly one of these.")
class LineSplitInput:
    equal: strawberry.Maybe[list[relay.GlobalID]] = strawberry.field(description=_EQUAL)
    exact: strawberry.Maybe[list[PartInput]] = strawberry.field(description=_EXACT)
    percent: strawberry.Maybe[PercentInput] = strawberry.field(description=_PERCENT)
    shares: strawberry.Maybe[list[PartInput]] = strawberry.field(description=_SHARES)

    def to_domain(self) -> split.LineSplit:
        """Refuses: `MemberNamedTwice`, `NotFound` for ids that are no member's."""
        if self.exact is not None:
            return split.Exact(amounts(self.exact.value))
        return _proportions(self)


@strawberry.input(one_of=True, description="Who shares what is left: exactly one of these.")
class ProportionsInput:
    equal: strawberry.Maybe[list[relay.GlobalID]] = strawberry.field(description=_EQUAL)
    percent: strawberry.Maybe[PercentInput] = strawberry.field(description=_PERCENT)
    shares: strawberry.Maybe[list[PartInput]] = strawberry.field(description=_SHARES)

    def to_domain(self) -> split.Proportions:
        """Refuses: `MemberNamedTwice`, `NotFound` for ids that are no member's."""
        return _proportions(self)


@strawberry.input(
    one_of=True, description="A split that waits for an expense: exactly one of these."
)
class StandingSplitInput:
    equal: strawberry.Maybe[list[relay.GlobalID]] = strawberry.field(description=_EQUAL)
    percent: strawberry.Maybe[PercentInput] = strawberry.field(description=_PERCENT)
    shares: strawberry.Maybe[list[PartInput]] = strawberry.field(description=_SHARES)
    by_weight: strawberry.Maybe[list[relay.GlobalID]] = strawberry.field(
        description="These members, by the standing weights that they have when it is used."
    )

    def to_domain(self) -> split.Standing:
        """Refuses: `MemberNamedTwice`, `NotFound` for ids that are no member's."""
        if self.by_weight is not None:
            return split.ByWeight(_people(self.by_weight.value))
        return _proportions(self)


@strawberry.input(description="One line of a receipt.")
class ReceiptLineInput:
    title: str = strawberry.field(description="At most 200 characters.")
    amount_minor: BigInt = strawberry.field(description=MINOR)
    quantity: Decimal | None = strawberry.field(
        default=None, description="How many or how much, with at most 6 decimals."
    )
    unit_price_minor: BigInt | None = strawberry.field(
        default=None, description="The price of one. " + MINOR
    )
    tax_class: str | None = strawberry.field(
        default=None, description="At most 50 characters, for adjustments to name it by."
    )
    split: LineSplitInput | None = strawberry.field(
        default=None, description="Who had which part. Left out: the remainder takes it."
    )

    def to_domain(self) -> Line:
        return Line(
            title=self.title,
            amount_minor=self.amount_minor,
            quantity=self.quantity,
            unit_price_minor=self.unit_price_minor,
            tax_class=self.tax_class,
            split=self.split.to_domain() if self.split else None,
        )


@strawberry.input(description="What a receipt adds to its lines, or takes off when negative.")
class HeaderAdjustmentInput:
    kind: AdjustmentKind = strawberry.field(description="What it is.")
    amount_minor: BigInt = strawberry.field(description=MINOR)
    spread: SpreadKind = strawberry.field(
        default=SpreadKind.PROPORTIONAL, description="Who bears it."
    )
    tax_class: str | None = strawberry.field(
        default=None, description="Whose lines decide, with TO_CLASS."
    )
    member_id: relay.GlobalID | None = strawberry.field(
        default=None, description="Who bears all of it, with TO_MEMBER."
    )

    def to_domain(self) -> split.HeaderAdjustment:
        return split.HeaderAdjustment(self.kind, self.amount_minor, self._spread())

    def _spread(self) -> split.Spread:
        match self.spread, self.tax_class, self.member_id:
            case SpreadKind.PROPORTIONAL, None, None:
                return split.Proportional()
            case SpreadKind.EQUAL, None, None:
                return split.Equally()
            case SpreadKind.TO_CLASS, str(tax_class), None:
                return split.ToClass(tax_class)
            case SpreadKind.TO_MEMBER, None, relay.GlobalID() as member_id:
                return split.ToMember(row_id(member_id, "Member"))
            case _:
                raise SpreadIncomplete(
                    "Name a tax class with TO_CLASS, a member with TO_MEMBER, and neither otherwise.",
                    path=("split", "adjustments"),
                )


@strawberry.input(description="A receipt line by line.")
class ItemisedInput:
    lines: list[ReceiptLineInput] = strawberry.field(description="At most 200.")
    adjustments: list[HeaderAdjustmentInput] = strawberry.field(
        default_factory=list, description="At most 20 taxes, tips, discounts and the like."
    )
    remainder: ProportionsInput | None = strawberry.field(
        default=None,
        description="Who shares unassigned lines and what lines and adjustments leave of the total.",
    )

    def to_domain(self) -> split.Itemised:
        """Refuses: `SpreadIncomplete`, and see `LineSplitInput`."""
        return split.Itemised(
            lines=tuple(line.to_domain() for line in self.lines),
            adjustments=tuple(adjustment.to_domain() for adjustment in self.adjustments),
            remainder=self.remainder.to_domain() if self.remainder else None,
        )


@strawberry.input(one_of=True, description="Who owes which part: exactly one of these.")
class SplitInput:
    equal: strawberry.Maybe[list[relay.GlobalID]] = strawberry.field(description=_EQUAL)
    exact: strawberry.Maybe[list[PartInput]] = strawberry.field(description=_EXACT)
    percent: strawberry.Maybe[PercentInput] = strawberry.field(description=_PERCENT)
    shares: strawberry.Maybe[list[PartInput]] = strawberry.field(description=_SHARES)
    adjustment: strawberry.Maybe[list[PartInput]] = strawberry.field(
        description="What each has in minor units on top of an equal part of the rest: 0 for nothing."
    )
    by_weight: strawberry.Maybe[list[relay.GlobalID]] = strawberry.field(
        description="These members, by the standing weights that they have now."
    )
    itemised: strawberry.Maybe[ItemisedInput] = strawberry.field(
        description="A receipt line by line."
    )
    with_member: strawberry.Maybe[relay.GlobalID] = strawberry.field(
        description="You and this member: by the default split of you two, or half and half."
    )

    def to_domain(self) -> split.Wanted:
        """Refuses: `MemberNamedTwice`, `SpreadIncomplete`, `NotFound` for ids that are no member's."""
        if self.exact is not None:
            return split.Exact(amounts(self.exact.value))
        if self.adjustment is not None:
            return split.Adjusted(amounts(self.adjustment.value))
        if self.by_weight is not None:
            return split.ByWeight(_people(self.by_weight.value))
        if self.itemised is not None:
            return self.itemised.value.to_domain()
        if self.with_member is not None:
            return split.Between(row_id(self.with_member.value, "Member"))
        return _proportions(self)


def amounts(parts: Iterable[PartInput], *, path: str = "split") -> dict[UUID, int]:
    """By member id. Refuses: `MemberNamedTwice`, `NotFound` for ids that are no member's."""
    return _by_member(((part.member_id, part.value) for part in parts), path=path)


def _proportions(
    said: LineSplitInput | ProportionsInput | StandingSplitInput | SplitInput,
) -> split.Proportions:
    if said.equal is not None:
        return split.Equal(_people(said.equal.value))
    if said.percent is not None:
        return said.percent.value.to_domain()
    if said.shares is not None:
        return split.Shares(amounts(said.shares.value))
    raise OneSplitOnly("Name exactly one way to split.", path=("split",))


def _people(ids: Iterable[relay.GlobalID]) -> tuple[UUID, ...]:
    return tuple(sorted(_by_member((id, 1) for id in ids)))


def _by_member(
    parts: Iterable[tuple[relay.GlobalID, int]], *, path: str = "split"
) -> dict[UUID, int]:
    found: dict[UUID, int] = {}
    for id, value in parts:
        who = row_id(id, "Member")
        if who in found:
            raise MemberNamedTwice("A member is named twice.", path=(path,))
        found[who] = value
    return found
