"""Days as they are written around the world, and the ones that are not the receipt's own."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.receipt.dates import day_of
from domain.receipt.rows import rows_of
from tests.unit.receipt.paper import paper


def day(text: str, *, currency: str | None = "MYR", today: date | None = None) -> date | None:
    field = day_of(rows_of(paper(text)), currency, today)
    return field.value if field else None


@pytest.mark.parametrize(
    "text",
    [
        "2018-03-25",
        "25/03/2018",
        "25-03-18",
        "25.03.2018 13:29",
        "20180325",
        "25 MAR 2018",
        "25-Mar-2018",
        "25MAR2018",
        "March 25, 2018",
        "25. März 2018",
        "le 25 mars 2018",
        "25 de marzo de 2018",
        "2018年3月25日",
        "25/03/201810:25:49 PM",
        "2018-03-2522:55:25",
        "Date:25/03/1819:19:21",
        "000125/03/201813:30",
        "[25/03/18] [11:43]",
        "Date :25/03/18 12:46:33 PM",
        "25/O3/20l8",
        "2503/2018",
    ],
)
def test_reads_a_day_however_it_is_written(text: str) -> None:
    assert day(text) == date(2018, 3, 25)


@pytest.mark.parametrize(
    "text", ["", "31/02/2018", "03-3362 4395", "45.99.12", "99/99/2018", "Market 12 2018"]
)
def test_finds_no_day_where_there_is_none(text: str) -> None:
    assert day(text) is None


def test_takes_the_currencys_custom_when_day_and_month_could_change_places() -> None:
    assert day("04/05/2026", currency="EUR") == date(2026, 5, 4)
    assert day("04/05/2026", currency="USD") == date(2026, 4, 5)
    assert day("26.04.05", currency="JPY") == date(2026, 4, 5)


def test_takes_the_order_of_a_day_that_allows_only_one() -> None:
    assert day("Date 04/05/2026\nPoints expire 12/31/2026", currency="EUR") == date(2026, 4, 5)


def test_is_less_sure_when_day_and_month_could_change_places() -> None:
    def confidence(text: str) -> float:
        field = day_of(rows_of(paper(text)), "EUR", None)
        assert field
        return field.confidence

    assert confidence("Date 04/05/2026") < confidence("Date 24/05/2026")


def test_prefers_its_own_day_to_others_on_the_paper() -> None:
    assert day("Valid until 31/12/2026\nDate: 02/10/2026 18:02") == date(2026, 10, 2)


def test_doubts_a_day_in_the_future() -> None:
    assert day("04/11/2026", currency="EUR", today=date(2026, 5, 1)) == date(2026, 4, 11)


@given(st.dates(date(1995, 1, 1), date(2089, 12, 31)))
def test_reads_back_iso_days(written: date) -> None:
    assert day(f"Date {written.isoformat()}") == written
