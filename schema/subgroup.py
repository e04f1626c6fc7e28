"""Members who settle as one."""

from datetime import datetime
from itertools import groupby
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from domain import money
from domain.pages import Slice
from domain.subgroup import NewSubgroup, SubgroupChanges
from domain.thread import Thread
from models.ledger import Balance as BalanceRow
from models.subgroup import Subgroup as SubgroupRow
from schema.balance import Balance
from schema.context import Info
from schema.event import ActivityConnection
from schema.ids import row_id
from schema.member import Member, member, member_edge
from schema.money import Money
from schema.pages import After, First
from schema.refusals import Conflict, Forbidden, Invalid, NotFound
from schema.scalars import BigInt


@strawberry.type(description="What the members of a subgroup come to together, in one currency.")
class SubgroupBalance:
    net: Money = strawberry.field(
        description="The sum of their balances: what others owe them, or they others."
    )
    balances: list[Balance] = strawberry.field(description="Each member's own, where it is open.")

    @staticmethod
    def of(currency: str, rows: list[BalanceRow]) -> "SubgroupBalance":
        net = money.Money(sum(row.net_minor for row in rows), currency)
        return SubgroupBalance(net=Money.of(net), balances=[Balance.of(row) for row in rows])


@strawberry.type(
    description="Members who settle as one, such as a couple or a family: to settlement plans they are one. "
    "Each keeps a balance of their own."
)
class Subgroup(relay.Node):
    id: relay.NodeID[UUID]
    name: str = strawberry.field(description="What the group calls them.")
    dissolved_at: datetime | None = strawberry.field(
        description="Since when each of them settles alone again."
    )
    version: BigInt = strawberry.field(description="Grows with every change.")
    row: strawberry.Private[SubgroupRow]

    @strawberry.field(description="Who they are; once dissolved, who they were.")
    async def members(self, info: Info) -> list[Member]:
        return [await member(info, who) for who in self.row.member_ids]

    payer: Member = member_edge(
        by="row.payer_id", description="The one of them who pays and is paid for all."
    )

    @strawberry.field(
        description="What they come to, by currency, where anything of any of them is open."
    )
    async def balances(self, info: Info) -> list[SubgroupBalance]:
        rows = await info.context.loaders.balances_of_ledger.load(self.row.ledger_id)
        theirs = [row for row in rows if row.member_id in self.row.member_ids]
        return [
            SubgroupBalance.of(currency, list(those))
            for currency, those in groupby(theirs, lambda row: row.currency)
        ]

    @strawberry.field(description="All that happened to it, newest first.")
    async def history(
        self, info: Info, first: First = 50, after: After = None
    ) -> ActivityConnection:
        thread = Thread(self.row.ledger_id, self.id, Slice.of(first, after))
        return ActivityConnection.of(await info.context.loaders.history.load(thread))

    @staticmethod
    def of(row: SubgroupRow) -> "Subgroup":
        return Subgroup(
            id=row.id,
            name=row.name,
            dissolved_at=row.dissolved_at,
            version=BigInt(row.version),
            row=row,
        )


async def subgroup_of(info: Info, ledger_id: UUID, member_id: UUID) -> Subgroup | None:
    """The one that a member settles in now, if any."""
    rows = await info.context.loaders.subgroups_of_ledger.load(ledger_id)
    return next((Subgroup.of(row) for row in rows if member_id in row.member_ids), None)


@strawberry.input(description="Members who are to settle as one from now on.")
class CreateSubgroupInput:
    id: UUID = strawberry.field(description="A UUID of version 7 of your own: repeating is safe.")
    ledger_id: relay.GlobalID = strawberry.field(description="In which group.")
    name: str = strawberry.field(description="At most 100 characters.")
    member_ids: list[relay.GlobalID] = strawberry.field(
        description="Two or more members, none of whom settles as one with others."
    )
    payer_id: relay.GlobalID | None = strawberry.field(
        default=None, description="Who pays and is paid for all of them; else the first of them."
    )

    def to_domain(self) -> NewSubgroup:
        return NewSubgroup(
            id=self.id,
            ledger_id=row_id(self.ledger_id, "Ledger"),
            name=self.name,
            member_ids=_member_ids(self.member_ids),
            payer_id=row_id(self.payer_id, "Member") if self.payer_id else None,
        )


@strawberry.input(description="Changes of a subgroup; what is left out stays.")
class UpdateSubgroupInput:
    subgroup_id: relay.GlobalID = strawberry.field(description="Which subgroup.")
    if_version: BigInt = strawberry.field(description="The version that you have seen.")
    name: str | None = strawberry.field(default=None, description="At most 100 characters.")
    member_ids: list[relay.GlobalID] | None = strawberry.field(
        default=None, description="All who are to be in it: two or more."
    )
    payer_id: relay.GlobalID | None = strawberry.field(
        default=None,
        description="Who is to pay for them. Left out: who does now, or the first if they go.",
    )

    def to_domain(self) -> SubgroupChanges:
        return SubgroupChanges(
            name=self.name,
            member_ids=None if self.member_ids is None else _member_ids(self.member_ids),
            payer_id=row_id(self.payer_id, "Member") if self.payer_id else None,
        )


def _member_ids(ids: list[relay.GlobalID]) -> list[UUID]:
    return [row_id(id, "Member") for id in ids]


SubgroupResult = Annotated[
    Subgroup | Invalid | NotFound | Forbidden | Conflict, strawberry.union("SubgroupResult")
]
