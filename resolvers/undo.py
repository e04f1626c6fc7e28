import strawberry

from models.conversion import Conversion as ConversionRow
from models.expense import Expense as ExpenseRow
from models.expense import Settlement as SettlementRow
from schema.context import Info
from schema.conversion import Conversion
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
        description="Take back what you did last to an expense, a settlement or a conversion: it is deleted, "
        "restored or as it was, by an event that follows. Refused once somebody has changed it since.",
    )
    async def undo_last_change(self, info: Info, input: UndoLastChangeInput) -> UndoResult:
        ledger_id = row_id(input.ledger_id, "Ledger")
        async with info.context.db.transaction() as tx:
            row = await undo.last_change(tx, actor(info), ledger_id, input.seq)
        match row:
            case ExpenseRow():
                return Expense.of(row)
            case SettlementRow():
                return Settlement.of(row)
            case ConversionRow():
                return Conversion.of(row)
