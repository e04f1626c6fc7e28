from typing import Annotated

import strawberry
from strawberry import relay

from schema.conversion import Conversion
from schema.expense import Expense
from schema.refusals import Conflict, Forbidden, Invalid, NotFound
from schema.scalars import BigInt
from schema.settlement import Settlement


@strawberry.input(description="A change of yours that is the last one of its thing.")
class UndoLastChangeInput:
    ledger_id: relay.GlobalID = strawberry.field(description="In which ledger.")
    seq: BigInt = strawberry.field(description="The number of the event that tells of the change.")


UndoResult = Annotated[
    Expense | Settlement | Conversion | Invalid | NotFound | Forbidden | Conflict,
    strawberry.union("UndoResult"),
]
