"""Moving what one member owes another into another currency, as a client means it. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from domain.errors import Invalid
from domain.expense import day_in_range
from domain.money import Money
from domain.rate import Quote, checked_rate, require_two


class NothingToConvert(Invalid):
    code = "NOTHING_TO_CONVERT"


class OwedToThemselves(Invalid):
    code = "OWED_TO_THEMSELVES"


@dataclass(frozen=True, slots=True)
class Exchange:
    """`debtor_id` will owe `creditor_id` the amount in another currency instead.

    Without a `rate` of its own it takes the ledger's for the day. `id` is the client's, so that asking
    twice converts once.
    """

    id: UUID
    ledger_id: UUID
    debtor_id: UUID
    creditor_id: UUID
    amount: Money
    to: str
    day: date
    rate: Decimal | None = None

    def checked(self) -> "Exchange":
        """Itself.

        Refuses: `NothingToConvert`, `OwedToThemselves`, `SameCurrency`, `RateOutOfRange`, `DayOutOfRange`.
        """
        something(self.amount)
        if self.debtor_id == self.creditor_id:
            raise OwedToThemselves("Nobody owes themselves.", path=("creditorId",))
        require_two(self.amount.currency, self.to)
        day_in_range(self.day)
        if self.rate is not None:
            checked_rate(self.rate)
        return self

    def quoted(self, rate: Decimal) -> Quote:
        return Quote(self.day, self.amount.currency, self.to, rate)


def something(amount: Money) -> Money:
    """Itself. Refuses: `NothingToConvert`, also of what is rounded to nothing; `AmountTooLarge`."""
    if amount.checked().minor <= 0:
        raise NothingToConvert("Convert more than nothing.", path=("amount",))
    return amount
