from collections.abc import Sequence
from uuid import UUID

import strawberry
from strawberry import relay

from domain import money, plan, settlement
from domain.plan import PlanMode
from schema.context import Info
from schema.ids import row_id
from schema.member import Member, member_edge
from schema.money import Money
from schema.scalars import CurrencyCode
from schema.subgroup import Subgroup, subgroup_of
from schema.transfer import Transfer

strawberry.enum(
    PlanMode,
    description="Who may pay whom; a subgroup counts as one, who pays for it. "
    "NONE: what each owes each other one, pair by pair. "
    "MINIMAL: any debtor any creditor, by the fewest transfers. "
    "MINIMAL_EXISTING_EDGES: the fewest where everyone pays only whom they owe now; amounts may differ, "
    "and money may be passed on. CENTRED: everything is paid to or by one member.",
)


@strawberry.type(description="A member's or a subgroup's balance as the plan found it.")
class PlanBalance:
    net: Money = strawberry.field(description="Positive if they are owed.")
    member_id: strawberry.Private[UUID]
    ledger_id: strawberry.Private[UUID]

    member: Member = member_edge(
        by="member_id", description="Whose balance it is; of a subgroup, who pays for it."
    )

    @strawberry.field(description="Whose balance it is, if they settle as one with others.")
    async def subgroup(self, info: Info) -> Subgroup | None:
        return await subgroup_of(info, self.ledger_id, self.member_id)


@strawberry.type(
    description="Members who settle among themselves: their balances sum to zero, and a part of k balances "
    "takes k − 1 transfers. In mode MINIMAL, no division into more such parts proves that no plan is shorter."
)
class PlanPart:
    balances: list[PlanBalance] = strawberry.field(description="Of its members.")


@strawberry.type(description="What settles everything that is open in one currency.")
class SettlementPlan:
    currency: CurrencyCode = strawberry.field(description="The currency of all its amounts.")
    transfers: list[Transfer] = strawberry.field(
        description="Who pays whom. Of a plan for up to 24 members, after one is paid the others stay."
    )
    optimal: bool = strawberry.field(
        description="Whether no plan of this mode, within these constraints, has fewer transfers. "
        "If false, the search ended before that was known."
    )
    at_least: int = strawberry.field(description="No plan of this mode has fewer transfers.")
    greedy_transfers: int = strawberry.field(
        description="How many it takes if the largest debtor always pays the largest creditor, "
        "whatever the mode."
    )
    parts: list[PlanPart] = strawberry.field(description="Who settles among themselves.")

    @staticmethod
    def of(
        ledger_id: UUID, currency: str, problem: plan.Problem, solved: plan.Plan
    ) -> "SettlementPlan":
        return SettlementPlan(
            currency=CurrencyCode(currency),
            transfers=Transfer.all_of(ledger_id, transfers_of(currency, solved)),
            optimal=solved.optimal,
            at_least=solved.at_least,
            greedy_transfers=solved.greedy,
            parts=[
                PlanPart(
                    balances=[
                        PlanBalance(
                            net=Money.of(money.Money(problem.net_minor.get(who, 0), currency)),
                            member_id=who,
                            ledger_id=ledger_id,
                        )
                        for who in sorted(part)
                    ]
                )
                for part in solved.parts
            ],
        )


def transfers_of(currency: str, solved: plan.Plan) -> Sequence[settlement.Transfer]:
    """The plan's debts as payments of this currency."""
    return [
        settlement.Transfer(debtor, creditor, money.Money(minor, currency))
        for debtor, creditor, minor in solved.debts
    ]


@strawberry.input(description="Two members, whoever of them pays.")
class MemberPairInput:
    one: relay.GlobalID = strawberry.field(description="The one.")
    other: relay.GlobalID = strawberry.field(description="The other.")

    def to_domain(self) -> frozenset[UUID]:
        return frozenset({row_id(self.one, "Member"), row_id(self.other, "Member")})
