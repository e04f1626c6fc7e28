"""From what is claimed to the expense that is confirmed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.claiming.offer import NOBODY, Claims, Offer
from domain.errors import Conflict
from domain.expense import Bill
from domain.receipt.confirmation import Confirmation
from domain.split import Equal, Proportions


class Unclaimed(Conflict):
    """Says how much is nobody's."""

    code = "UNCLAIMED"


@dataclass(frozen=True, slots=True)
class Closing:
    """The expense that a claiming becomes. Nobody's parts are `remainder`'s, or everyone's equally."""

    expense_id: UUID
    day: date
    remainder: Proportions | None = None
    only_if_claimed: bool = False
    paid_by: Mapping[UUID, int] | None = None
    category_id: UUID | None = None
    merchant: str | None = None
    note: str | None = None
    tags: Sequence[str] = ()

    def confirmation(self, offer: Offer, claims: Claims, everyone: Sequence[UUID]) -> Confirmation:
        """Refuses: `Unclaimed`, `RemainderTooFine`."""
        if self.only_if_claimed and not offer.is_claimed(claims):
            rest = offer.dues(claims, self.expense_id)[NOBODY]
            raise Unclaimed(f"{rest} are nobody's yet.")
        remainder = self.remainder or Equal(tuple(everyone))
        return Confirmation(
            expense_id=self.expense_id,
            bill=Bill(offer.total, self.paid_by, offer.split(claims, remainder)),
            day=self.day,
            category_id=self.category_id,
            merchant=self.merchant,
            note=self.note,
            tags=self.tags,
        )
