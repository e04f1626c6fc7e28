"""A ledger as people open it in a spreadsheet: a row per fact, a column per member with their net. Pure.

The columns are those that Splitwise exports, so that whatever reads its files reads ours.
"""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.money import Money

COLUMNS = ("Date", "Description", "Category", "Cost", "Currency")
PAYMENT = "Payment"
TOTAL = "Total balance"

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One fact in one currency: what it was about, and how it moved each member's balance."""

    day: date
    description: str
    category: str
    cost: Money
    nets: Mapping[UUID, int]


class Sheet:
    """Writes rows as text and adds up what it has written, to end with everybody's balance."""

    def __init__(self, members: Mapping[UUID, str]) -> None:
        """`members` by id, in the order of their columns."""
        self._members = members
        self._totals: defaultdict[str, Counter[UUID]] = defaultdict(Counter)

    def header(self) -> bytes:
        return _csv([[*COLUMNS, *map(harmless, distinct(self._members.values()))]])

    def rows(self, rows: Iterable[Row]) -> bytes:
        return _csv([self._cells(row) for row in rows])

    def totals(self, today: date) -> bytes:
        """An empty line, and a line per currency."""
        lines = [
            [today.isoformat(), TOTAL, "", "", currency, *self._nets(nets, currency)]
            for currency, nets in sorted(self._totals.items())
        ]
        return _csv([[], *lines])

    def _cells(self, row: Row) -> list[str]:
        currency = row.cost.currency
        self._totals[currency].update(row.nets)
        return [
            row.day.isoformat(),
            harmless(row.description),
            harmless(row.category),
            plain(row.cost),
            currency,
            *self._nets(row.nets, currency),
        ]

    def _nets(self, nets: Mapping[UUID, int], currency: str) -> list[str]:
        return [plain(Money(nets.get(who, 0), currency)) for who in self._members]


def harmless(text: str) -> str:
    """The text as a spreadsheet shows it and never runs it: after an apostrophe, where it needs one."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def plain(amount: Money) -> str:
    """In major units, with exactly the currency's decimals and never an exponent."""
    return f"{amount.decimal:f}"


def distinct(names: Iterable[str]) -> list[str]:
    """The names, each as often as it comes but told apart: Ann, Ann (2)."""
    taken: set[str] = set()
    answer: list[str] = []
    for name in names:
        numbered, number = name, 1
        while numbered in taken:
            number += 1
            numbered = f"{name} ({number})"
        taken.add(numbered)
        answer.append(numbered)
    return answer


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
