import strawberry

from models.expense import Expense as ExpenseRow
from schema.context import Info
from schema.expense import Expense
from schema.ids import row_id
from schema.permissions import SignedIn, actor
from schema.settlement import Settlement
from schema.undo import UndoLastChangeInput, UndoResult
from services import undo


@strawberry.type
class UndoMutations:
    @strawberry.mutation(
        permission_classes=[SignedIn],
        description="Take back what you did last to an expense or a settlement: it is deleted, restored "
        "or as it was, by an event that follows. Refused once somebody has changed it since.",
    )
    async def undo_last_change(self, info: Info, input: UndoLastChangeInput) -> UndoResult:
        ledger_id = row_id(input.ledger_id, "Ledger")
        async with info.context.db.transaction() as tx:
            row = await undo.last_change(tx, actor(info), ledger_id, input.seq)
        return Expense.of(row) if isinstance(row, ExpenseRow) else Settlement.of(row)
