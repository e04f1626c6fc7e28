"""Labels of confirmed receipts: only what is certain."""

import json
from dataclasses import replace
from datetime import date

from domain.receipt import read
from domain.receipt.correction import Correction
from domain.receipt.training import (
    Label,
    Labelled,
    extraction_label,
    labelled,
    recognition_label,
)
from tests.unit.receipt.paper import paper

BAKERY = """
HARB0UR LANE BAKERY
12 Harbour Lane
2026-05-04
Rye bread  3.40
Scone  9.1O
TOTAL  12.50
"""
TRUTH = Correction("Harbour Lane Bakery", date(2026, 5, 4), 1250, "EUR", None)


def labels(text: str = BAKERY, truth: Correction = TRUTH) -> list[Labelled] | None:
    lines = paper(text)
    return labelled(lines, read(lines, fallback_currency="EUR"), truth)


def known(text: str = BAKERY, truth: Correction = TRUTH) -> dict[Label, tuple[str, str | None]]:
    return {
        one.label: (one.line.text, one.text)
        for one in labels(text, truth) or []
        if one.label is not Label.OTHER
    }


def test_every_line_has_a_label_and_slips_are_put_right() -> None:
    assert known() == {
        Label.MERCHANT: ("HARB0UR LANE BAKERY", "HARBOUR LANE BAKERY"),
        Label.DATE: ("2026-05-04", "2026-05-04"),
        Label.TOTAL: ("12.50", "12.50"),
    }
    others = [one for one in labels() or [] if one.label is Label.OTHER]
    assert [one.line.text for one in others] == [
        "12 Harbour Lane",
        "Rye bread",
        "3.40",
        "Scone",
        "9.1O",
        "TOTAL",
    ]
    assert all(one.text is None for one in others)


def test_the_true_total_is_found_where_another_was_read() -> None:
    assert known(truth=replace(TRUTH, total_minor=340))[Label.TOTAL] == ("3.40", "3.40")
    assert known(truth=replace(TRUTH, total_minor=910))[Label.TOTAL] == ("9.1O", "9.10")


def test_text_beside_a_value_is_not_certain() -> None:
    text = BAKERY.replace("2026-05-04", "Date 2026-05-04").replace("TOTAL  12", "TOTAL 12")

    assert known(text)[Label.DATE] == ("Date 2026-05-04", None)
    assert known(text)[Label.TOTAL] == ("TOTAL 12.50", None)


def test_what_cannot_be_found_for_certain_is_left_out() -> None:
    assert labels(truth=replace(TRUTH, merchant=None)) is None
    assert labels(truth=replace(TRUTH, merchant="Quay Books")) is None
    assert labels(truth=replace(TRUTH, day=date(2026, 5, 5))) is None
    assert labels(truth=replace(TRUTH, total_minor=1251)) is None
    twice = BAKERY.replace("Scone  9.1O", "Scone  9.10\nJam  9.10")
    assert labels(twice, replace(TRUTH, total_minor=910)) is None


def test_the_read_one_of_two_places_counts() -> None:
    assert known(BAKERY + "CASH  12.50\nCHANGE  0.00")[Label.TOTAL] == ("12.50", "12.50")


def test_another_name_is_not_a_slip() -> None:
    assert known(truth=replace(TRUTH, merchant="Harbour Lane Bakers"))[Label.MERCHANT] == (
        "HARB0UR LANE BAKERY",
        None,
    )
    assert known(truth=replace(TRUTH, merchant="Harbour Lane Bakeries"))[Label.MERCHANT] == (
        "HARB0UR LANE BAKERY",
        None,
    )


def test_the_formats_are_those_of_paddleocr() -> None:
    [first, *_] = labels() or []

    image, told = extraction_label("images/1.jpg", [first]).rstrip("\n").split("\t")
    assert image == "images/1.jpg"
    assert json.loads(told) == [
        {
            "transcription": "HARBOUR LANE BAKERY",
            "label": "MERCHANT",
            "points": [[0, 0], [228, 0], [228, 20], [0, 20]],
            "id": 0,
            "linking": [],
        }
    ]
    assert recognition_label("images/1_0.jpg", "9.10") == "images/1_0.jpg\t9.10\n"
