"""Splits as clients say and see them: the spec that was agreed, beside the shares that follow."""

from collections.abc import Iterable, Mapping
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from domain import split
from domain.errors import Invalid
from schema.context import Info
from schema.ids import row_id
from schema.ledger import Member, member
from schema.scalars import BigInt


class MemberNamedTwice(Invalid):
    code = "MEMBER_NAMED_TWICE"


class OneSplitOnly(Invalid):
    code = "ONE_SPLIT_ONLY"


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

    @strawberry.field(description="Whose part.")
    async def member(self, info: Info) -> Member:
        return await member(info, self.member_id)


@strawberry.type(description="Amounts in minor units that add up to the total.")
class ExactSplit:
    amounts: list[Part] = strawberry.field(description="In minor units.")


@strawberry.type(description="Hundredths of a percent that add up to 10 000.")
class PercentSplit:
    basis_points: list[Part] = strawberry.field(description="Hundredths of a percent.")


@strawberry.type(description="Weights: a share and a half is 150.")
class SharesSplit:
    weights: list[Part] = strawberry.field(description="Hundredths of a share.")


Split = Annotated[EqualSplit | ExactSplit | PercentSplit | SharesSplit, strawberry.union("Split")]


def shown(spec: split.Split) -> EqualSplit | ExactSplit | PercentSplit | SharesSplit:
    match spec:
        case split.Equal(participants):
            return EqualSplit(participant_ids=participants)
        case split.Exact(amounts):
            return ExactSplit(amounts=_parts(amounts))
        case split.Percent(basis_points):
            return PercentSplit(basis_points=_parts(basis_points))
        case split.Shares(weights):
            return SharesSplit(weights=_parts(weights))


def _parts(values: Mapping[UUID, int]) -> list[Part]:
    return [Part(value=BigInt(value), member_id=who) for who, value in sorted(values.items())]


@strawberry.input(description="A member's part, in the unit of its split.")
class PartInput:
    member_id: relay.GlobalID = strawberry.field(description="Whose part.")
    value: BigInt = strawberry.field(
        description="Minor units, basis points or hundredths of a share, as the split says."
    )


@strawberry.input(one_of=True, description="Who owes which part: exactly one of these.")
class SplitInput:
    equal: strawberry.Maybe[list[relay.GlobalID]] = strawberry.field(
        description="These members, the same for everyone."
    )
    exact: strawberry.Maybe[list[PartInput]] = strawberry.field(
        description="Amounts in minor units that add up to the total."
    )
    percent: strawberry.Maybe[list[PartInput]] = strawberry.field(
        description="Hundredths of a percent that add up to 10 000."
    )
    shares: strawberry.Maybe[list[PartInput]] = strawberry.field(
        description="Weights in hundredths of a share: a share and a half is 150."
    )

    def to_domain(self) -> split.Split:
        """Refuses: `MemberNamedTwice`, `NotFound` for ids that are no member's."""
        if self.equal is not None:
            people = by_member((id, 1) for id in self.equal.value)
            return split.Equal(tuple(people))
        if self.exact is not None:
            return split.Exact(amounts(self.exact.value))
        if self.percent is not None:
            return split.Percent(amounts(self.percent.value))
        if self.shares is not None:
            return split.Shares(amounts(self.shares.value))
        raise OneSplitOnly("Name exactly one way to split.", path=("split",))


def amounts(parts: Iterable[PartInput], *, path: str = "split") -> dict[UUID, int]:
    return by_member(((part.member_id, part.value) for part in parts), path=path)


def by_member(
    parts: Iterable[tuple[relay.GlobalID, int]], *, path: str = "split"
) -> dict[UUID, int]:
    """Refuses: `MemberNamedTwice`, `NotFound` for ids that are no member's."""
    found: dict[UUID, int] = {}
    for id, value in parts:
        who = row_id(id, "Member")
        if who in found:
            raise MemberNamedTwice("A member is named twice.", path=(path,))
        found[who] = value
    return found
