"""A payment between two members, as a client means it. Pure."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from domain import text
from domain.errors import Invalid
from domain.expense import To, day_in_range
from domain.fingerprint import came_later
from domain.money import Money
from domain.rate import require_two


class SettlementMethod(StrEnum):
    CASH = "CASH"
    BANK_TRANSFER = "BANK_TRANSFER"
    CARD = "CARD"
    OTHER = "OTHER"


class SettlementState(StrEnum):
    RECORDED = "RECORDED"
    CONFIRMED = "CONFIRMED"
    DISPUTED = "DISPUTED"


class Word(NamedTuple):
    """What payer and payee say about a settlement; a dispute has a reason."""

    state: SettlementState
    dispute_reason: str | None = None


class NothingPaid(Invalid):
    code = "NOTHING_PAID"


class PaidToThemselves(Invalid):
    code = "PAID_TO_THEMSELVES"


LONGEST_EXTERNAL_REF = 200
"""In characters: longer than any bank's or payment service's."""


class Transfer(NamedTuple):
    """A payment that would settle something: by member ids."""

    payer_id: UUID
    payee_id: UUID
    amount: Money


@dataclass(frozen=True, slots=True)
class Payment:
    """`payer_id` gave `payee_id` the amount. `id` is the client's, so that asking twice records it once.

    `paid_as` is what really changed hands, if that was another currency; the amount is what counts.
    `external_ref` is what the payment is called where it was made.
    """

    id: UUID
    ledger_id: UUID
    payer_id: UUID
    payee_id: UUID
    amount: Money
    day: date
    method: SettlementMethod = SettlementMethod.OTHER
    note: str | None = None
    paid_as: Money | None = None
    external_ref: str | None = came_later(None)

    def checked(self) -> "Payment":
        """Itself with clean texts.

        Refuses: `NothingPaid`, `PaidToThemselves`, `SameCurrency`, and see `day_in_range`.
        """
        something(self.amount, "amount")
        if self.paid_as is not None:
            require_two(something(self.paid_as, "paidAs").currency, self.amount.currency)
        if self.payer_id == self.payee_id:
            raise PaidToThemselves("Nobody settles with themselves.", path=("payeeId",))
        note = text.optional(self.note, "note", limit=2000)
        external_ref = reference(self.external_ref)
        return replace(self, note=note, external_ref=external_ref, day=day_in_range(self.day))


@dataclass(frozen=True, slots=True)
class PaymentChanges:
    """What an edit changes; None leaves a field as it is. The amount stays in its currency."""

    amount_minor: int | None = None
    day: date | None = None
    method: SettlementMethod | None = None
    note: To[str | None] | None = None
    external_ref: To[str | None] | None = None


def reference(external_ref: str | None) -> str | None:
    """Clean, None being none. Refuses: see `domain.text`."""
    return text.optional(external_ref, "externalRef", limit=LONGEST_EXTERNAL_REF)


def something(amount: Money, field: str) -> Money:
    """Itself. Refuses: `NothingPaid`, `AmountTooLarge`."""
    if amount.checked().minor <= 0:
        raise NothingPaid("A settlement is more than nothing.", path=(field,))
    return amount


def overpaid(minor: int, *, owed_in_all: int, owed_to_payee: int) -> int:
    """How much of a payment lies beyond what its payer owes, whether to all together or to the payee."""
    return max(0, minor - max(0, owed_in_all, owed_to_payee))


def edited(state: SettlementState, *, by_recorder: bool, money_changed: bool) -> SettlementState:
    """The state after an edit.

    Its recorder answers a dispute by an edit, and nobody has confirmed an amount that they have not seen.
    """
    match state:
        case SettlementState.DISPUTED if not by_recorder:
            return state
        case SettlementState.CONFIRMED if not money_changed:
            return state
        case _:
            return SettlementState.RECORDED
