from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain import budget, news
from domain.budget import Alert
from domain.concern import TOLD
from domain.delivery import pause
from domain.digest import letter
from domain.log import EventKind
from domain.money import Money
from domain.news import News, sentence
from domain.notification import NotificationKind
from domain.period import Period

TRIP, DINNER = UUID(int=1), UUID(int=2)


def data(**overrides: Any) -> dict[str, Any]:
    wanted: dict[str, Any] = {
        "ledger_id": TRIP,
        "ledger_name": "Trip",
        "actor_name": "Bob",
        "entity": "Expense",
        "entity_id": DINNER,
        "title": "Dinner",
        "amount": Money(1050, "EUR"),
    }
    return news.stored(News(**(wanted | overrides)))


def alert(name: str) -> dict[str, Any]:
    spent, amount = Money(850, "EUR"), Money(1000, "EUR")
    may = Period(date(2026, 5, 1), date(2026, 6, 1))
    return budget.stored(Alert(UUID(int=3), name, 80, spent, amount, may))


@pytest.mark.parametrize("kind", NotificationKind)
def test_every_kind_is_said_in_one_line(kind: NotificationKind) -> None:
    name = "Trip\nto {Rome}"
    told = alert(name) if kind is NotificationKind.BUDGET_ALERT else data(ledger_name=name)

    said = sentence(kind, told)

    assert "\n" not in said
    assert "Trip to {Rome}" in said


def test_what_has_no_name_goes_by_its_amount() -> None:
    kind = NotificationKind.EXPENSE_ADDED

    assert sentence(kind, data()) == "Bob added “Dinner” (10.50 EUR) in Trip."
    assert sentence(kind, data(title=None)) == "Bob added 10.50 EUR in Trip."


def test_a_letter_about_one_thing_has_it_for_a_subject() -> None:
    assert letter(["One."]).subject == "One."
    assert letter(["One.", "Two."]).subject == "2 news from Outgo"
    assert letter(["One.", "Two."]).text.startswith("- One.\n- Two.\n")


def test_pauses_grow_and_end() -> None:
    minutes = [wait.total_seconds() / 60 for number in range(1, 8) if (wait := pause(number))]

    assert minutes == [1, 4, 16, 64, 256, 360, 360]
    assert pause(8) is None


def test_nothing_of_what_only_its_owner_does_is_told() -> None:
    own = {kind for kind in EventKind if kind.startswith(("budget.", "notification.", "rate."))}

    assert not own & TOLD
