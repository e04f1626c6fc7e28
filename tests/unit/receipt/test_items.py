"""The goods, in the layouts that registers print them in."""

from decimal import Decimal

import pytest

from domain.receipt import Item, read
from tests.unit.receipt.paper import paper

ONE_ROW = """
Sunrise Cafe
2 Flat white      7.00
Banana bread      4.20
Loyalty discount      -1.00
Total      10.20
"""
NAME_ABOVE = """
Sunrise Cafe
Description  Qty  Price      Total
Flat white
2 x  3.50      7.00 SR
Banana bread
1 x  4.20      4.20 SR
Total      11.20
"""
NAME_BELOW = """
Sunrise Hardware
Item  Qty  Price      Amount
107212  2  3.50      7.00
WOOD SCREW
998811  1.00 PCS  4.20      4.20
PAINT BRUSH
Total      11.20
"""
PRICE_BELOW = """
Sunrise Cafe
Flat white      7.00
    2 x 3.50
Banana bread      4.20
Total      11.20
"""
BY_WEIGHT = """
Sunrise Market
Prawns
0.434 × 39.90      17.32
Total      17.32
"""
COUNT_ABOVE = """
Sunrise Cafe
2 x  3.50
Flat white      7.00 A
Banana bread      4.20 B
Total      11.20
"""
COLUMNS = """
Sunrise Cafe
Qty  Description  Price      Amount
2  Flat white  3.50      7.00
1  Grilled salmon with  4.20      4.20
   seasonal greens
Total      11.20
"""
CODED = """
Sunrise Market
Oat milk 1L
4012345678 2 x 3.50      7.00
Eggs 10 pack
55512 1 x 4.20      4.20
Total      11.20
"""
TOLD_OFF = """
Sunrise Cafe
Table: 12
Flat white      7.00
  + oat milk
Banana bread      4.20
Multibuy saving      -1.00
Total      10.20
"""
RULED = """
Sunrise Cafe
*女****女***女****女*
Flat white
4012345678 2 x 3.50      7.00
Total      7.00
"""
SIZES = """
Sunrise Market
3x Apple juice 0.75      11.25
Water 6x1L      4.20
Total      15.45
"""


def item(name: str, quantity: str | None, unit_price_minor: int | None, amount_minor: int) -> Item:
    return Item(name, Decimal(quantity) if quantity else None, unit_price_minor, amount_minor)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (RULED, [item("Flat white", "2", 350, 700)]),
        (
            ONE_ROW,
            [
                item("Flat white", "2", 350, 700),
                item("Banana bread", None, None, 420),
                item("Loyalty discount", None, None, -100),
            ],
        ),
        (NAME_ABOVE, [item("Flat white", "2", 350, 700), item("Banana bread", "1", 420, 420)]),
        (NAME_BELOW, [item("WOOD SCREW", "2", 350, 700), item("PAINT BRUSH", "1", 420, 420)]),
        (PRICE_BELOW, [item("Flat white", "2", 350, 700), item("Banana bread", None, None, 420)]),
        (BY_WEIGHT, [item("Prawns", "0.434", 3990, 1732)]),
        (COUNT_ABOVE, [item("Flat white", "2", 350, 700), item("Banana bread", None, None, 420)]),
        (
            COLUMNS,
            [
                item("Flat white", "2", 350, 700),
                item("Grilled salmon with seasonal greens", "1", 420, 420),
            ],
        ),
        (CODED, [item("Oat milk 1L", "2", 350, 700), item("Eggs 10 pack", "1", 420, 420)]),
        (
            TOLD_OFF,
            [
                item("Flat white", None, None, 700),
                item("Banana bread", None, None, 420),
                item("Multibuy saving", None, None, -100),
            ],
        ),
        (SIZES, [item("Apple juice 0.75", "3", 375, 1125), item("Water 6x1L", None, None, 420)]),
    ],
    ids=[
        "ruled",
        "one row",
        "name above",
        "name below",
        "price below",
        "by weight",
        "count above",
        "columns",
        "coded",
        "told off",
        "sizes",
    ],
)
def test_reads_the_goods(text: str, expected: list[Item]) -> None:
    reading = read(paper(text), fallback_currency="EUR")

    assert [field.value for field in reading.items] == expected
    assert reading.total
    assert reading.total.value == sum(each.amount_minor for each in expected)
