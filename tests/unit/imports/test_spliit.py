import json
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.errors import Invalid
from domain.imports.contents import Contents
from domain.imports.deed import Paying, Spending
from domain.imports.file import read
from domain.money import Money
from domain.split import Equal, Exact, Percent, Shares, Split


def expense(**overrides: Any) -> dict[str, Any]:
    return {
        "id": "e1",
        "createdAt": "2026-05-04T10:00:00.000Z",
        "expenseDate": "2026-05-04T00:00:00.000Z",
        "title": "Supermarket",
        "category": {"grouping": "Food and Drink", "name": "Groceries"},
        "amount": 1001,
        "paidById": "a",
        "paidFor": [{"participantId": "a", "shares": 1}, {"participantId": "b", "shares": 1}],
        "isReimbursement": False,
        "splitMode": "EVENLY",
        "recurrenceRule": "MONTHLY",
        "notes": None,
    } | overrides


def group(*expenses: Any, **overrides: Any) -> dict[str, Any]:
    return {
        "id": "g",
        "name": "Flat",
        "currency": "€",
        "currencyCode": "EUR",
        "participants": [{"id": "a", "name": "Ann"}, {"id": "b", "name": "Bob"}],
        "expenses": [*expenses],
    } | overrides


def contents(*expenses: Any, **overrides: Any) -> Contents:
    return read(json.dumps(group(*expenses, **overrides)).encode(), None)


def parts(a: int, b: int) -> list[dict[str, Any]]:
    return [{"participantId": "a", "shares": a}, {"participantId": "b", "shares": b}]


def people(found: Contents) -> tuple[UUID, UUID]:
    ann, bob = found.people
    return ann.id, bob.id


def test_an_expense_is_read() -> None:
    found = contents(expense(notes="Milk"))

    a, b = people(found)
    (record,) = found.found
    deed = record.deed
    assert isinstance(deed, Spending)
    assert (deed.cost.amount, deed.cost.paid_by) == (Money(1001, "EUR"), {a: 1001})
    assert deed.cost.split == Equal((a, b))
    assert (deed.merchant, deed.note, deed.category) == ("Supermarket", "Milk", "food.groceries")
    assert deed.day == date(2026, 5, 4)
    assert sorted(abs(net) for net in deed.nets.values()) in ([500, 500], [501, 501])
    assert (found.name, [person.name for person in found.people]) == ("Flat", ["Ann", "Bob"])


@pytest.mark.parametrize(
    ("mode", "shares", "kind"),
    [
        ("BY_SHARES", (100, 250), Shares),
        ("BY_PERCENTAGE", (2500, 7500), Percent),
        ("BY_AMOUNT", (1, 1000), Exact),
    ],
)
def test_every_mode_is_one_of_ours(mode: str, shares: tuple[int, int], kind: type[Split]) -> None:
    found = contents(expense(splitMode=mode, paidFor=parts(*shares)))

    a, b = people(found)
    (record,) = found.found
    assert isinstance(record.deed, Spending)
    assert record.deed.cost.split == kind({a: shares[0], b: shares[1]})  # type: ignore[call-arg]


def test_a_reimbursement_is_a_settlement() -> None:
    paid = [{"participantId": "b", "shares": 1}]
    found = contents(expense(isReimbursement=True, title="Back", paidFor=paid))

    a, b = people(found)
    assert [one.deed for one in found.found] == [
        Paying(a, b, Money(1001, "EUR"), date(2026, 5, 4), note="Back")
    ]


def test_an_income_is_a_negative_expense() -> None:
    (record,) = contents(expense(amount=-1000)).found

    assert isinstance(record.deed, Spending)
    assert sorted(record.deed.nets.values()) == [-500, 500]


@pytest.mark.parametrize(
    ("overrides", "code"),
    [
        ({"amount": 10.5}, "RECORD_UNREADABLE"),
        ({"amount": "1001"}, "RECORD_UNREADABLE"),
        ({"amount": True}, "RECORD_UNREADABLE"),
        ({"amount": None}, "RECORD_UNREADABLE"),
        ({"amount": 10**30}, "RECORD_UNREADABLE"),
        ({"amount": 10**16}, "AMOUNT_TOO_LARGE"),
        ({"id": None}, "RECORD_UNREADABLE"),
        ({"paidById": "z"}, "RECORD_UNREADABLE"),
        ({"paidFor": []}, "NOBODY_TO_SPLIT_WITH"),
        ({"paidFor": parts(1, 1) * 2}, "RECORD_UNREADABLE"),
        ({"splitMode": "BY_MOOD"}, "RECORD_UNREADABLE"),
        ({"splitMode": "BY_AMOUNT"}, "SHARES_DO_NOT_ADD_UP"),
        ({"splitMode": "BY_SHARES", "paidFor": parts(-1, 2)}, "NEGATIVE_WEIGHT"),
        ({"expenseDate": "soon"}, "RECORD_UNREADABLE"),
        ({"title": "x" * 201}, "TEXT_TOO_LONG"),
    ],
)
def test_a_malformed_expense_is_named(overrides: dict[str, Any], code: str) -> None:
    found = contents(expense(**overrides), expense(id="e2"))

    assert [(one.place, one.code) for one in found.malformed] == [("expenses[0]", code)]
    assert len(found.found) == 1


def test_two_expenses_with_one_id_cannot_be_told_apart() -> None:
    found = contents(expense(), expense(amount=5), "nonsense")

    assert [one.place for one in found.malformed] == ["expenses[1]", "expenses[2]"]


def test_the_same_expense_is_known_again_and_so_is_its_change() -> None:
    (before,) = contents(expense()).found
    (after,) = contents(expense(amount=2000)).found

    assert (before.key == after.key, before.content == after.content) == (True, False)


def test_the_currency_is_asked_for_where_there_is_only_a_symbol() -> None:
    file = json.dumps(group(expense(), currencyCode=None)).encode()

    with pytest.raises(Invalid) as refusal:
        read(file, None)

    (record,) = read(file, "JPY").found
    assert isinstance(record.deed, Spending)
    assert (refusal.value.code, record.deed.cost.amount) == ("CURRENCY_MISSING", Money(1001, "JPY"))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"{", "FILE_UNREADABLE"),
        (b"[]", "FORMAT_UNKNOWN"),
        (b"{}", "FORMAT_UNKNOWN"),
        (b'{"a": NaN}', "FILE_UNREADABLE"),
        (b"[" * 5000 + b"]" * 5000, "FILE_UNREADABLE"),
        (b'{"outgo_export": 2}', "FORMAT_UNKNOWN"),
        (b'{"outgo_export": 1}', "FILE_UNREADABLE"),
        (json.dumps(group(expense(title="\ud800"))).encode(), "FILE_UNREADABLE"),
        (json.dumps(group(name="a\0b")).encode(), "FILE_UNREADABLE"),
        (json.dumps(group(name=1)).encode(), "FILE_UNREADABLE"),
        (json.dumps(group(participants=[{"id": "a", "name": " "}])).encode(), "FILE_UNREADABLE"),
        (
            json.dumps(group(participants=[{"id": "a", "name": "A"}] * 2)).encode(),
            "FILE_UNREADABLE",
        ),
        (json.dumps(group(*[0] * 10_001)).encode(), "FILE_TOO_LARGE"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_is_no_such_file_is_refused_by_name(data: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read(data, None)

    assert refusal.value.code == code
