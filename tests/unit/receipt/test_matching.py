"""Which payments a receipt may be of, and which receipts are of the same bill."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.receipt.looks import MOST_APART
from domain.receipt.matching import (
    MOST_DAYS_APART,
    Facts,
    Likeness,
    Match,
    Sighting,
    amounts_that_fit,
    likeness,
    match,
    offers,
    similarity,
)

DAY = date(2026, 5, 4)
PAPER = Facts(1250, "EUR", DAY, "Harbour Lane Bakery GmbH")

facts = st.builds(
    Facts,
    st.none() | st.integers(-5000, 5000),
    st.none() | st.sampled_from(["EUR", "USD"]),
    st.none() | st.dates(DAY - timedelta(days=9), DAY + timedelta(days=9)),
    st.none()
    | st.sampled_from(
        ["Lidl", "LIDL Dienstleistung GmbH & Co. KG", "Aldi", "", "株式会社", "ローソン"]
    ),
)
sightings = st.builds(
    Sighting, facts, st.none() | st.integers(0, 2**63 - 1), st.frozensets(st.integers(0, 12))
)
NUMBERS = frozenset(range(10))


@pytest.mark.parametrize(
    ("paid", "expected"),
    [
        (Facts(1250, "EUR", DAY, "Harbour Lane Bakery"), Match(1.0, 0, 0, 1.0)),
        (Facts(1250, "EUR", DAY, None), Match(0.9, 0, 0, None)),
        (Facts(1250, "EUR", DAY, "Lunch"), Match(0.8, 0, 0, 0.0)),
        (Facts(1250, "EUR", DAY + timedelta(days=7), None), Match(0.6375, 0, 7, None)),
        (Facts(1250, "EUR", DAY - timedelta(days=1), None), Match(0.8625, 0, -1, None)),
        (Facts(1251, "EUR", DAY, None), Match(0.7495, 1, 0, None)),
        (Facts(1625, "EUR", DAY, None), Match(0.55, 375, 0, None)),
        (Facts(1626, "EUR", DAY, None), None),
        (Facts(1249, "EUR", DAY, None), None),
        (Facts(1250, "USD", DAY, None), None),
        (Facts(1250, "EUR", DAY + timedelta(days=8), None), None),
        (Facts(1250, "EUR", None, None), None),
        (Facts(None, "EUR", DAY, None), None),
    ],
)
def test_scores(paid: Facts, expected: Match | None) -> None:
    assert match(PAPER, paid) == expected


def test_what_the_paper_does_not_say_matches_nothing() -> None:
    paid = Facts(1250, "EUR", DAY, None)

    assert match(PAPER._replace(day=None), paid) is None
    assert match(PAPER._replace(amount_minor=None), paid) is None
    assert match(PAPER._replace(currency=None), paid._replace(currency=None)) is None


def test_nobody_gives_a_tip_on_a_refund() -> None:
    assert amounts_that_fit(1000) == (1000, 1300)
    assert amounts_that_fit(-1000) == (-1000, -1000)
    assert amounts_that_fit(0) == (0, 0)


@given(facts, facts)
def test_a_score_is_a_share(receipt: Facts, paid: Facts) -> None:
    found = match(receipt, paid)

    assert found is None or 0 < found.score <= 1


@given(st.integers(100, 10**9), st.integers(0, 6))
def test_nearer_is_better(total: int, days: int) -> None:
    receipt = Facts(total, "EUR", DAY, "Lidl")

    def score(more: int, days: int) -> float:
        found = match(receipt, Facts(total + more, "EUR", DAY + timedelta(days=days), "Lidl"))
        return found.score if found else 0

    tips = [score(total * percent // 100, days) for percent in (0, 5, 10, 20, 30)]
    assert all(nearer > further for nearer, further in pairwise(tips))
    assert score(0, days) > score(0, days + 1)
    assert score(0, days) == score(0, -days)


def test_offers_are_the_best_five_that_fit_well() -> None:
    payments = {
        days: Facts(1250, "EUR", DAY + timedelta(days=days), None)
        for days in range(-MOST_DAYS_APART, MOST_DAYS_APART + 1)
    }
    payments[99] = Facts(1625, "EUR", DAY, "Somebody else")

    assert [days for days, _ in offers(PAPER, payments)] == [0, -1, 1, -2, 2]
    assert offers(PAPER, {99: payments[99]}) == []


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("LIDL", "Lidl Dienstleistung GmbH & Co. KG", 1.0),
        ("RESTORAN WAN SHENG", "Restaurant Wan Sheng", 1.0),
        ("Café Zürich", "CAFE ZURICH", 1.0),
        ("HARB0UR LANE BAKERV", "Harbour Lane Bakery", 0.625),
        ("Aldi", "Lidl", 0.0),
        ("Sdn Bhd", "SDN BHD", 1.0),
        ("12345", "Lidl", None),
        (None, "Lidl", None),
    ],
)
def test_names_are_as_alike_as_their_words(
    one: str | None, other: str | None, expected: float | None
) -> None:
    assert similarity(one, other) == expected
    assert similarity(other, one) == expected


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (Sighting(PAPER, None), [Likeness.SAME_BILL]),
        (Sighting(PAPER, 7), [Likeness.SAME_PICTURE, Likeness.SAME_BILL]),
        (Sighting(PAPER._replace(merchant="HARBOUR LANE"), None), [Likeness.SAME_BILL]),
        (Sighting(PAPER._replace(merchant="Aldi"), None), []),
        (Sighting(PAPER._replace(merchant=None), None), []),
        (Sighting(PAPER._replace(day=None), 7), [Likeness.SAME_PICTURE]),
        (Sighting(PAPER._replace(amount_minor=1251), 7), []),
        (Sighting(PAPER._replace(day=DAY + timedelta(days=1)), 7), []),
        (Sighting(PAPER._replace(currency="USD"), None), []),
        (Sighting(Facts(None, None, None, None), 7), [Likeness.SAME_PICTURE]),
        (Sighting(Facts(None, None, None, None), 7 ^ (2**MOST_APART - 1)), [Likeness.SAME_PICTURE]),
        (Sighting(Facts(None, None, None, None), 7 ^ (2 ** (MOST_APART + 1) - 1)), []),
    ],
)
def test_what_makes_two_receipts_one_bill(other: Sighting, expected: list[Likeness]) -> None:
    assert likeness(Sighting(PAPER, 7), other) == expected


@pytest.mark.parametrize(
    ("said", "numbers", "is_same"),
    [
        (PAPER._replace(merchant=None), NUMBERS, True),
        (PAPER._replace(amount_minor=7250, merchant=None), NUMBERS, True),
        (PAPER._replace(day=DAY + timedelta(days=1), merchant=None), NUMBERS, True),
        (PAPER._replace(amount_minor=7250, day=DAY + timedelta(days=1)), NUMBERS, False),
        (PAPER._replace(merchant=None), frozenset(range(7)), True),
        (PAPER._replace(merchant=None), frozenset(range(6)), False),
        (PAPER._replace(merchant=None), frozenset[int](), False),
    ],
)
def test_a_field_may_be_wrong_where_the_numbers_agree(
    said: Facts, numbers: frozenset[int], *, is_same: bool
) -> None:
    found = likeness(Sighting(PAPER, None, NUMBERS), Sighting(said, None, numbers))

    assert found == [Likeness.SAME_NUMBERS] * is_same


def test_few_numbers_are_chance() -> None:
    few = Sighting(PAPER._replace(merchant=None), None, frozenset(range(5)))

    assert likeness(few, few) == []


@given(sightings, sightings)
def test_likeness_goes_both_ways(one: Sighting, other: Sighting) -> None:
    assert likeness(one, other) == likeness(other, one)
    if one.looks is not None:
        assert Likeness.SAME_PICTURE in likeness(one, one)
