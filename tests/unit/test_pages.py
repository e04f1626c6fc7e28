from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid
from domain.pages import CursorUnreadable, PageTooLarge, Slice, instant, page_of, whole, words


@given(st.lists(st.integers(0, 99), max_size=12), st.integers(0, 12))
def test_a_page_tells_whether_more_follow(rows: list[int], first: int) -> None:
    page = page_of(rows[: first + 1], Slice.of(first, None), lambda row: (row,))

    assert [row for _, row in page.rows] == rows[:first]
    assert page.has_next is (len(rows) > first)
    assert page.has_previous is False


def test_a_cursor_comes_back_as_its_place() -> None:
    page = page_of([date(2026, 5, 1)], Slice.of(1, None), lambda day: (day, 7))

    assert Slice.of(1, page.rows[0][0]).after == ("2026-05-01", 7)


@pytest.mark.parametrize("cursor", ["", "!", "bm90IGpzb24", "eyJhIjoxfQ", "é"])
def test_refuses_a_cursor_that_is_not_ours(cursor: str) -> None:
    with pytest.raises(CursorUnreadable):
        Slice.of(1, cursor)


@pytest.mark.parametrize("first", [-1, 101])
def test_refuses_a_page_that_is_too_large(first: int) -> None:
    with pytest.raises(PageTooLarge):
        Slice.of(first, None)


@pytest.mark.parametrize(
    ("parsed", "part"),
    [
        (whole, 2**63),
        (whole, -(2**64)),
        (whole, 1.0),
        (whole, True),
        (whole, "1"),
        (instant, "2026-01-01T00:00"),
        (instant, 5),
        (words, "a\x00b"),
        (words, None),
    ],
)
def test_refuses_a_place_that_no_column_holds(parsed: Callable[[Any], Any], part: Any) -> None:
    with pytest.raises((TypeError, ValueError, AttributeError, Invalid)):
        parsed(part)
