"""What an event changed, field by field, as typed values that a client can say in its own language. Pure.

The log keeps a thing's columns as plain JSON. How a column is read follows from its name: `day` is a day,
`…_at` a moment, `…_id` another thing, and `…_minor` an amount of money together with `currency`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain import split
from domain.money import Money
from domain.split import ByWeight, Split

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the names that an enumeration of the API has."""

    name: str


@dataclass(frozen=True, slots=True)
class Reference:
    """Another thing, by the name of its type in the API."""

    type_name: str
    id: UUID


@dataclass(frozen=True, slots=True)
class References:
    """Several other things."""

    each: Sequence[Reference]


@dataclass(frozen=True, slots=True)
class Parts:
    """An amount of money for each of some members."""

    amounts: Mapping[UUID, Money]


@dataclass(frozen=True, slots=True)
class Disputes:
    """What each of some members says is wrong."""

    reasons: Mapping[UUID, str]


Value = (
    str
    | bool
    | int
    | Choice
    | Money
    | date
    | datetime
    | Reference
    | References
    | Parts
    | Disputes
    | Split
    | ByWeight
    | Sequence[Any]
    | Mapping[str, Any]
)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """`field` is what the API calls it. None is a field that was, or became, empty."""

    field: str
    before: Value | None
    after: Value | None


def between(before: Facts | None, after: Facts | None) -> list[FieldChange]:
    """What differs, by field in alphabetical order. Without `before`, everything is new."""
    old, new = _read(before or {}), _read(after or {})
    return [
        FieldChange(field, old.get(field), new.get(field))
        for field in sorted(old.keys() | new.keys())
        if old.get(field) != new.get(field)
    ]


CHOICES = frozenset(
    {
        "edit",
        "failure",
        "kind",
        "method",
        "period",
        "priority",
        "remainder",
        "role",
        "source",
        "state",
        "status",
        "verdict",
    }
)
"""The last words of the columns whose text is the name of a choice."""

_MEMBERS = frozenset(
    {"author", "creditor", "debtor", "first_member", "mention", "payee", "payer", "second_member"}
)
"""The parts that a member may play, which a reference is called after."""


def _read(facts: Facts) -> dict[str, Value]:
    """The fields that have a value."""
    read: dict[str, Value] = {}
    for column, value in facts.items():
        if column == "user_id":
            read["isPlaceholder"] = value is None
        elif value is not None and not _belongs_to_an_amount(column, facts):
            read[_field(column)] = _value(column, value, facts)
    return read


def _belongs_to_an_amount(column: str, facts: Facts) -> bool:
    if column == "currency":
        return any(name.endswith("_minor") for name in facts)
    return f"{column.removesuffix('_currency')}_minor" in facts


def _field(column: str) -> str:
    """What the API calls the column."""
    stem, _, suffix = column.rpartition("_")
    match suffix:
        case "minor" | "id":
            return _camel(stem)
        case "ids":
            return _plural(_camel(stem))
        case "payers":
            return "paidBy"
        case _:
            return _camel(column)


def _value(column: str, value: Any, facts: Facts) -> Value:
    stem, _, suffix = column.rpartition("_")
    read = _READERS.get(suffix)
    return read(stem, value, facts) if read else value


def _amount(stem: str, minor: int, facts: Facts) -> Money:
    """In a currency of its own, if it has one, or in the thing's."""
    return Money(minor, facts[f"{stem}_currency" if f"{stem}_currency" in facts else "currency"])


def _payers(_stem: str, minors: Mapping[str, int], facts: Facts) -> Parts:
    return Parts({UUID(who): Money(minor, facts["currency"]) for who, minor in minors.items()})


def _disputes(_stem: str, reasons: Mapping[str, str], _facts: Facts) -> Disputes:
    return Disputes({UUID(who): reason for who, reason in reasons.items()})


def _reference(stem: str, id: str, _facts: Facts) -> Reference:
    type_name = "Member" if stem in _MEMBERS else stem.title().replace("_", "")
    return Reference(type_name, UUID(id))


def _references(stem: str, ids: Sequence[str], facts: Facts) -> References:
    return References([_reference(stem, id, facts) for id in ids])


_READERS: Mapping[str, Callable[[str, Any, Facts], Value]] = {
    "minor": _amount,
    "payers": _payers,
    "disputes": _disputes,
    "id": _reference,
    "ids": _references,
    "at": lambda _stem, text, _facts: datetime.fromisoformat(text),
    "day": lambda _stem, text, _facts: date.fromisoformat(text),
    "split": lambda _stem, spec, _facts: split.restored_any(spec),
    **dict.fromkeys(CHOICES, lambda _stem, name, _facts: Choice(name)),
}


def _plural(noun: str) -> str:
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"


def _camel(column: str) -> str:
    first, *rest = column.split("_")
    return first + "".join(map(str.title, rest))
