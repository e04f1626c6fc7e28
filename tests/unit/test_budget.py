from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ids import new_id
from domain.budget import (
    MOST_CATEGORIES,
    Alert,
    BudgetNotPositive,
    Changes,
    Draft,
    Standing,
    ThresholdOutOfRange,
    TooManyCategories,
    TooManyThresholds,
    clean_categories,
    clean_thresholds,
    forecast,
    percent,
    positive,
    projected,
    reached,
    restored,
    since_first_spending,
    stored,
)
from domain.money import Money
from domain.period import Period, PeriodKind

MINOR = st.integers(-(10**15), 10**15)
AMOUNT = st.integers(1, 10**15)
MAY = Period(date(2026, 5, 1), date(2026, 6, 1))
HISTORY = st.lists(MINOR, max_size=8)


@pytest.mark.parametrize(
    ("spent", "amount", "whole_percent"),
    [
        (0, 100, 0),
        (799, 1000, 79),
        (800, 1000, 80),
        (999_999, 10**6, 99),
        (3, 2, 150),
        (-1, 7, -15),
    ],
)
def test_percent_is_rounded_down(spent: int, amount: int, whole_percent: int) -> None:
    assert percent(spent, amount) == whole_percent


@given(MINOR, AMOUNT)
def test_percent_never_flatters(spent: int, amount: int) -> None:
    whole = percent(spent, amount)

    assert Fraction(whole, 100) <= Fraction(spent, amount) < Fraction(whole + 1, 100)


@given(MINOR, AMOUNT, st.sets(st.integers(1, 1000), max_size=10))
def test_a_threshold_is_reached_at_exactly_that_part_of_the_amount(
    spent: int, amount: int, thresholds: set[int]
) -> None:
    exactly = [one for one in sorted(thresholds) if spent * 100 >= amount * one]

    assert reached(sorted(thresholds), spent, amount) == exactly


@given(MINOR, st.integers(0, 10**15), AMOUNT)
def test_spending_more_never_takes_a_threshold_back(spent: int, more: int, amount: int) -> None:
    thresholds = range(1, 1001, 37)

    assert set(reached(thresholds, spent, amount)) <= set(reached(thresholds, spent + more, amount))


def test_the_forecast_weighs_the_newest_periods_most() -> None:
    newest_first = [520, 460, 500, 380, 420, 400]

    assert forecast(newest_first) == Fraction(4180, 9)  # 464.44


@pytest.mark.parametrize(
    ("newest_first", "expected"),
    [
        ([], None),
        ([700], Fraction(700)),
        ([100, 200], Fraction(140)),
        ([520, 460, 500, 380, 420, 400, 10**9], Fraction(4180, 9)),
    ],
)
def test_a_forecast_takes_what_there_is_up_to_six(
    newest_first: list[int], expected: Fraction | None
) -> None:
    assert forecast(newest_first) == expected


@given(st.lists(MINOR, min_size=1, max_size=8))
def test_a_forecast_lies_within_its_history(newest_first: list[int]) -> None:
    expected = forecast(newest_first)

    assert expected is not None
    assert min(newest_first[:6]) <= expected <= max(newest_first[:6])


@pytest.mark.parametrize(
    ("newest_first", "known"),
    [([], []), ([0, 0], []), ([5, 0, 3, 0, 0], [5, 0, 3]), ([0, 7], [0, 7])],
)
def test_periods_before_any_spending_are_no_history(
    newest_first: list[int], known: list[int]
) -> None:
    assert since_first_spending(newest_first) == known


@pytest.mark.parametrize(
    ("so_far", "ahead", "elapsed_days", "history", "expected"),
    [
        (100, 0, 10, [], 300),  # the pace alone
        (100, 50, 10, [], 350),  # known already, so not paced
        (0, 0, 0, [], 0),
        (0, 0, 0, [300], 300),  # nothing seen yet: the forecast alone
        (0, 120, 0, [300], 420),
        (100, 0, 10, [300], 300),  # D = 100 + 2/3·300 = 300; 100 + 300·2/3
        (100, 0, 10, [600], 433),  # D = 100 + 2/3·600 = 500; 100 + 1000/3
        (50, 0, 15, [520, 460, 500, 380, 420, 400], 191),  # D = 50 + 4180/18; 50 + D/2 = 191.1
        (100, 0, 30, [9999], 100),  # it is over
        (1, 0, 20, [], 2),  # 1.5 goes to the even one
        (3, 0, 20, [], 4),  # 4.5 too
        (-30, 0, 10, [], -90),
    ],
)
def test_where_thirty_days_lead(
    so_far: int, ahead: int, elapsed_days: int, history: list[int], expected: int
) -> None:
    assert projected(so_far, ahead, elapsed_days=elapsed_days, days=30, history=history) == expected


