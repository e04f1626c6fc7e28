"""The same cost recorded twice, under two ids: as when two people who were there both write it down."""

from uuid import UUID

from sqlalchemy.orm import aliased
from sqlmodel import and_, col, select

from core.db import Tx
from domain.errors import Conflict
from models.expense import Expense


class PossibleDuplicate(Conflict):
    """Names the other one. Whoever means it asks again without minding."""

    code = "POSSIBLE_DUPLICATE"


async def require_none(tx: Tx, expense_id: UUID) -> None:
    """That no other expense which stands has the same ledger, day, amount, payers, and words in any case.

    Whoever writes holds the ledger's lock: of two at once, the second is refused. Refuses:
    `PossibleDuplicate`.
    """
    this, other = aliased(Expense), aliased(Expense)
    same = ("ledger_id", "day", "amount_minor", "currency", "payers", "search_text")
    query = (
        select(other.id)
        .join(this, and_(*(getattr(other, name) == getattr(this, name) for name in same)))
        .where(
            col(this.id) == expense_id, col(other.id) != expense_id, col(other.deleted_at).is_(None)
        )
        .order_by(col(other.id))
        .limit(1)
    )
    if (first := (await tx.exec(query)).first()) is not None:
        raise PossibleDuplicate("There is an expense like this one.", entity=("Expense", first))
