import strawberry

from domain.because import BalanceKey
from models.ledger import Balance as BalanceRow
from schema.because import After, BalanceLineConnection, First, balance_lines
from schema.context import Info
from schema.member import Member, member_edge
from schema.money import Money, money_shown


@strawberry.type(description="What a member is owed (positive) or owes (negative) in one currency.")
class Balance:
    row: strawberry.Private[BalanceRow]

    net: Money = money_shown(
        "net_minor", description="Paid minus owed, over everything in the ledger."
    )
    member: Member = member_edge(
        by="row.member_id", brought="member", description="Whose balance it is."
    )

    @strawberry.field(description="What it is made of as of now.")
    async def because(
        self, info: Info, first: First = 50, after: After = None
    ) -> BalanceLineConnection:
        key = BalanceKey(self.row.ledger_id, self.row.member_id, self.row.currency)
        return await balance_lines(info, key, first, after)

    @staticmethod
    def of(row: BalanceRow) -> "Balance":
        return Balance(row=row)


@strawberry.type(description="What a member was owed (positive) or owed (negative) at some moment.")
class PastBalance:
    row: strawberry.Private[BalanceRow]

    net: Money = money_shown("net_minor", description="Paid minus owed until then.")
    member: Member = member_edge(by="row.member_id", description="Whose balance it was.")

    @staticmethod
    def of(row: BalanceRow) -> "PastBalance":
        return PastBalance(row=row)
