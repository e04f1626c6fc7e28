from typing import Annotated

import strawberry
from strawberry import relay

from domain.pages import Slice
from schema.budget import (
    Budget,
    BudgetConnection,
    BudgetResult,
    BudgetStatus,
    CreateBudgetInput,
    On,
    UpdateBudgetInput,
)
from schema.context import Info
from schema.ids import row_id
from schema.pages import After, First
from schema.permissions import SignedIn, WithAccount, actor
from schema.scalars import IfVersion
from services import budgets

BudgetId = Annotated[relay.GlobalID, strawberry.argument(description="Which budget.")]


@strawberry.type
class BudgetQueries:
    @strawberry.field(
        permission_classes=[SignedIn, WithAccount], description="Your budgets, by name."
    )
    async def budgets(
        self,
        info: Info,
        first: First = 50,
        after: After = None,
    ) -> BudgetConnection:
        page = await budgets.page(info.context.db, actor(info).user_id, Slice.of(first, after))
        return BudgetConnection.over(page)

    @strawberry.field(
        permission_classes=[SignedIn, WithAccount],
        description="How a budget of yours stands in one period.",
    )
    async def budget_status(
        self, info: Info, budget_id: BudgetId, on: On = None
    ) -> BudgetStatus | None:
        key = (row_id(budget_id, "Budget"), on)
        standing = await info.context.loaders.standings.load(key)
        return BudgetStatus.of(standing) if standing else None


@strawberry.type
class BudgetMutations:
    @strawberry.mutation(
        permission_classes=[SignedIn, WithAccount],
        description="Make a budget. Only what is spent from now on alerts you.",
    )
    async def create_budget(self, info: Info, input: CreateBudgetInput) -> BudgetResult:
        who = actor(info)
        async with info.context.db.transaction() as tx:
            today = await budgets.today_of(tx, who.user_id)
            row = await budgets.create(tx, who, input.to_domain(), today)
        return Budget.of(row)

    @strawberry.mutation(
        permission_classes=[SignedIn, WithAccount],
        description="Change a budget. Only what is spent from now on alerts you.",
    )
    async def update_budget(self, info: Info, input: UpdateBudgetInput) -> BudgetResult:
        who = actor(info)
        budget_id = row_id(input.budget_id, "Budget")
        async with info.context.db.transaction() as tx:
            today = await budgets.today_of(tx, who.user_id)
            row = await budgets.update(
                tx, who, budget_id, input.if_version, input.to_domain(), today
            )
        return Budget.of(row)

    @strawberry.mutation(
        permission_classes=[SignedIn, WithAccount],
        description="Put a budget aside; it can be restored.",
    )
    async def delete_budget(
        self, info: Info, id: BudgetId, if_version: IfVersion = None
    ) -> BudgetResult:
        async with info.context.db.transaction() as tx:
            row = await budgets.delete(tx, actor(info), row_id(id, "Budget"), if_version)
        return Budget.of(row)

    @strawberry.mutation(
        permission_classes=[SignedIn, WithAccount],
        description="Bring a deleted budget back. Only what is spent from now on alerts you.",
    )
    async def restore_budget(
        self, info: Info, id: BudgetId, if_version: IfVersion = None
    ) -> BudgetResult:
        who = actor(info)
        async with info.context.db.transaction() as tx:
            today = await budgets.today_of(tx, who.user_id)
            row = await budgets.restore(tx, who, row_id(id, "Budget"), today, if_version)
        return Budget.of(row)
