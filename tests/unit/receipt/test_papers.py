"""Receipts beside each other on one photograph, and one receipt that has columns."""

from dataclasses import replace
from datetime import date

from domain.receipt import Field, Item, Line, Point, Reading, read
from domain.receipt.papers import apart, is_receipt
from tests.unit.receipt.paper import paper

BAKERY = """
Harbour Lane Bakery
12 Harbour Lane
Rye bread      4.20
Almond cake      3.10
Total      7.30
Thank you
"""
DINER = """
Corner Diner
3 Mill Street
05.05.2026  12:31
Soup      6.50
Bread      1.50
TOTAL      8.00
"""
KIOSK = """
Station Kiosk
Platform 2
07.05.2026  08:02
Paper      2.20
Coffee      2.90
TOTAL      5.10
"""
SLIP = """
CARD PAYMENT
Terminal 4711
05.05.2026  12:32
Amount      8.00
Tip      1.00
TOTAL      9.00
"""
COLUMNS = """
Item  Qty  Price      Amount
Tea  2  1.50      3.00
Cake  1  4.00      4.00
Pie  3  1.00      3.00
Subtotal      10.00
Total      10.00
"""


def moved(lines: list[Line], right: float, down: float) -> list[Line]:
    return [
        replace(line, text=line.text, box=tuple(Point(x + right, y + down) for x, y in line.box))
        for line in lines
    ]


def test_each_paper_has_its_own_lines() -> None:
    first, second, third = (
        moved(paper(text), at, at / 20)
        for text, at in ((BAKERY, 0), (COLUMNS, 600), (BAKERY.replace("7.30", "8.80"), 1200))
    )

    found = apart([*second, *first, *third])

    assert [len(lines) for lines in found] == [len(first), len(second), len(third)]
    totals = [read(lines, fallback_currency="EUR").total for lines in found]
    assert [total and total.value for total in totals] == [730, 1000, 880]


def test_columns_are_no_papers() -> None:
    for text in (BAKERY, COLUMNS):
        assert len(apart(paper(text))) == 1


def test_papers_may_lie_below_each_other() -> None:
    below = [*paper(DINER), *moved(paper(KIOSK), 40, 300)]

    found = apart([*moved(below, 700, 10), *below])

    totals = [read(lines, fallback_currency="EUR").total for lines in found]
    assert [total and total.value for total in totals] == [800, 510, 800, 510]


def test_the_slip_of_a_card_belongs_to_its_receipt() -> None:
    for below in (SLIP, SLIP.replace("05.05.2026  12:32", "Approved"), "\n".join("ABCDEF")):
        assert len(apart([*paper(DINER), *moved(paper(below), 0, 300)])) == 1


def test_a_band_within_a_receipt_parts_nothing() -> None:
    above, _, below = DINER.partition("Bread")

    assert len(apart([*paper(above), *moved(paper("Bread" + below * 2), 0, 300)])) == 1


def test_a_note_beside_a_receipt_is_no_receipt() -> None:
    note = moved(paper("Call Ann\nBuy flour\nand salt\nby noon\nor later"), 600, 0)

    assert len(apart([*paper(BAKERY), *note])) == 1
    assert apart([]) == [[]]


def test_paper_may_be_a_receipt_without_a_total() -> None:
    bread = Field(Item("Rye bread", None, None, 420), 0.8, "Rye bread 4.20", ())
    name, day = Field("Bakery", 0.8, "Bakery", ()), Field(date(2026, 5, 4), 0.8, "4.5.26", ())

    assert is_receipt(Reading(total=Field(420, 0.8, "4.20", ())))
    assert is_receipt(Reading(items=(bread,)))
    assert is_receipt(Reading(merchant=name, day=day))
    assert not is_receipt(Reading(merchant=name))
    assert not is_receipt(Reading())
