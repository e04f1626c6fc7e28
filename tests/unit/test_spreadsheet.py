from datetime import date
from uuid import UUID

import pytest

from domain.money import Money
from domain.spreadsheet import Row, Sheet, distinct, harmless

ANN, BOB = UUID(int=1), UUID(int=2)
DAY = date(2026, 5, 4)


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r"])
def test_nothing_that_people_typed_is_a_formula(first: str) -> None:
    assert harmless(f"{first}1") == f"'{first}1"
    assert harmless(f"1{first}") == f"1{first}"


def test_a_row_per_fact_and_a_total_per_currency() -> None:
    sheet = Sheet({ANN: "Ann", BOB: "=Bob"})

    text = sheet.header() + sheet.rows(
        [
            Row(DAY, 'Beer, "dark"', "Drinks", Money(1001, "EUR"), {ANN: 500, BOB: -500}),
            Row(DAY, "Ryokan", "", Money(30000, "JPY"), {ANN: -1, BOB: 1}),
            Row(DAY, "Refund", "", Money(-5, "EUR"), {ANN: -2, BOB: 2}),
        ]
    )
    text += sheet.totals(DAY)

    assert text.decode().split("\r\n") == [
        "Date,Description,Category,Cost,Currency,Ann,'=Bob",
        '2026-05-04,"Beer, ""dark""",Drinks,10.01,EUR,5.00,-5.00',
        "2026-05-04,Ryokan,,30000,JPY,-1,1",
        "2026-05-04,Refund,,-0.05,EUR,-0.02,0.02",
        "",
        "2026-05-04,Total balance,,,EUR,4.98,-4.98",
        "2026-05-04,Total balance,,,JPY,-1,1",
        "",
    ]


def test_namesakes_get_numbers_that_nobody_has() -> None:
    assert distinct(["Ann", "Ann (2)", "Ann"]) == ["Ann", "Ann (2)", "Ann (3)"]
