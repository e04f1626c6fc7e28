from datetime import UTC, date, datetime, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.period import Period, PeriodKind, around, before, local_day, preceding

DAY = st.dates(date(1900, 1, 1), date(2199, 12, 31))
KIND = st.sampled_from(PeriodKind)


@pytest.mark.parametrize(
    ("day", "kind", "start", "end"),
    [
        ("2026-11-21", PeriodKind.WEEKLY, "2026-11-16", "2026-11-23"),
        ("2026-11-16", PeriodKind.WEEKLY, "2026-11-16", "2026-11-23"),
        ("2027-01-01", PeriodKind.WEEKLY, "2026-12-28", "2027-01-04"),
        ("2028-02-29", PeriodKind.MONTHLY, "2028-02-01", "2028-03-01"),
        ("2026-12-31", PeriodKind.MONTHLY, "2026-12-01", "2027-01-01"),
        ("2028-02-29", PeriodKind.YEARLY, "2028-01-01", "2029-01-01"),
    ],
)
def test_periods_of_the_calendar(day: str, kind: PeriodKind, start: str, end: str) -> None:
    expected = Period(date.fromisoformat(start), date.fromisoformat(end))

    assert around(date.fromisoformat(day), kind) == expected


@given(DAY, KIND)
def test_periods_tile_the_calendar(day: date, kind: PeriodKind) -> None:
    period = around(day, kind)

    assert day in period
    assert {around(period.start, kind), around(period.end - timedelta(days=1), kind)} == {period}
    assert before(period, kind).end == period.start
    assert period.end not in period


@given(DAY, KIND)
def test_what_precedes_is_seamless(day: date, kind: PeriodKind) -> None:
    period = around(day, kind)
    earlier = list(islice(preceding(period, kind), 6))

    assert [one.end for one in earlier] == [period.start, *(one.start for one in earlier[:-1])]


@given(DAY, KIND, st.integers(-400, 400))
def test_what_has_begun_and_what_is_to_come_are_the_whole(
    day: date, kind: PeriodKind, distance: int
) -> None:
    period, today = around(day, kind), day + timedelta(days=distance)
    begun, ahead = period.parted(today)

    assert (begun.start, begun.end, ahead.end) == (period.start, ahead.start, period.end)
    assert begun.days + ahead.days == period.days
    assert begun.days == sum(
        period.start + timedelta(days=number) <= today for number in range(period.days)
    )


def test_the_day_depends_on_where_one_lives() -> None:
    instant = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)

    assert local_day(instant, "America/New_York") == date(2026, 11, 30)
    assert local_day(instant, "Europe/Berlin") == date(2026, 12, 1)
