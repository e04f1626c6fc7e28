from uuid import UUID

import strawberry

from domain import money
from domain.because import BalanceKey
from models.ledger import Balance as BalanceRow
from schema.because import After, BalanceLineConnection, First, balance_lines
from schema.context import Info
from schema.member import Member, member_edge
from schema.money import Money


@strawberry.type(description="What a member is owed (positive) or owes (negative) in one currency.")
class Balance:
    net: Money = strawberry.field(description="Paid minus owed, over everything in the ledger.")
    member_id: strawberry.Private[UUID]
    ledger_id: strawberry.Private[UUID]

    member: Member = member_edge(by="member_id", description="Whose balance it is.")

    @strawberry.field(description="What it is made of as of now.")
    async def because(
        self, info: Info, first: First = 50, after: After = None
    ) -> BalanceLineConnection:
        key = BalanceKey(self.ledger_id, self.member_id, self.net.currency)
        return await balance_lines(info, key, first, after)

    @staticmethod
    def of(row: BalanceRow) -> "Balance":
        net = Money.of(money.Money(row.net_minor, row.currency))
        return Balance(net=net, member_id=row.member_id, ledger_id=row.ledger_id)


@strawberry.type(description="What a member was owed (positive) or owed (negative) at some moment.")
class PastBalance:
    net: Money = strawberry.field(description="Paid minus owed until then.")
    member_id: strawberry.Private[UUID]

    member: Member = member_edge(by="member_id", description="Whose balance it was.")

    @staticmethod
    def of(row: BalanceRow) -> "PastBalance":
        net = Money.of(money.Money(row.net_minor, row.currency))
        return PastBalance(net=net, member_id=row.member_id)
