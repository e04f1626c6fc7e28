from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from domain import split
from domain.default_split import NewDefault, Scope
from domain.split import RemainderPolicy
from models.default_split import DefaultSplit as DefaultSplitRow
from schema.category import Category
from schema.context import Info
from schema.ids import row_id
from schema.ledger import Ledger
from schema.member import Member, member
from schema.refusals import Conflict, Forbidden, Invalid, NotFound
from schema.scalars import BigInt
from schema.split import Split, shown
from schema.split_input import StandingSplitInput


@strawberry.type(description="How new expenses are split when nobody says so.")
class DefaultSplit(relay.Node):
    id: relay.NodeID[UUID]
    version: BigInt = strawberry.field(description="Grows with every change.")
    ledger_id: strawberry.Private[UUID]
    row: strawberry.Private[DefaultSplitRow]

    @strawberry.field(description="Where it counts.")
    async def ledger(self, info: Info) -> Ledger:
        row = await info.context.loaders.ledgers.load(self.ledger_id)
        assert row is not None, "who sees a default sees its ledger"
        return Ledger.of(row)

    @strawberry.field(description="For expenses of this category, and of those below without one.")
    async def category(self, info: Info) -> Category | None:
        return Category.maybe(await info.context.loaders.categories.load(self.row.category_id))

    @strawberry.field(description="The two it is between, if it is; else empty.")
    async def between(self, info: Info) -> list[Member]:
        return [await member(info, who) for who in sorted(self.row.pair or ())]

    @strawberry.field(description="The split; null once it is taken back.")
    def split(self) -> Split | None:
        spec = self.row.split
        return None if spec is None else shown(split.restored_standing(spec))

    @strawberry.field(
        description="Whether somebody concerned has come, gone or been claimed since it was set. It splits "
        "nothing then until it is set again: creating an expense by it is the conflict DEFAULT_SPLIT_STALE."
    )
    async def is_stale(self, info: Info) -> bool:
        members = await info.context.loaders.members_of_ledger.load(self.ledger_id)
        return self.row.is_stale(members)

    @staticmethod
    def of(row: DefaultSplitRow) -> "DefaultSplit":
        return DefaultSplit(
            id=row.id, version=BigInt(row.version), ledger_id=row.ledger_id, row=row
        )

    @staticmethod
    def maybe(row: DefaultSplitRow | None) -> "DefaultSplit | None":
        return DefaultSplit.of(row) if row else None


@strawberry.input(
    description="A default for a group; for one of its categories; or between you and another member."
)
class SetDefaultSplitInput:
    ledger_id: relay.GlobalID = strawberry.field(description="Which group.")
    if_version: BigInt = strawberry.field(
        default=BigInt(0), description="The version that you have seen; 0 when there was none."
    )
    category_id: relay.GlobalID | None = strawberry.field(
        default=None,
        description="Only for this category, and those below without one of their own.",
    )
    with_member_id: relay.GlobalID | None = strawberry.field(
        default=None, description="Only between you and this member."
    )
    split: StandingSplitInput | None = strawberry.field(
        default=None, description="How. Left out, or null: there is to be none."
    )

    def to_domain(self) -> NewDefault:
        how = self.split.to_domain() if self.split else None
        return NewDefault(scope_of(self.ledger_id, self.category_id, self.with_member_id), how)


@strawberry.input(description="Who gets the odd cents of new expenses and of costs that change.")
class SetRemainderPolicyInput:
    ledger_id: relay.GlobalID = strawberry.field(description="Which ledger.")
    if_version: BigInt = strawberry.field(description="The version that you have seen.")
    policy: RemainderPolicy = strawberry.field(description="Whose they are to be.")


def scope_of(
    ledger_id: relay.GlobalID,
    category_id: relay.GlobalID | None,
    with_member_id: relay.GlobalID | None,
) -> Scope:
    return Scope(
        ledger_id=row_id(ledger_id, "Ledger"),
        category_id=row_id(category_id, "Category") if category_id else None,
        with_member_id=row_id(with_member_id, "Member") if with_member_id else None,
    )


DefaultSplitResult = Annotated[
    DefaultSplit | Invalid | NotFound | Forbidden | Conflict,
    strawberry.union("DefaultSplitResult"),
]
