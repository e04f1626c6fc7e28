from typing import Annotated

import strawberry
from strawberry import relay

from domain.listing import ExpenseFilter, ExpenseOrder
from domain.pages import Slice
from schema.context import Info
from schema.expense import (
    CreateExpenseInput,
    DisputeExpenseInput,
    Expense,
    ExpenseConnection,
    ExpenseFilterInput,
    ExpenseResult,
    UpdateExpenseInput,
    WithdrawDisputeInput,
)
from schema.ids import row_id
from schema.pages import After, First
from schema.permissions import SignedIn, actor
from schema.scalars import IfVersion
from services import expense_disputes, expense_list, expenses

ExpenseId = Annotated[relay.GlobalID, strawberry.argument(description="Which expense.")]


@strawberry.type
class ExpenseQueries:
    @strawberry.field(permission_classes=[SignedIn], description="An expense of a ledger of yours.")
    async def expense(self, info: Info, id: ExpenseId) -> Expense | None:
        found = await info.context.loaders.node.load(("Expense", row_id(id, "Expense")))
        return found if isinstance(found, Expense) else None

    @strawberry.field(
        permission_classes=[SignedIn], description="Expenses of one of your ledgers, or of all."
    )
    async def expenses(
        self,
        info: Info,
        filter: Annotated[
            ExpenseFilterInput | None, strawberry.argument(description="Which ones.")
        ] = None,
        order: Annotated[
            ExpenseOrder, strawberry.argument(description="In what order.")
        ] = ExpenseOrder.NEWEST,
        first: First = 50,
        after: After = None,
    ) -> ExpenseConnection:
        wanted = filter.to_domain() if filter else ExpenseFilter()
        page = await expense_list.page(
            info.context.db, actor(info).user_id, wanted, order, Slice.of(first, after)
        )
        return ExpenseConnection.over(page, wanted)


@strawberry.type
class ExpenseMutations:
    @strawberry.mutation(permission_classes=[SignedIn], description="Record an expense.")
    async def create_expense(self, info: Info, input: CreateExpenseInput) -> ExpenseResult:
        async with info.context.db.transaction() as tx:
            recorded = await expenses.create(
                tx, actor(info), input.to_domain(), unless_duplicate=input.unless_duplicate
            )
        return Expense.of(recorded.expense, recorded.entries)

    @strawberry.mutation(permission_classes=[SignedIn], description="Change an expense.")
    async def update_expense(self, info: Info, input: UpdateExpenseInput) -> ExpenseResult:
        expense_id = row_id(input.expense_id, "Expense")
        async with info.context.db.transaction() as tx:
            row = await expenses.update(
                tx, actor(info), expense_id, input.if_version, input.to_domain()
            )
        return Expense.of(row)

    @strawberry.mutation(
        permission_classes=[SignedIn], description="Put an expense aside; it can be restored."
    )
    async def delete_expense(
        self, info: Info, id: ExpenseId, if_version: IfVersion = None
    ) -> ExpenseResult:
        async with info.context.db.transaction() as tx:
            row = await expenses.delete(tx, actor(info), row_id(id, "Expense"), if_version)
        return Expense.of(row)

    @strawberry.mutation(
        permission_classes=[SignedIn], description="Bring a deleted expense back as it was."
    )
    async def restore_expense(
        self, info: Info, id: ExpenseId, if_version: IfVersion = None
    ) -> ExpenseResult:
        async with info.context.db.transaction() as tx:
            row = await expenses.restore(tx, actor(info), row_id(id, "Expense"), if_version)
        return Expense.of(row)

    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Say what is wrong with an expense that you are part of, whoever may edit it.",
    )
    async def dispute_expense(self, info: Info, input: DisputeExpenseInput) -> ExpenseResult:
        expense_id = row_id(input.expense_id, "Expense")
        async with info.context.db.transaction() as tx:
            row = await expense_disputes.dispute(
                tx, actor(info), expense_id, input.if_version, input.reason
            )
        return Expense.of(row)

    @strawberry.mutation(
        permission_classes=[SignedIn], description="Take your dispute of an expense back."
    )
    async def withdraw_dispute(self, info: Info, input: WithdrawDisputeInput) -> ExpenseResult:
        expense_id = row_id(input.expense_id, "Expense")
        async with info.context.db.transaction() as tx:
            row = await expense_disputes.withdraw(tx, actor(info), expense_id, input.if_version)
        return Expense.of(row)
