"""Confidence becomes probability: laws of the fit, and that it helps."""

import random
from dataclasses import replace
from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from domain.receipt import Field, Reading
from domain.receipt.calibration import (
    FEWEST_EXAMPLES,
    Knot,
    Name,
    Verdict,
    calibrated,
    curves_of,
    fit,
    probability,
    verdicts,
)
from domain.receipt.correction import Correction
from domain.receipt.stored import restored_curves, stored_curves

TRUTH = Correction("Harbour", date(2026, 5, 4), 1250, "EUR", None)
judged = st.lists(
    st.builds(Verdict, st.just(Name.TOTAL), st.floats(0, 1), st.booleans()), max_size=300
)


@given(judged, st.floats(0, 1), st.floats(0, 1))
def test_it_never_falls_and_is_never_certain(few: list[Verdict], one: float, other: float) -> None:
    knots = fit(few)

    assert all(low < high for low, high in pairwise(knots))
    assert all(0 < knot.probability < 1 for knot in knots)
    if knots:
        low, high = (probability(knots, at) for at in sorted((one, other)))
        assert 0 < low <= high < 1


def test_a_straight_line_lies_between_two_knots() -> None:
    knots = [Knot(0.5, 0.2), Knot(0.9, 0.8)]

    assert [round(probability(knots, at), 6) for at in (0, 0.5, 0.6, 0.9, 1)] == [
        0.2,
        0.2,
        0.35,
        0.8,
        0.8,
    ]


def test_the_same_confidence_is_one_knot() -> None:
    few = [Verdict(Name.TOTAL, 0.9, is_right=number % 4 > 0) for number in range(99)]

    assert fit(few) == [Knot(0.9, 0.745)]


def test_it_brings_confidence_near_to_what_is_right() -> None:
    """Readers surer than they should be: the square of the confidence is right."""
    dice = random.Random(4)
    drawn = [dice.random() for _ in range(4000)]
    seen = [Verdict(Name.DAY, at, is_right=dice.random() < at**2) for at in drawn]
    knots = fit(seen[:2000])

    assert _error([(one.confidence, one.is_right) for one in seen[2000:]]) > 0.15
    assert _error([(probability(knots, at), right) for _, at, right in seen[2000:]]) < 0.04


def _error(told: list[tuple[float, bool]]) -> float:
    """Expected calibration error over ten bins."""
    bins = [[one for one in told if min(9, int(one[0] * 10)) == number] for number in range(10)]
    return sum(
        abs(sum(sure for sure, _ in few) - sum(right for _, right in few)) for few in bins
    ) / len(told)


def test_few_examples_change_nothing() -> None:
    few = [Verdict(Name.TOTAL, 0.9, is_right=False)] * (FEWEST_EXAMPLES - 1)
    many = [Verdict(Name.DAY, 0.9, is_right=False)] * FEWEST_EXAMPLES

    curves = curves_of([*few, *many])

    assert curves == {Name.DAY: [Knot(0.9, 0.0025)]}
    assert restored_curves(stored_curves(curves)) == curves
    reading = Reading(day=Field(TRUTH.day, 0.9, "4.5.", ()), total=Field(1250, 0.9, "12.50", ()))
    assert calibrated(reading, {}) == reading
    assert calibrated(reading, curves) == Reading(
        day=Field(TRUTH.day, 0.003, "4.5.", ()), total=Field(1250, 0.9, "12.50", ())
    )


def test_what_the_user_left_was_right() -> None:
    reading = Reading(
        merchant=Field("HARBOUR", 0.8, "HARBOUR", ()),
        total=Field(1260, 0.7, "12.60", ()),
        currency=Field("EUR", 0.6, "", ()),
    )

    assert list(verdicts(reading, TRUTH)) == [
        Verdict(Name.MERCHANT, 0.8, is_right=True),
        Verdict(Name.TOTAL, 0.7, is_right=False),
        Verdict(Name.CURRENCY, 0.6, is_right=True),
    ]
    taken_off = replace(reading, discount=Field(200, 0.9, "", ()))
    assert list(verdicts(taken_off, TRUTH)) == list(verdicts(reading, TRUTH))
    assert Verdict(Name.DISCOUNT, 0.9, is_right=False) in verdicts(
        taken_off, replace(TRUTH, discount_minor=250)
    )
    unnamed = Correction(None, TRUTH.day, 1250, "EUR", None)
    assert [one.name for one in verdicts(reading, unnamed)] == [Name.TOTAL, Name.CURRENCY]
