from collections.abc import Sequence
from itertools import pairwise
from typing import Any
from uuid import UUID

import strawberry

from domain import money, route, settlement
from domain.because import BalanceKey, PairKey
from domain.debts import Debt
from models.ledger import Balance as BalanceRow
from schema.because import (
    After,
    BalanceLineConnection,
    First,
    Route,
    RouteStep,
    TransferReason,
    balance_lines,
)
from schema.context import Info
from schema.member import Member, member
from schema.money import Money


@strawberry.type(description="What a member is owed (positive) or owes (negative) in one currency.")
class Balance:
    net: Money = strawberry.field(description="Paid minus owed, over everything in the ledger.")
    member_id: strawberry.Private[UUID]
    ledger_id: strawberry.Private[UUID]

    @strawberry.field(description="Whose balance it is.")
    async def member(self, info: Info) -> Member:
        return await member(info, self.member_id)

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

    @strawberry.field(description="Whose balance it was.")
    async def member(self, info: Info) -> Member:
        return await member(info, self.member_id)

    @staticmethod
    def of(row: BalanceRow) -> "PastBalance":
        net = Money.of(money.Money(row.net_minor, row.currency))
        return PastBalance(net=net, member_id=row.member_id)


@strawberry.type(description="A payment that would settle something.")
class Transfer:
    amount: Money = strawberry.field(description="How much.")
    ledger_id: strawberry.Private[UUID]
    planned: strawberry.Private[settlement.Transfer]
    plan: strawberry.Private[Sequence[settlement.Transfer]]

    @strawberry.field(description="Who pays.")
    async def payer(self, info: Info) -> Member:
        return await member(info, self.planned.payer_id)

    @strawberry.field(description="Who is paid.")
    async def payee(self, info: Info) -> Member:
        return await member(info, self.planned.payee_id)

    @strawberry.field(description="Why it is suggested, as of now.")
    async def because(self, info: Info) -> TransferReason:
        currency = self.planned.amount.currency
        owed = await info.context.loaders.debts_of_ledger.load((self.ledger_id, currency))
        plan = [_debt(other) for other in self.plan if other.amount.currency == currency]
        found = route.routes(_debt(self.planned), owed, plan)
        return TransferReason(
            routes=[_route(self.ledger_id, currency, owed, one) for one in found],
            key=PairKey(self.ledger_id, self.planned.payer_id, self.planned.payee_id, currency),
        )

    @staticmethod
    def all_of(ledger_id: UUID, plan: Sequence[settlement.Transfer]) -> "list[Transfer]":
        """The transfers of one plan: each is explained together with the others."""
        return [
            Transfer(
                amount=Money.of(planned.amount), ledger_id=ledger_id, planned=planned, plan=plan
            )
            for planned in plan
        ]


def _debt(transfer: settlement.Transfer) -> Debt:
    return Debt(transfer.payer_id, transfer.payee_id, transfer.amount.minor)


def _route(ledger_id: UUID, currency: str, owed: Sequence[Debt], found: route.Route) -> Route:
    minor_of: dict[Any, int] = {(debt.debtor, debt.creditor): debt.minor for debt in owed}
    return Route(
        amount=Money.of(money.Money(found.minor, currency)),
        steps=[
            RouteStep(
                owed=Money.of(money.Money(minor_of.get(step, 0), currency)),
                key=PairKey(ledger_id, *step, currency),
            )
            for step in pairwise(found.people)
        ],
    )
