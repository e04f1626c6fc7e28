"""Whatever a text reader hands over, understanding it ends well."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from domain.receipt import Line, Point, read

SCRAPS = st.sampled_from(
    [
        "TOTAL",
        "Sub Total",
        "合計",
        "GST 6%",
        "CASH",
        "2 x",
        "8.20",
        "RM1,234.50",
        "-0.02",
        "600",
        "12/03/2018",
    ]
)
TEXTS = st.lists(SCRAPS | st.text(max_size=12), max_size=4).map(" ".join)
POINTS = st.builds(Point, st.floats(-1e4, 1e4), st.floats(-1e4, 1e4))
BOXES = st.tuples(POINTS, POINTS, POINTS, POINTS) | st.lists(POINTS, max_size=6).map(tuple)
LINES = st.builds(Line, TEXTS, st.floats(0, 1), BOXES)


@given(lines=st.lists(LINES, max_size=25), currency=st.sampled_from([None, "EUR", "JPY", "KWD"]))
def test_never_fails_on_any_lines(lines: list[Line], currency: str | None) -> None:
    reading = read(lines, fallback_currency=currency, today=date(2026, 5, 1))

    found = (
        reading.merchant,
        reading.day,
        reading.total,
        reading.tax,
        reading.tip,
        reading.currency,
    )
    assert all(0 <= field.confidence <= 1 for field in (*found, *reading.items) if field)
    assert reading.total is None or reading.total.value > 0


@given(st.lists(LINES, max_size=25))
def test_reads_the_same_lines_the_same_way(lines: list[Line]) -> None:
    assert read(lines) == read(lines)
