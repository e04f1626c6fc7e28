"""A payment between two members, as a client means it. Pure."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from domain import text
from domain.errors import Invalid
from domain.expense import day_in_range
from domain.money import Money


class SettlementMethod(StrEnum):
    CASH = "CASH"
    BANK_TRANSFER = "BANK_TRANSFER"
    CARD = "CARD"
    OTHER = "OTHER"


class NothingPaid(Invalid):
    code = "NOTHING_PAID"


class PaidToThemselves(Invalid):
    code = "PAID_TO_THEMSELVES"


class Transfer(NamedTuple):
    """A payment that would settle something: by member ids."""

    payer_id: UUID
    payee_id: UUID
    amount: Money


@dataclass(frozen=True, slots=True)
class Payment:
    """`payer_id` gave `payee_id` the amount. `id` is the client's, so that asking twice records it once."""

    id: UUID
    ledger_id: UUID
    payer_id: UUID
    payee_id: UUID
    amount: Money
    day: date
    method: SettlementMethod = SettlementMethod.OTHER
    note: str | None = None

    def checked(self) -> "Payment":
        """Itself with clean texts. Refuses: `NothingPaid`, `PaidToThemselves`, and see `day_in_range`."""
        if self.amount.checked().minor <= 0:
            raise NothingPaid("A settlement is more than nothing.", path=("amount",))
        if self.payer_id == self.payee_id:
            raise PaidToThemselves("Nobody settles with themselves.", path=("payeeId",))
        note = text.optional(self.note, "note", limit=2000)
        return replace(self, note=note, day=day_in_range(self.day))
