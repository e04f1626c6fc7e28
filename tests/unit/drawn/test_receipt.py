"""Drawn receipts: what their truth says stands on the paper, the same for the same seed."""

import re
from random import Random

import cv2
import numpy as np
import pytest

from bench.drawn import Drawn, draw, languages
from bench.drawn.bill import bill
from bench.drawn.camera import Shot, photograph
from bench.drawn.countries import COUNTRIES
from bench.drawn.country import Country
from bench.drawn.rows import Row
from domain.currency import exponent

MANY = range(400)


def cells(receipt: Drawn) -> list[str]:
    return [cell.text for row in receipt.rows if isinstance(row, Row) for cell in row.cells]


def ends_a_cell(minor: int, printed: list[str]) -> bool:
    digits = (re.sub(r"\D", "", text) for text in printed)
    return any(run.endswith(str(abs(minor))) for run in digits)


def test_a_seed_is_one_receipt() -> None:
    first, again = draw(7), draw(7)

    assert first.truth == again.truth
    assert first.photo == again.photo
    assert draw(8).truth != first.truth


def test_every_language_and_many_currencies_are_drawn() -> None:
    receipts = [draw(seed) for seed in MANY]
    currencies = {receipt.truth.currency for receipt in receipts}

    assert {receipt.language for receipt in receipts} == set(languages())
    assert languages() == ["de", "en", "es", "fr", "ja", "pl", "pt", "tr"]
    assert len(currencies) >= 12
    assert {exponent(currency) for currency in currencies} == {0, 2, 3}


def test_languages_can_be_chosen() -> None:
    assert {draw(seed, spoken=["pl", "tr"]).language for seed in range(20)} == {"pl", "tr"}


@pytest.mark.parametrize("language", languages())
def test_the_truth_stands_on_the_paper(language: str) -> None:
    for seed in range(60):
        receipt = draw(seed, spoken=[language])
        truth, printed = receipt.truth, cells(receipt)

        assert truth.merchant in printed
        assert ends_a_cell(truth.total_minor, printed)
        assert truth.tip_minor is None or ends_a_cell(truth.tip_minor, printed)
        assert any(f"{truth.day.year % 100:02}" in text for text in printed)
        for item in truth.items:
            assert any(item.description.split()[0] in text for text in printed)
            assert ends_a_cell(item.amount_minor, printed)


@pytest.mark.parametrize("country", COUNTRIES, ids=lambda country: country.code)
def test_bills_add_up(country: Country) -> None:
    for seed in range(60):
        drawn = bill(country, Random(seed))
        goods = drawn.subtotal_minor - drawn.discount_minor + drawn.service_minor
        gross = sum(tax.gross_minor for tax in drawn.taxes if tax.name != "TVQ")
        taxed = goods + sum(tax.tax_minor for tax in drawn.taxes if tax.name != "TVQ")

        assert gross == (taxed if country.tax_on_top else goods)
        assert drawn.total_minor > 0
        assert drawn.cash_minor is None or drawn.cash_minor >= drawn.paid_minor


@pytest.mark.parametrize("degrees", [0, 33, 90, 180, 270])
def test_a_photograph_tells_where_the_paper_lies(degrees: int) -> None:
    taken = Shot(turn_degrees=degrees, perspective=0.05, shadow=0.0, noise=0.0, pixels_wide=400)
    photo = photograph(draw(3).paper, taken, Random(5))
    pixels = cv2.imdecode(np.frombuffer(photo.data, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert pixels is not None
    inside = np.zeros(pixels.shape, np.uint8)
    cv2.fillConvexPoly(inside, np.array(photo.corners, np.int32), (1,))

    on_paper, beside = (cv2.mean(pixels, (inside == side).astype(np.uint8))[0] for side in (1, 0))
    assert on_paper > beside + 30


def test_a_turned_photograph_starts_where_reading_starts() -> None:
    upright, turned = (
        photograph(draw(3).paper, Shot(turn_degrees=turn, pixels_wide=400), Random(5)).corners
        for turn in (0, 180)
    )

    assert min(upright) == pytest.approx(upright[0], abs=2)
    assert max(turned) == pytest.approx(turned[0], abs=2)
