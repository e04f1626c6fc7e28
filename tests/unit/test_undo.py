"""The way back from an edit names what the edit changed, and nothing else."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from domain.expense import Bill, Changes, To
from domain.log import EventKind, Fact
from domain.money import Money
from domain.split import Equal
from domain.undo import CannotBeUndone, is_undone, opposite, way_back

ANN, BOB = (UUID(f"0198f0c0-0000-7000-8000-00000000000{number}") for number in (1, 2))

OLD: dict[str, Any] = {
    "amount_minor": 699,
    "currency": "EUR",
    "payers": {str(ANN): 699},
    "split": {"kind": "EQUAL", "participants": [str(ANN)]},
    "category_id": None,
    "merchant": "Rosa's",
    "note": None,
    "day": "2026-05-04",
    "tags": [],
    "receipt_id": None,
}


def _edit(**after: Any) -> Fact:
    return Fact(
        ledger_id=BOB,
        seq=7,
        kind=EventKind.EXPENSE_UPDATED,
        entity_id=BOB,
        actor_id=ANN,
        actor_name="Ann",
        device_id=1,
        before=OLD,
        after={**OLD, **after},
        balances=[],
        at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def test_the_way_back_names_only_what_was_changed() -> None:
    assert way_back(_edit(merchant=None, day="2026-05-05")) == Changes(
        merchant=To("Rosa's"), day=date(2026, 5, 4)
    )
    assert way_back(_edit(category_id=str(BOB), note="x", tags=["a"])) == Changes(
        category_id=To(None), note=To(None), tags=[]
    )


def test_the_whole_cost_goes_back_whatever_of_it_was_changed() -> None:
    bill = Bill(Money(699, "EUR"), {ANN: 699}, Equal((ANN,)))

    edits: list[dict[str, Any]] = [
        {"amount_minor": 1},
        {"currency": "USD"},
        {"payers": {}},
        {"split": {}},
    ]
    for after in edits:
        assert way_back(_edit(**after)) == Changes(bill=bill)


def test_what_is_more_than_an_edit_has_no_way_back() -> None:
    with pytest.raises(CannotBeUndone):
        way_back(_edit(note="x", receipt_id=str(BOB)))
    with pytest.raises(CannotBeUndone):
        opposite(EventKind.MEMBER_LEFT)


def test_an_edit_is_undone_by_its_author_making_it_as_it_was() -> None:
    edit = _edit(note="x")
    back = replace(edit, seq=8, before=edit.after, after=edit.before)

    assert is_undone(edit, back)
    assert not is_undone(edit, replace(back, actor_id=BOB))
    assert not is_undone(edit, replace(back, after={**OLD, "note": "y"}))
    assert not is_undone(edit, replace(back, kind=EventKind.EXPENSE_DELETED))


def test_the_opposite_of_the_opposite_ends_where_it_began() -> None:
    for kind in (
        EventKind.EXPENSE_DELETED,
        EventKind.SETTLEMENT_DELETED,
        EventKind.CONVERSION_DELETED,
    ):
        assert opposite(opposite(kind)) is kind
