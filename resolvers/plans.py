from typing import Annotated

import strawberry
from strawberry import relay

from domain.plan import PlanMode, Wishes
from schema.context import Info
from schema.ids import row_id
from schema.permissions import SignedIn, actor
from schema.plan import MemberPairInput, SettlementPlan
from services import plans


@strawberry.type
class PlanQueries:
    @strawberry.field(
        permission_classes=[SignedIn],
        description="What would settle a ledger, by currency, and how sure it is that nothing shorter does.",
    )
    async def settlement_plan(
        self,
        info: Info,
        ledger_id: Annotated[relay.GlobalID, strawberry.argument(description="Which ledger.")],
        mode: Annotated[
            PlanMode, strawberry.argument(description="Who may pay whom.")
        ] = PlanMode.MINIMAL,
        centre: Annotated[
            relay.GlobalID | None,
            strawberry.argument(description="The member who pays and is paid, in mode CENTRED."),
        ] = None,
        never_pay: Annotated[
            list[MemberPairInput] | None,
            strawberry.argument(description="Who must not pay each other. Up to 500 pairs."),
        ] = None,
        preferred_pairs: Annotated[
            list[MemberPairInput] | None,
            strawberry.argument(
                description="Who had better pay each other, since they share a way to pay, if that takes "
                "no more transfers. Up to 500 pairs."
            ),
        ] = None,
    ) -> list[SettlementPlan]:
        wishes = Wishes(
            mode=mode,
            never=frozenset(pair.to_domain() for pair in never_pay or ()),
            preferred=frozenset(pair.to_domain() for pair in preferred_pairs or ()),
            centre=row_id(centre, "Member") if centre else None,
        )
        ledger = row_id(ledger_id, "Ledger")
        async with info.context.db.reading() as session:
            problems = await plans.problems(session, actor(info).user_id, ledger, wishes)
        return [
            SettlementPlan.of(ledger, currency, problem, await info.context.planner.solve(problem))
            for currency, problem in problems.items()
        ]
