from datetime import date, timedelta
from typing import Annotated

import strawberry
from strawberry import relay

from schema.context import Info
from schema.ids import row_id
from schema.money import Money
from schema.permissions import SignedIn, actor
from schema.scalars import BigInt
from schema.statistics import CategoryTotal, DayTotal, MemberCredit, MemberTotal, Statistics
from services import budgets, statistics


@strawberry.type
class StatisticsQueries:
    @strawberry.field(permission_classes=[SignedIn], description="A ledger in figures.")
    async def statistics(
        self,
        info: Info,
        ledger_id: Annotated[relay.GlobalID, strawberry.argument(description="Which ledger.")],
        from_day: Annotated[
            date | None, strawberry.argument(description="On this day or later.")
        ] = None,
        before_day: Annotated[
            date | None,
            strawberry.argument(description="Before this day; else up to the end of today."),
        ] = None,
    ) -> Statistics:
        viewer, ledger = actor(info).user_id, row_id(ledger_id, "Ledger")
        async with info.context.db.scanning() as session:
            until = before_day or await budgets.today_of(session, viewer) + timedelta(days=1)
            span = statistics.Span(from_day, before_day)
            found = await statistics.of_ledger(session, viewer, ledger, span, until)
        return Statistics(
            members=[
                MemberTotal(
                    paid=Money.of(row.paid),
                    owed=Money.of(row.owed),
                    spare_minor=BigInt(row.spare_minor),
                    member_id=row.member_id,
                )
                for row in found.members
            ],
            categories=[
                CategoryTotal(total=Money.of(row.total), category_id=row.category_id)
                for row in found.categories
            ],
            days=[DayTotal(day=row.day, total=Money.of(row.total)) for row in found.days],
            credits=[
                MemberCredit.of(row.member_id, row.currency, row.credit) for row in found.credits
            ],
        )
