"""A reading held against the truth, field by field."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from rapidfuzz.fuzz import partial_ratio, ratio

from bench.drawn.truth import Item
from bench.reading.case import Case, Expected
from domain.currency import exponent
from domain.receipt import Field, Line, Reading

_ALIKE, _ALIKE_GOODS = 90, 85
_NO_CURRENCY_DECIMALS = 2
_DAY_FORMS = (
    "{d:02}{m:02}{y}",
    "{m:02}{d:02}{y}",
    "{y}{m:02}{d:02}",
    "{d}{m}{y}",
    "{m}{d}{y}",
    "{d:02}{y}",
)


class Cause(StrEnum):
    """Why a field is wrong."""

    NOT_READ = "not read"
    NOT_CHOSEN = "read, none chosen"
    CHOSEN_WRONG = "read, another chosen"
    INVENTED = "nothing there, one chosen"


@dataclass(frozen=True)
class Verdict:
    """`confidence` is of the value that was chosen; None where none was."""

    case: Case
    field: str
    is_right: bool
    confidence: float | None = None
    cause: Cause | None = None
    said: str = ""


@dataclass(frozen=True)
class Basket:
    """The goods of one receipt: how many there are, how many were told and how many of those are right."""

    true: int
    told: int
    right: int


def verdicts(case: Case, reading: Reading, lines: Sequence[Line]) -> Iterator[Verdict]:
    """One for each field whose truth is known."""
    for claim in _claims(case.expected, reading, _Seen(lines)):
        confidence = claim.field.confidence if claim.field else None
        cause = None if claim.is_right else _cause(claim)
        said = str(claim.field.value) if claim.field else "-"
        yield Verdict(case, claim.name, claim.is_right, confidence, cause, said)


def basket(case: Case, reading: Reading) -> tuple[Basket, list[Verdict]]:
    """Each item told counts for the first true one that it matches; the rest are wrong."""
    left = list(case.expected.items)
    judged = list[Verdict]()
    for field in reading.items:
        match = next((item for item in left if _is(item, field)), None)
        if match:
            left.remove(match)
        judged.append(Verdict(case, "items", match is not None, field.confidence, said=field.text))
    told = len(reading.items)
    return Basket(len(case.expected.items), told, len(case.expected.items) - len(left)), judged


class _Claim(NamedTuple):
    """`there` tells whether the lines hold the truth; None where there is none to hold."""

    name: str
    field: Field[Any] | None
    is_right: bool
    there: bool | None


def _claims(want: Expected, reading: Reading, seen: "_Seen") -> Iterator[_Claim]:
    merchant, day, currency = reading.merchant, reading.day, reading.currency
    for name, exact in (("merchant", True), ("merchant alike", False)):
        right = merchant is not None and _names(merchant.value, want.merchants, exact=exact)
        yield _Claim(name, merchant, right, seen.name(want.merchants))
    yield _Claim("day", day, day is not None and day.value == want.day, seen.day(want.day))
    right = currency is not None and currency.value == want.currency
    yield _Claim("currency", currency, right, there=True)
    amounts = {"total": (reading.total, want.total)}
    if want.is_complete:
        amounts |= {"tax": (reading.tax, want.tax), "tip": (reading.tip, want.tip)}
        amounts["discount"] = (reading.discount, want.discount)
    decimals = exponent(currency.value) if currency else _NO_CURRENCY_DECIMALS
    for name, (field, truth) in amounts.items():
        told = Decimal(field.value).scaleb(-decimals) if field else Decimal(0)
        yield _Claim(name, field, told == (truth or 0), seen.amount(truth) if truth else None)


def _cause(claim: _Claim) -> Cause:
    if claim.there is None:
        return Cause.INVENTED
    if not claim.there:
        return Cause.NOT_READ
    return Cause.CHOSEN_WRONG if claim.field else Cause.NOT_CHOSEN


def _is(item: Item, field: Field[Any]) -> bool:
    same = field.value.amount_minor == item.amount_minor
    return (
        same
        and ratio(field.value.description.casefold(), item.description.casefold()) >= _ALIKE_GOODS
    )


def _names(told: str, merchants: Iterable[str], *, exact: bool) -> bool:
    return any(
        _bare(told) == _bare(name)
        or (not exact and ratio(told.casefold(), name.casefold()) >= _ALIKE)
        for name in merchants
    )


def _bare(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalnum())


class _Seen:
    """Whether the text reader saw a thing at all, wherever and as whatever."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._text = "\n".join(line.text for line in lines)
        self._numbers = [
            re.sub(r"\D", "", run).lstrip("0") for run in re.findall(r"\d[\d.,'’ ]*", self._text)
        ]
        self._digits = re.sub(r"[^\d\n]", "", self._text)

    def name(self, merchants: Iterable[str]) -> bool:
        return any(partial_ratio(_bare(name), _bare(self._text)) >= _ALIKE for name in merchants)

    def amount(self, amount: Decimal) -> bool:
        return re.sub(r"\D", "", str(amount)).lstrip("0") in self._numbers

    def day(self, day: date) -> bool:
        years = (day.year, f"{day.year % 100:02}")
        written = (
            form.format(d=day.day, m=day.month, y=year) for year in years for form in _DAY_FORMS
        )
        return any(form in self._digits for form in written)
