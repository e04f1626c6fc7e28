"""What a user makes of a receipt: the expense as they confirm it, whatever was read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.expense import Bill, Draft, Source


@dataclass(frozen=True, slots=True)
class Confirmation:
    """`expense_id` is the client's, so that asking twice records one expense."""

    expense_id: UUID
    bill: Bill
    day: date
    category_id: UUID | None = None
    merchant: str | None = None
    note: str | None = None
    tags: Sequence[str] = ()

    def draft(self, ledger_id: UUID, receipt_id: UUID) -> Draft:
        return Draft(
            id=self.expense_id,
            ledger_id=ledger_id,
            bill=self.bill,
            day=self.day,
            category_id=self.category_id,
            merchant=self.merchant,
            note=self.note,
            tags=self.tags,
            source=Source.RECEIPT,
            receipt_id=receipt_id,
        )
