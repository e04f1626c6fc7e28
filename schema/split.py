"""Splits as clients see them: the spec that was agreed, beside the shares that follow."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry

from domain import split
from domain.split import AdjustmentKind, SpreadKind
from schema.context import Info
from schema.member import Member, member, member_edge
from schema.scalars import BigInt

MINOR = "In minor units of the expense's currency."

strawberry.enum(AdjustmentKind, description="What a receipt adds to its lines, or takes off.")
strawberry.enum(
    SpreadKind,
    description="PROPORTIONAL: by what each has of all lines. EQUAL: the same for everyone who has a part "
    "of a line. TO_CLASS: by what each has of the lines of one tax class. TO_MEMBER: all of it for one.",
)


@strawberry.type(description="Everyone the same.")
class EqualSplit:
    participant_ids: strawberry.Private[tuple[UUID, ...]]

    @strawberry.field(description="Who takes part.")
    async def participants(self, info: Info) -> list[Member]:
        return [await member(info, who) for who in self.participant_ids]


@strawberry.type(description="A member's part, in the unit of its split.")
class Part:
    value: BigInt = strawberry.field(
        description="Minor units, basis points or hundredths of a share, as the split says."
    )
    member_id: strawberry.Private[UUID]

    member: Member = member_edge(by="member_id", description="Whose part.")


@strawberry.type(description="Amounts in minor units that add up to the total.")
class ExactSplit:
    amounts: list[Part] = strawberry.field(description="In minor units.")


@strawberry.type(description="Hundredths of a percent that add up to 10 000.")
class PercentSplit:
    basis_points: list[Part] = strawberry.field(description="Hundredths of a percent.")
    remainder_to_id: strawberry.Private[UUID | None]

    @strawberry.field(description="Who takes what they leave of 10 000, besides any of their own.")
    async def remainder_to(self, info: Info) -> Member | None:
        return await member(info, self.remainder_to_id) if self.remainder_to_id else None


@strawberry.type(description="Weights: a share and a half is 150.")
class SharesSplit:
    weights: list[Part] = strawberry.field(description="Hundredths of a share.")


@strawberry.type(description="Everyone the same, and so much more or less for some.")
class AdjustmentSplit:
    deltas: list[Part] = strawberry.field(
        description="In minor units: what each has on top of an equal part of the rest."
    )


@strawberry.type(
    description="By the members' standing weights as they were when this was written; a weight that "
    "changes later moves nothing."
)
class WeightedSplit:
    weights: list[Part] = strawberry.field(description="Hundredths of a share.")


LineSplit = Annotated[
    EqualSplit | ExactSplit | PercentSplit | SharesSplit, strawberry.union("LineSplit")
]


@strawberry.type(description="One line of a receipt.")
class ReceiptLine:
    title: str = strawberry.field(description="What it was.")
    amount_minor: BigInt = strawberry.field(description=MINOR)
    quantity: Decimal | None = strawberry.field(description="How many or how much.")
    unit_price_minor: BigInt | None = strawberry.field(description="The price of one. " + MINOR)
    tax_class: str | None = strawberry.field(description="What an adjustment may name it by.")
    split: LineSplit | None = strawberry.field(
        description="Who had which part; null leaves it to the remainder."
    )


@strawberry.type(description="What a receipt adds to its lines, or takes off when negative.")
class HeaderAdjustment:
    kind: AdjustmentKind = strawberry.field(description="What it is.")
    amount_minor: BigInt = strawberry.field(description=MINOR)
    spread: SpreadKind = strawberry.field(description="Who bears it.")
    tax_class: str | None = strawberry.field(description="Whose lines decide, with TO_CLASS.")
    member_id: strawberry.Private[UUID | None]

    @strawberry.field(description="Who bears all of it, with TO_MEMBER.")
    async def member(self, info: Info) -> Member | None:
        return await member(info, self.member_id) if self.member_id else None


@strawberry.type(
    description="Line by line; adjustments follow the lines, and everything is rounded once."
)
class ItemisedSplit:
    lines: list[ReceiptLine] = strawberry.field(description="In the order of the receipt.")
    adjustments: list[HeaderAdjustment] = strawberry.field(
        description="Taxes, tips, discounts and the like."
    )
    remainder: LineSplit | None = strawberry.field(
        description="Who shares unassigned lines and what lines and adjustments leave of the total."
    )


@strawberry.type(
    description="By the standing weights that these members have when it is used: only a default split is so."
)
class ByWeightSplit:
    participant_ids: strawberry.Private[tuple[UUID, ...]]

    @strawberry.field(description="Who takes part.")
    async def participants(self, info: Info) -> list[Member]:
        return [await member(info, who) for who in self.participant_ids]


Split = Annotated[
    EqualSplit
    | ExactSplit
    | PercentSplit
    | SharesSplit
    | AdjustmentSplit
    | WeightedSplit
    | ItemisedSplit
    | ByWeightSplit,
    strawberry.union("Split"),
]


def shown(spec: split.Split | split.ByWeight) -> Split:
    match spec:
        case split.ByWeight(participants):
            return ByWeightSplit(participant_ids=participants)
        case split.Adjusted(deltas):
            return AdjustmentSplit(deltas=_parts(deltas))
        case split.Weighted(weights):
            return WeightedSplit(weights=_parts(weights))
        case split.Itemised(lines, adjustments, remainder):
            return ItemisedSplit(
                lines=[_line(line) for line in lines],
                adjustments=adjustments_shown(adjustments),
                remainder=remainder and _shown_plainly(remainder),
            )
        case _:
            return _shown_plainly(spec)


def _shown_plainly(spec: split.LineSplit) -> LineSplit:
    match spec:
        case split.Equal(participants):
            return EqualSplit(participant_ids=participants)
        case split.Exact(amounts):
            return ExactSplit(amounts=_parts(amounts))
        case split.Percent():
            return _percent(spec)
        case split.Shares(weights):
            return SharesSplit(weights=_parts(weights))


def _percent(spec: split.Percent) -> PercentSplit:
    return PercentSplit(basis_points=_parts(spec.basis_points), remainder_to_id=spec.remainder_to)


def _line(line: split.Line) -> ReceiptLine:
    unit = line.unit_price_minor
    return ReceiptLine(
        title=line.title,
        amount_minor=BigInt(line.amount_minor),
        quantity=line.quantity,
        unit_price_minor=None if unit is None else BigInt(unit),
        tax_class=line.tax_class,
        split=line.split and _shown_plainly(line.split),
    )


def adjustments_shown(adjustments: Iterable[split.HeaderAdjustment]) -> list[HeaderAdjustment]:
    return [_adjustment(adjustment) for adjustment in adjustments]


def _adjustment(adjustment: split.HeaderAdjustment) -> HeaderAdjustment:
    spread = adjustment.spread
    return HeaderAdjustment(
        kind=adjustment.kind,
        amount_minor=BigInt(adjustment.amount_minor),
        spread=SpreadKind(spread.kind),
        tax_class=spread.tax_class if isinstance(spread, split.ToClass) else None,
        member_id=spread.member_id if isinstance(spread, split.ToMember) else None,
    )


def _parts(values: Mapping[UUID, int]) -> list[Part]:
    return [Part(value=BigInt(value), member_id=who) for who, value in sorted(values.items())]
