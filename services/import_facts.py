"""From what a file says happened to the rows of it here."""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from domain.actor import Actor
from domain.expense import Cost, Source
from domain.imports.contents import Found
from domain.imports.deed import Converting, Paying, Spending, first_served
from domain.log import EventKind
from domain.rate import implied
from domain.split import reseated
from models.conversion import Conversion
from models.expense import Expense, Settlement
from models.file_import import Import, ImportedFact
from services import costs
from services.postings import Fact

IMPORTED: Mapping[type[Fact], EventKind] = {
    Expense: EventKind.EXPENSE_IMPORTED,
    Settlement: EventKind.SETTLEMENT_IMPORTED,
    Conversion: EventKind.CONVERSION_IMPORTED,
}
WITHDRAWN: Mapping[type[Fact], EventKind] = {
    Expense: EventKind.EXPENSE_WITHDRAWN,
    Settlement: EventKind.SETTLEMENT_WITHDRAWN,
    Conversion: EventKind.CONVERSION_WITHDRAWN,
}

Seats = Mapping[UUID, UUID]
"""From people of a file to members, by id."""


class Writer(NamedTuple):
    """Who imports what, as whom, and what its categories are here."""

    actor: Actor
    file: Import
    seats: Seats
    categories: Mapping[str, UUID]

    def fact(self, found: Found) -> Fact:
        """A row that is stored nowhere yet."""
        match found.deed:
            case Spending() as spending:
                row = self._expense(spending)
            case Paying() as paying:
                row = self._settlement(paying)
            case Converting() as converting:
                row = self._conversion(converting)
        return row.written_by(self.actor.device_id)

    def _expense(self, spending: Spending) -> Expense:
        cost = Cost(
            amount=spending.cost.amount,
            paid_by={self.seats[who]: minor for who, minor in spending.cost.paid_by.items()},
            split=reseated(spending.cost.split, self.seats),
        )
        ranks = first_served({self.seats[who] for who in spending.spare})
        return Expense(
            ledger_id=self.file.ledger_id,
            **costs.columns(cost),
            precedence={str(who): rank for who, rank in ranks.items()} or None,
            category_id=self.categories.get(spending.category or ""),
            merchant=spending.merchant,
            note=spending.note,
            day=spending.day,
            tags=list(spending.tags),
            source=Source.FILE_IMPORT,
            created_by=self.actor.user_id,
        )

    def _settlement(self, paying: Paying) -> Settlement:
        paid_as = paying.paid_as
        return Settlement(
            ledger_id=self.file.ledger_id,
            payer_id=self.seats[paying.payer],
            payee_id=self.seats[paying.payee],
            amount_minor=paying.amount.minor,
            currency=paying.amount.currency,
            paid_as_minor=paid_as.minor if paid_as else None,
            paid_as_currency=paid_as.currency if paid_as else None,
            rate=implied(paying.day, paid_as, paying.amount).rate if paid_as else None,
            method=paying.method,
            note=paying.note,
            external_ref=paying.external_ref,
            day=paying.day,
            created_by=self.actor.user_id,
        )

    def _conversion(self, converting: Converting) -> Conversion:
        return Conversion(
            ledger_id=self.file.ledger_id,
            debtor_id=self.seats[converting.debtor],
            creditor_id=self.seats[converting.creditor],
            from_minor=converting.before.minor,
            from_currency=converting.before.currency,
            to_minor=converting.after.minor,
            to_currency=converting.after.currency,
            rate=converting.rate,
            rate_day=converting.rate_day,
            day=converting.day,
            created_by=self.actor.user_id,
        )

    def origin(self, found: Found, fact: Fact) -> ImportedFact:
        """What remembers where the fact came from."""
        return ImportedFact(
            ledger_id=self.file.ledger_id,
            key=found.key,
            content=found.content,
            import_id=self.file.id,
            expense_id=fact.id if isinstance(fact, Expense) else None,
            settlement_id=fact.id if isinstance(fact, Settlement) else None,
            conversion_id=fact.id if isinstance(fact, Conversion) else None,
        )