@given(MINOR, MINOR, st.integers(1, 366), HISTORY)
def test_a_period_that_is_over_costs_what_it_cost(
    so_far: int, ahead: int, days: int, history: list[int]
) -> None:
    assert projected(so_far, ahead, elapsed_days=days, days=days, history=history) == so_far + ahead


@given(st.data(), st.integers(0, 10**12), st.integers(1, 366), st.lists(st.integers(0, 10**12)))
def test_a_projection_is_at_least_what_is_spent(
    data: st.DataObject, so_far: int, days: int, history: list[int]
) -> None:
    elapsed_days = data.draw(st.integers(0, days))

    assert projected(so_far, 0, elapsed_days=elapsed_days, days=days, history=history) >= so_far


@given(st.integers(0, 10**12), st.integers(1, 366))
def test_an_even_pace_like_all_periods_before_is_projected_as_such(per_day: int, days: int) -> None:
    whole = per_day * days
    elapsed_days = days // 2

    assert (
        abs(
            projected(
                per_day * elapsed_days,
                0,
                elapsed_days=elapsed_days,
                days=days,
                history=[whole] * 6,
            )
            - whole
        )
        <= 1
    )


@given(st.lists(st.integers(1, 1000), max_size=10))
def test_thresholds_become_ascending_and_unique(thresholds: list[int]) -> None:
    assert clean_thresholds(thresholds) == tuple(sorted(set(thresholds)))


@pytest.mark.parametrize("thresholds", [[0], [80, 1001], [-5, 80]])
def test_refuses_thresholds_that_mean_nothing(thresholds: list[int]) -> None:
    with pytest.raises(ThresholdOutOfRange) as refusal:
        clean_thresholds(thresholds)

    assert refusal.value.path == ("thresholds",)


def test_refuses_more_than_can_be_looked_at() -> None:
    with pytest.raises(TooManyThresholds):
        clean_thresholds(range(1, 12))
    with pytest.raises(TooManyCategories):
        clean_categories([new_id() for _ in range(MOST_CATEGORIES + 1)])


@pytest.mark.parametrize("minor", [0, -1])
def test_refuses_a_budget_of_nothing(minor: int) -> None:
    with pytest.raises(BudgetNotPositive):
        positive(Money(minor, "EUR"))


def test_a_draft_is_tidied() -> None:
    food, travel = sorted((new_id(), new_id()))
    draft = Draft(
        id=new_id(),
        name=" Food ",
        amount=Money(1, "JPY"),
        period=PeriodKind.WEEKLY,
        category_ids=[travel, food, travel],
        thresholds=[100, 80, 100],
    ).checked()

    assert (draft.name, draft.category_ids, draft.thresholds) == ("Food", (food, travel), (80, 100))


def test_changes_name_their_registers() -> None:
    assert Changes().registers == ()
    assert Changes(name="Food", amount=Money(1, "EUR"), category_ids=()).registers == (
        "name",
        "money",
        "categories",
    )


def test_what_remains_turns_negative() -> None:
    standing = Standing(
        amount=Money(100, "EUR"),
        period=MAY,
        spent=Money(130, "EUR"),
        projected=Money(200, "EUR"),
        uncounted=[],
    )

    assert standing.remaining == Money(-30, "EUR")
    assert standing.percent == 130


def test_an_alert_survives_the_log() -> None:
    alert = Alert(
        budget_id=new_id(),
        name="Food",
        threshold=80,
        spent=Money(81, "EUR"),
        amount=Money(100, "EUR"),
        period=MAY,
    )

    assert stored(alert)["period"] == {"start": "2026-05-01", "end": "2026-06-01"}
    assert restored(stored(alert)) == alert
