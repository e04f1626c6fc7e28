"""What a reader made of signs before amounts."""

import pytest

from domain.receipt import read
from domain.receipt.marks import without_marks
from domain.receipt.rows import rows_of
from tests.unit.receipt.paper import paper


def told(text: str) -> list[str]:
    return [row.text for row in without_marks(rows_of(paper(text)))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Banana      RS 14,10\nPepino      RS 2,43\nDesconto      -RS 1,85",
            ["Banana 14,10", "Pepino 2,43", "Desconto -1,85"],
        ),
        (
            "Çay      も62,50 B\nUn      も9,00 A\nMuz      も4,50 A",
            ["Çay 62,50 B", "Un 9,00 A", "Muz 4,50 A"],
        ),
        ("Tea      S4.20\nBun      S1.00", ["Tea S4.20", "Bun S1.00"]),
        (
            "Teh      RM 4.20\nRoti      RM 1.00\nNasi      RM 3.00",
            ["Teh RM 4.20", "Roti RM 1.00", "Nasi RM 3.00"],
        ),
        ("Tea  x 2\nBun  x 3\nPie  x 4", ["Tea x 2", "Bun x 3", "Pie x 4"]),
    ],
)
def test_what_stands_before_three_amounts_is_a_sign(text: str, expected: list[str]) -> None:
    assert told(text) == expected


def test_names_are_free_of_it() -> None:
    text = "Banana  RS 7,05  2      RS 14,10\nPepino      RS 2,43\nTOTAL      RS 16,53"

    items = read(paper(text), fallback_currency="BRL").items

    assert [item.value.description for item in items] == ["Banana", "Pepino"]
