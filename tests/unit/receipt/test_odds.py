"""Curves that make shares of weights."""

from random import Random

import pytest

from domain.receipt import read
from domain.receipt.odds import AS_WEIGHED, MEASURED, Curve, fitted
from tests.unit.receipt.paper import paper

RECEIPT = "Sunrise Cafe\n2026-04-05\nTea      2.50\nTotal €      2.50\nVAT 10%      0.23"


def test_finds_the_curve_that_readings_were_made_with() -> None:
    dice, truth = Random(4), Curve(0.7, 1.4)
    told = [dice.random() for _ in range(20_000)]

    found = fitted([(confidence, dice.random() < truth.of(confidence)) for confidence in told])

    assert found.shift == pytest.approx(truth.shift, abs=0.1)
    assert found.slope == pytest.approx(truth.slope, abs=0.1)


def test_few_readings_promise_little() -> None:
    assert fitted([(0.9, True)] * 8).of(0.9) == pytest.approx(0.9, abs=0.01)
    assert fitted([]) == Curve()


@pytest.mark.parametrize("name", MEASURED)
def test_more_evidence_is_never_less_sure(name: str) -> None:
    shares = [MEASURED[name].of(tenth / 10) for tenth in range(11)]

    assert shares == sorted(shares)
    assert 0 <= shares[0] < shares[-1] <= 1


def test_curves_change_nothing_but_confidences() -> None:
    weighed, measured = read(paper(RECEIPT), curves=AS_WEIGHED), read(paper(RECEIPT))

    assert weighed.total
    assert measured.total
    assert weighed.total.value == measured.total.value
    assert measured.total.confidence == round(MEASURED["total"].of(weighed.total.confidence), 3)
    assert weighed.tip is measured.tip is None
