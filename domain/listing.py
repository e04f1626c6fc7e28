"""Which expenses a list shows and in what order. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from domain.expense import Source


class ExpenseOrder(StrEnum):
    NEWEST = "NEWEST"
    OLDEST = "OLDEST"
    LARGEST = "LARGEST"
    SMALLEST = "SMALLEST"
    LAST_ADDED = "LAST_ADDED"


@dataclass(frozen=True, slots=True)
class ExpenseFilter:
    """Conditions that all hold; None asks nothing. Amounts are minor units, both ends inside.

    A category stands for itself and those below it; a member for whoever paid or owes a part; `text` is
    looked for in merchant and note, whatever the case.
    """

    ledger_id: UUID | None = None
    member_id: UUID | None = None
    category_id: UUID | None = None
    from_day: date | None = None
    before_day: date | None = None
    at_least_minor: int | None = None
    at_most_minor: int | None = None
    currency: str | None = None
    text: str | None = None
    source: Source | None = None
    has_receipt: bool | None = None
    deleted: bool = False
