from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

import strawberry

from domain import money, route, settlement
from domain.because import PairKey
from domain.debts import Debt
from domain.route import Suggested
from schema.because import Route, RouteStep, TransferReason
from schema.context import Info
from schema.member import Member, member_edge
from schema.money import Money
from schema.subgroup import Subgroup, subgroup_of


@strawberry.type(description="A payment that would settle something.")
class Transfer:
    amount: Money = strawberry.field(description="How much.")
    debt: strawberry.Private[Debt]
    suggested: strawberry.Private[Suggested]

    payer: Member = member_edge(by="debt.debtor", description="Who pays.")

    @strawberry.field(description="Those whom they pay for, if they settle as one with others.")
    async def payer_subgroup(self, info: Info) -> Subgroup | None:
        return await subgroup_of(info, self.suggested.ledger_id, self.debt.debtor)

    payee: Member = member_edge(by="debt.creditor", description="Who is paid.")

    @strawberry.field(
        description="Those whom they are paid for, if they settle as one with others."
    )
    async def payee_subgroup(self, info: Info) -> Subgroup | None:
        return await subgroup_of(info, self.suggested.ledger_id, self.debt.creditor)

    @strawberry.field(description="Why it is suggested, as of now.")
    async def because(self, info: Info) -> TransferReason:
        found = await info.context.loaders.routes.load((self.suggested, self.debt))
        ledger_id, currency = self.suggested.ledger_id, self.suggested.currency
        return TransferReason(
            routes=[_route(self.suggested, one) for one in found],
            key=PairKey(ledger_id, self.debt.debtor, self.debt.creditor, currency),
        )

    @staticmethod
    def all_of(ledger_id: UUID, plan: Sequence[settlement.Transfer]) -> "list[Transfer]":
        """The transfers of a ledger's plans in all currencies."""
        debts: defaultdict[str, list[Debt]] = defaultdict(list)
        for payer_id, payee_id, amount in plan:
            debts[amount.currency].append(Debt(payer_id, payee_id, amount.minor))
        return [
            Transfer(
                amount=Money.of(money.Money(debt.minor, currency)), debt=debt, suggested=suggested
            )
            for currency, those in debts.items()
            for suggested in [Suggested(ledger_id, currency, those)]
            for debt in those
        ]


def _route(suggested: Suggested, found: route.Route) -> Route:
    ledger_id, currency = suggested.ledger_id, suggested.currency
    return Route(
        amount=Money.of(money.Money(found.minor, currency)),
        steps=[
            RouteStep(
                owed=Money.of(money.Money(step.owed_minor, currency)),
                within_subgroup=step.within,
                key=PairKey(ledger_id, step.debtor, step.creditor, currency),
            )
            for step in found.steps
        ],
    )
