"""What a client needs to say "the cost changed from 6.99 to 8.99", out of two lines of JSON."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.changes import Choice, FieldChange, Parts, Reference, References, between
from domain.money import Money
from domain.split import Equal, Exact

ANN, BOB = (UUID(f"0198f0c0-0000-7000-8000-00000000000{number}") for number in (1, 2))

DINNER: dict[str, Any] = {
    "amount_minor": 699,
    "currency": "EUR",
    "payers": {str(ANN): 699},
    "split": {"kind": "EQUAL", "participants": [str(ANN), str(BOB)]},
    "category_id": None,
    "merchant": "Rosa's",
    "note": None,
    "day": "2026-05-04",
    "tags": ["food"],
    "source": "MANUAL",
    "receipt_id": None,
    "deleted_at": None,
}


def _changes(after: dict[str, Any], before: dict[str, Any] = DINNER) -> list[FieldChange]:
    return between(before, {**before, **after})


def test_a_new_cost_is_an_amount_and_who_paid_it() -> None:
    assert _changes({"amount_minor": 899, "payers": {str(ANN): 899}}) == [
        FieldChange("amount", Money(699, "EUR"), Money(899, "EUR")),
        FieldChange("paidBy", Parts({ANN: Money(699, "EUR")}), Parts({ANN: Money(899, "EUR")})),
    ]


def test_another_currency_is_another_amount() -> None:
    amount, paid_by = _changes({"currency": "JPY"})

    assert amount == FieldChange("amount", Money(699, "EUR"), Money(699, "JPY"))
    assert paid_by.after == Parts({ANN: Money(699, "JPY")})


@pytest.mark.parametrize(
    ("column", "value", "change"),
    [
        ("merchant", "Rosso", FieldChange("merchant", "Rosa's", "Rosso")),
        ("merchant", None, FieldChange("merchant", "Rosa's", None)),
        ("note", "Tip", FieldChange("note", None, "Tip")),
        ("day", "2026-05-05", FieldChange("day", date(2026, 5, 4), date(2026, 5, 5))),
        ("tags", ["a", "b"], FieldChange("tags", ["food"], ["a", "b"])),
        (
            "category_id",
            str(BOB),
            FieldChange("category", None, Reference("Category", BOB)),
        ),
        (
            "deleted_at",
            "2026-05-04T10:00:00.000001+00:00",
            FieldChange("deletedAt", None, datetime(2026, 5, 4, 10, 0, 0, 1, UTC)),
        ),
        ("source", "RECEIPT", FieldChange("source", Choice("MANUAL"), Choice("RECEIPT"))),
        (
            "split",
            {"kind": "EXACT", "amounts": {str(BOB): 699}},
            FieldChange("split", Equal((ANN, BOB)), Exact({BOB: 699})),
        ),
    ],
)
def test_every_field_of_an_expense_has_its_type(
    column: str, value: object, change: FieldChange
) -> None:
    assert _changes({column: value}) == [change]


def test_members_play_their_parts() -> None:
    payment = {"payer_id": str(ANN), "payee_id": str(BOB), "amount_minor": 1, "currency": "EUR"}

    assert between(payment, {**payment, "payer_id": str(BOB), "payee_id": str(ANN)}) == [
        FieldChange("payee", Reference("Member", BOB), Reference("Member", ANN)),
        FieldChange("payer", Reference("Member", ANN), Reference("Member", BOB)),
    ]


def test_a_ledgers_own_currency_is_a_field() -> None:
    trip = {"name": "Trip", "currency": "EUR", "archived_at": None}

    assert between(trip, {**trip, "currency": "JPY"}) == [FieldChange("currency", "EUR", "JPY")]


def test_amounts_with_currencies_of_their_own_keep_them() -> None:
    swap = {"from_minor": 100, "from_currency": "EUR", "to_minor": 160, "to_currency": "JPY"}

    assert between(None, swap) == [
        FieldChange("from", None, Money(100, "EUR")),
        FieldChange("to", None, Money(160, "JPY")),
    ]


def test_a_seat_is_taken_or_a_placeholder_whoever_sits_there() -> None:
    seat = {"user_id": None, "name": "Ann", "role": "MEMBER"}

    assert between(seat, {**seat, "user_id": str(ANN), "role": "OWNER"}) == [
        FieldChange("isPlaceholder", True, False),
        FieldChange("role", Choice("MEMBER"), Choice("OWNER")),
    ]


def test_several_references_have_one_type() -> None:
    ids = [str(ANN), str(BOB)]

    assert between({"category_ids": []}, {"category_ids": ids}) == [
        FieldChange(
            "categories",
            References([]),
            References([Reference("Category", ANN), Reference("Category", BOB)]),
        )
    ]


def test_what_is_new_shows_all_that_it_has_and_what_is_gone_all_that_it_had() -> None:
    new = between(None, DINNER)

    fields = ["amount", "day", "merchant", "paidBy", "source", "split", "tags"]
    assert [change.field for change in new] == fields
    assert all(change.before is None for change in new)
    assert between(DINNER, None) == [
        FieldChange(change.field, change.after, None) for change in new
    ]


@given(st.dates(), st.dates(), st.integers(-(10**15), 10**15), st.text(max_size=5))
def test_there_and_back_are_each_other_turned_round(
    day: date, other: date, minor: int, note: str
) -> None:
    before = {**DINNER, "day": day.isoformat()}
    after = {**DINNER, "day": other.isoformat(), "amount_minor": minor, "note": note}

    there, back = between(before, after), between(after, before)

    assert there == [FieldChange(change.field, change.after, change.before) for change in back]
    assert between(before, before) == []
    assert ("day" in {change.field for change in there}) is (abs(day - other) > timedelta())
