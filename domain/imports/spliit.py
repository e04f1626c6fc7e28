"""The JSON file that Spliit exports: a group, its participants, and expenses in minor units.

Shares are in hundredths, percentages in basis points, amounts in minor units: as they are here. Odd cents
take turns by our rule, so that a share may be a unit off what Spliit shows. A reimbursement from one to
another is a settlement. What a recurring expense will become is no fact, and stays behind.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StrictBool, StrictInt, StrictStr, TypeAdapter

from domain.expense import Cost
from domain.imports.categories import category_of
from domain.imports.contents import (
    Contents,
    CurrencyMissing,
    ImportSource,
    Reading,
    Record,
    RecordUnreadable,
    by_id,
    identity_of,
    person,
)
from domain.imports.deed import Deed, Paying, Spending
from domain.imports.json_records import Json, day, record, whole
from domain.money import Money
from domain.split import Equal, Exact, Percent, Shares, Split

_SOURCE = ImportSource.SPLIIT


@dataclass(frozen=True, slots=True)
class _Participant:
    id: StrictStr
    name: StrictStr


@dataclass(frozen=True, slots=True)
class _Group:
    name: StrictStr
    participants: list[_Participant]
    expenses: list[Any]
    currency: Annotated[StrictStr | None, Field(alias="currencyCode")] = None


@dataclass(frozen=True, slots=True)
class _Category:
    name: StrictStr


@dataclass(frozen=True, slots=True)
class _Part:
    who: Annotated[StrictStr, Field(alias="participantId")]
    shares: StrictInt


@dataclass(frozen=True, slots=True)
class _Expense:
    id: StrictStr
    day: Annotated[StrictStr, Field(alias="expenseDate")]
    title: StrictStr
    amount: StrictInt
    payer: Annotated[StrictStr, Field(alias="paidById")]
    parts: Annotated[list[_Part], Field(alias="paidFor")]
    mode: Annotated[
        Literal["EVENLY", "BY_SHARES", "BY_PERCENTAGE", "BY_AMOUNT"], Field(alias="splitMode")
    ] = "EVENLY"
    is_reimbursement: Annotated[StrictBool, Field(alias="isReimbursement")] = False
    category: _Category | None = None
    notes: StrictStr | None = None


_GROUP = TypeAdapter(_Group)
_EXPENSE = TypeAdapter(_Expense)


def read(file: Json, currency: str | None) -> Contents:
    """`currency` counts where the group has only a symbol.

    Refuses: `CurrencyMissing`, `FileUnreadable`, `FileTooLarge`.
    """
    group = whole(_GROUP, file)
    counted_in = group.currency or currency
    if counted_in is None:
        raise CurrencyMissing("Say which currency the file is in.", path=("currency",))
    people = by_id((one.id, person(_SOURCE, one.id, one.name)) for one in group.participants)
    seats = {id: one.id for id, one in people.items()}
    reading = Reading(_SOURCE, list(people.values()), len(group.expenses))
    for index, each in enumerate(group.expenses):
        reading.add(f"expenses[{index}]", lambda each=each: _record(each, seats, counted_in))
    return reading.contents(group.name)


def _record(value: Any, seats: Mapping[str, UUID], currency: str) -> Record:
    expense = record(_EXPENSE, value)
    if unknown := {expense.payer, *(part.who for part in expense.parts)} - seats.keys():
        raise RecordUnreadable(f"{len(unknown)} of these people are not in the group.")
    parts = {seats[part.who]: part.shares for part in expense.parts}
    if len(parts) < len(expense.parts):
        raise RecordUnreadable("Somebody has two shares.")
    deed = _deed(expense, seats[expense.payer], parts, Money(expense.amount, currency))
    return Record(expense.id, value, deed, has_id=True)


def _deed(expense: _Expense, payer: UUID, parts: Mapping[UUID, int], amount: Money) -> Deed:
    on = day(expense.day)
    if expense.is_reimbursement and len(parts) == 1 and amount.minor > 0:
        (payee,) = parts
        return Paying(payer, payee, amount, on, note=expense.title).checked()
    spending = Spending(
        Cost(amount, {payer: amount.minor}, _split(expense.mode, parts)),
        on,
        category=category_of(expense.category.name) if expense.category else None,
        merchant=expense.title,
        note=expense.notes,
    )
    return spending.checked(identity_of(_SOURCE, expense.id))


def _split(mode: str, parts: Mapping[UUID, int]) -> Split:
    match mode:
        case "BY_SHARES":
            return Shares(parts)
        case "BY_PERCENTAGE":
            return Percent(parts)
        case "BY_AMOUNT":
            return Exact(parts)
        case _:
            return Equal(tuple(parts))
