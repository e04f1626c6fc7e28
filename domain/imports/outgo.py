"""The JSON file that we export ourselves: docs/export-import.md. What was deleted stays behind. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from pydantic import StrictInt, StrictStr, TypeAdapter, ValidationError

from domain import split
from domain.expense import Cost
from domain.imports.contents import (
    Contents,
    FormatUnknown,
    ImportSource,
    Person,
    Reading,
    Record,
    RecordUnreadable,
    by_id,
    named,
)
from domain.imports.deed import Converting, Deed, Paying, Share, Spending, people_of
from domain.imports.json_records import Json, record, whole
from domain.ledger_export import FORMAT, MARK
from domain.money import Money
from domain.settlement import SettlementMethod
from domain.split import Split

_SOURCE = ImportSource.OUTGO


@dataclass(frozen=True, slots=True)
class _Ledger:
    name: StrictStr


@dataclass(frozen=True, slots=True)
class _Member:
    id: UUID
    name: StrictStr


@dataclass(frozen=True, slots=True)
class _File:
    ledger: _Ledger
    members: list[_Member]
    expenses: list[Any]
    settlements: list[Any]
    conversions: list[Any]


@dataclass(frozen=True, slots=True)
class _Share:
    member_id: UUID
    owed_minor: StrictInt
    spare_minor: StrictInt = 0


@dataclass(frozen=True, slots=True)
class _Expense:
    id: UUID
    day: date
    amount_minor: StrictInt
    currency: StrictStr
    payers: dict[UUID, StrictInt]
    split: dict[str, Any]
    shares: list[_Share] | None = None
    category: StrictStr | None = None
    merchant: StrictStr | None = None
    note: StrictStr | None = None
    tags: tuple[StrictStr, ...] = ()


@dataclass(frozen=True, slots=True)
class _Settlement:
    id: UUID
    day: date
    payer_id: UUID
    payee_id: UUID
    amount_minor: StrictInt
    currency: StrictStr
    paid_as_minor: StrictInt | None = None
    paid_as_currency: StrictStr | None = None
    method: SettlementMethod = SettlementMethod.OTHER
    note: StrictStr | None = None
    external_ref: StrictStr | None = None


@dataclass(frozen=True, slots=True)
class _Conversion:
    id: UUID
    day: date
    debtor_id: UUID
    creditor_id: UUID
    from_minor: StrictInt
    from_currency: StrictStr
    to_minor: StrictInt
    to_currency: StrictStr
    rate: Decimal
    rate_day: date


_CAME_LATER = frozenset({"external_ref"})
_FILE = TypeAdapter(_File)
_EXPENSE = TypeAdapter(_Expense)
_SETTLEMENT = TypeAdapter(_Settlement)
_CONVERSION = TypeAdapter(_Conversion)


def read(file: Json) -> Contents:
    """Refuses: `FormatUnknown` for a later version, `FileUnreadable`, `FileTooLarge`."""
    if file[MARK] != FORMAT:
        raise FormatUnknown(f"Only format {FORMAT} can be read.", path=("file",))
    known = whole(_FILE, file)
    people = by_id((str(one.id), Person(one.id, named(one.name))) for one in known.members)
    seats = {one.id for one in people.values()}
    sections: Mapping[str, tuple[list[Any], Callable[[Any], tuple[UUID, Deed]]]] = {
        "expenses": (known.expenses, _expense),
        "settlements": (known.settlements, _settlement),
        "conversions": (known.conversions, _conversion),
    }
    total = sum(len(records) for records, _ in sections.values())
    reading = Reading(_SOURCE, list(people.values()), total)
    for section, (records, deed_of) in sections.items():
        for index, each in enumerate(records):
            if not _is_deleted(each):
                reading.add(f"{section}[{index}]", partial(_record, each, seats, deed_of))
    return reading.contents(known.ledger.name)


def _record(value: Any, seats: set[UUID], deed_of: Callable[[Any], tuple[UUID, Deed]]) -> Record:
    id, deed = deed_of(value)
    if unknown := people_of(deed) - seats:
        raise RecordUnreadable(f"{len(unknown)} of these people are not among the members.")
    return Record(str(id), _said_at_first(value), deed, has_id=True, own_id=id)


def _said_at_first(value: Any) -> Any:
    """Without what records had no place for once, where nothing is in it: so they are known again."""
    return {key: each for key, each in value.items() if key not in _CAME_LATER or each is not None}


def _is_deleted(value: Any) -> bool:
    match value:
        case {"deleted_at": str()}:
            return True
        case _:
            return False


def _expense(value: Any) -> tuple[UUID, Spending]:
    known = record(_EXPENSE, value)
    spending = Spending(
        Cost(Money(known.amount_minor, known.currency), known.payers, _split(known.split)),
        known.day,
        category=known.category,
        merchant=known.merchant,
        note=known.note,
        tags=known.tags,
    )
    if known.shares is None:
        return known.id, spending.checked(known.id)
    shares = {
        share.member_id: Share(share.owed_minor, odd=bool(share.spare_minor))
        for share in known.shares
    }
    return known.id, spending.checked(known.id, shares)


def _split(spec: dict[str, Any]) -> Split:
    try:
        return split.restored(spec)
    except ValidationError as error:
        raise RecordUnreadable("The split is none that we know.") from error


def _settlement(value: Any) -> tuple[UUID, Paying]:
    known = record(_SETTLEMENT, value)
    paid_as = None
    if known.paid_as_minor is not None and known.paid_as_currency is not None:
        paid_as = Money(known.paid_as_minor, known.paid_as_currency)
    paying = Paying(
        known.payer_id,
        known.payee_id,
        Money(known.amount_minor, known.currency),
        known.day,
        method=known.method,
        note=known.note,
        external_ref=known.external_ref,
        paid_as=paid_as,
    )
    return known.id, paying.checked()


def _conversion(value: Any) -> tuple[UUID, Converting]:
    known = record(_CONVERSION, value)
    converting = Converting(
        known.debtor_id,
        known.creditor_id,
        Money(known.from_minor, known.from_currency),
        Money(known.to_minor, known.to_currency),
        known.rate,
        known.rate_day,
        known.day,
    )
    return known.id, converting.checked()
