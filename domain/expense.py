"""An expense as a client means it, before anything is stored. Pure."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar
from uuid import UUID

from domain import split, text
from domain.errors import Invalid
from domain.money import Money
from domain.split import Split, Wanted

T = TypeVar("T")

MOST_TAGS = 20
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 1, 1)


class Source(StrEnum):
    MANUAL = "MANUAL"
    RECEIPT = "RECEIPT"
    BANK_IMPORT = "BANK_IMPORT"
    FILE_IMPORT = "FILE_IMPORT"


class DayOutOfRange(Invalid):
    code = "DAY_OUT_OF_RANGE"


class TooManyTags(Invalid):
    code = "TOO_MANY_TAGS"


@dataclass(frozen=True, slots=True)
class Cost:
    """What only makes sense together: the amount, who paid which part and how it is split."""

    amount: Money
    paid_by: Mapping[UUID, int]
    split: Split

    @property
    def members(self) -> AbstractSet[UUID]:
        """Everyone who paid or takes part, by member id."""
        return {*self.paid_by, *split.participants(self.split)}


@dataclass(frozen=True, slots=True)
class Bill:
    """A cost as people name it: what goes without saying may be left out."""

    amount: Money
    paid_by: Mapping[UUID, int] | None = None
    split: Wanted | None = None

    def checked(self) -> "Bill":
        """Itself with clean texts. Refuses: `UnknownCurrency`, `AmountTooLarge`, and see `split.checked`."""
        self.amount.checked()
        return replace(self, split=self.split and split.checked(self.split, self.amount.currency))

    def first(self, payer: UUID, how: Split) -> Cost:
        """The cost of a new expense: unless said otherwise, `payer` paid it."""
        payers = {payer: self.amount.minor} if self.paid_by is None else self.paid_by
        return Cost(self.amount, payers, how)

    def instead_of(self, cost: Cost, how: Split | None) -> Cost:
        """The cost after an edit: unless said otherwise, a sole payer pays all and the split stays."""
        payers = cost.paid_by
        if len(payers) == 1:
            payers = dict.fromkeys(payers, self.amount.minor)
        return Cost(
            self.amount,
            payers if self.paid_by is None else self.paid_by,
            cost.split if how is None else how,
        )


@dataclass(frozen=True, slots=True)
class Draft:
    """A new expense. `id` is the client's, so that asking twice records it once."""

    id: UUID
    ledger_id: UUID
    bill: Bill
    day: date
    category_id: UUID | None = None
    merchant: str | None = None
    note: str | None = None
    tags: Sequence[str] = ()
    source: Source = Source.MANUAL
    receipt_id: UUID | None = None

    def checked(self) -> "Draft":
        """Itself with clean texts. Refuses: see `Bill`, `day_in_range`, `clean_tags` and `domain.text`."""
        return replace(
            self,
            bill=self.bill.checked(),
            day=day_in_range(self.day),
            merchant=text.optional(self.merchant, "merchant", limit=200),
            note=text.optional(self.note, "note", limit=2000),
            tags=clean_tags(self.tags),
        )


@dataclass(frozen=True, slots=True)
class To(Generic[T]):
    """A new value for a field that may also become empty: absent means leave it."""

    value: T


@dataclass(frozen=True, slots=True)
class Changes:
    """What an edit changes. None leaves a register as it is."""

    bill: Bill | None = None
    day: date | None = None
    category_id: To[UUID | None] | None = None
    merchant: To[str | None] | None = None
    note: To[str | None] | None = None
    tags: Sequence[str] | None = None

    @property
    def registers(self) -> tuple[str, ...]:
        """The names of the registers that change."""
        names = {"bill": "money", "category_id": "category"}
        return tuple(
            names.get(field.name, field.name)
            for field in fields(self)
            if getattr(self, field.name) is not None
        )


def day_in_range(day: date) -> date:
    """Refuses: `DayOutOfRange` outside 1900 to 2199."""
    if not FIRST_DAY <= day < LAST_DAY:
        raise DayOutOfRange(f"{day} is not between {FIRST_DAY} and {LAST_DAY}.", path=("day",))
    return day


def clean_tags(tags: Sequence[str]) -> list[str]:
    """Without doubles, in alphabetical order. Refuses: `TooManyTags`, and see `domain.text`."""
    cleaned = sorted({text.required(tag, "tags", limit=50) for tag in tags})
    if len(cleaned) > MOST_TAGS:
        raise TooManyTags(f"An expense has at most {MOST_TAGS} tags.", path=("tags",))
    return cleaned
