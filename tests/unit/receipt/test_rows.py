"""Rows from boxes, however the paper lies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.receipt import Line, Point
from domain.receipt.rows import rows_of
from tests.unit.receipt.paper import paper

TEXT = """
Corner Shop
Tea      2.50
Apple cake      14.00
Total      16.50
"""
ROWS = ["Corner Shop", "Tea 2.50", "Apple cake 14.00", "Total 16.50"]


@pytest.mark.parametrize("angle", [0, 4, -7, 14, 90, 180, 187, 270])
def test_finds_the_rows_at_any_angle(angle: int) -> None:
    assert [row.text for row in rows_of(paper(TEXT, angle_degrees=angle))] == ROWS


@given(st.permutations(paper(TEXT)))
def test_finds_the_rows_in_any_order(lines: list[Line]) -> None:
    assert [row.text for row in rows_of(lines)] == ROWS


def test_finds_the_rows_of_paper_seen_from_the_side() -> None:
    text = "\n".join(f"{name} and a long one      {name}.50" for name in range(10, 30))

    seen = [
        Line(line.text, 0.9, tuple(Point(x, y * (1 + x / 4000)) for x, y in line.box))
        for line in paper(text)
    ]

    assert [row.text for row in rows_of(seen)] == [
        f"{name} and a long one {name}.50" for name in range(10, 30)
    ]


def test_keeps_what_is_printed_over_something_else_apart() -> None:
    box = (Point(0, 0), Point(100, 0), Point(100, 20), Point(0, 20))

    rows = rows_of([Line("PAID", 0.9, box), Line("Total", 0.9, box)])

    assert sorted(row.text for row in rows) == ["PAID", "Total"]


def test_ignores_lines_without_a_place() -> None:
    assert rows_of([Line("Total", 0.9, ())]) == []
