"""Receipts of countries and languages that nobody draws: rules are general, or they are none."""

from typing import Any

import pytest

from domain.receipt import Field, read
from tests.unit.receipt.abroad import europe, world
from tests.unit.receipt.abroad.told import Told
from tests.unit.receipt.paper import paper

RECEIPTS = europe.RECEIPTS | world.RECEIPTS


@pytest.mark.parametrize("told", RECEIPTS.values(), ids=RECEIPTS.keys())
def test_understands_receipts_from_anywhere(told: Told) -> None:
    reading = read(paper(told.text))

    assert {
        "day": _value(reading.day),
        "currency": _value(reading.currency),
        "total": _value(reading.total),
        "tax": _value(reading.tax),
        "tip": _value(reading.tip),
        "discount": _value(reading.discount),
        "merchant": _value(reading.merchant) if told.merchant else None,
    } == {
        "day": told.day,
        "currency": told.currency,
        "total": told.total,
        "tax": told.tax,
        "tip": told.tip,
        "discount": told.discount,
        "merchant": told.merchant,
    }


def _value(field: Field[Any] | None) -> object:
    return field.value if field else None
