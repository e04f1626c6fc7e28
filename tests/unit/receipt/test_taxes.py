"""The tax, wherever receipts print it: on top, inside, by rate, in tables, and summed up."""

import pytest

from domain.receipt import read
from tests.unit.receipt.paper import paper


def tax(text: str, currency: str = "EUR") -> int | None:
    field = read(paper(text), fallback_currency=currency).tax
    return field.value if field else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Total      10.00\nRate  Net  VAT      Gross\n20%  8.33  1.67      10.00", 167),
        (
            "SUMME      8,70\nSatz  Brutto      MwSt\nA 7%  5,90      0,39\nB 19%  2,80      0,45",
            84,
        ),
        (
            (
                "TOTAL      24,18\nTx  Base  IVA      Total\n23%  10,19  2,34      12,53\n"
                "6%  10,99  0,66      11,65\nTOTAL  21,18  3,00      24,18"
            ),
            300,
        ),
        ("Total      42,65\nDont TVA 20 %      1,41\nTVA 5,5 % : 1,77", 318),
        (
            "SPRZEDAŻ OPODATK. A      24,60\nPTU A 23%      4,60\nSUMA PTU      4,60\nSUMA PLN      24,60",
            460,
        ),
        ("ARA TOPLAM      110,00\nTOPLAM KDV      10,00\nTOPLAM      110,00", 1000),
        ("Sous-total      20,00\nTPS 5%      1,00\nTVQ 9,975%      2,00\nTOTAL      23,00", 300),
        ("Suma      100.00\nI.V.A. 16%      16.00\nTOTAL      116.00", 1600),
        ("Total      10.00\nIncludes GST 10% of 0.91", 91),
        ("Tea      10.00\nTotal      10.00", None),
    ],
)
def test_reads_the_tax(text: str, expected: int | None) -> None:
    assert tax(text) == expected


def test_reads_whole_amounts_beside_a_rate() -> None:
    text = "緑茶      ¥1,320\n合 計      ¥1,320\n(内消費税 10% 120円)"

    assert tax(text, "JPY") == 120


def test_takes_no_price_for_a_tax_that_only_one_rate_would_explain() -> None:
    text = (
        "Soup      25.92\nSub Total      70.39\n"
        "Sales Tax 8.25%      2.14\nSales Tax      2.67\nTotal      75.20"
    )

    assert tax(text, "USD") == 481


def test_counts_no_tip_to_what_is_taxed() -> None:
    text = (
        "Steak      22.00\nTotal      22.00\nTip      3.00\nTotal paid      25.00\n"
        "VAT incl. 10%      2.00"
    )
    reading = read(paper(text), fallback_currency="EUR")

    assert reading.total
    assert reading.tax
    assert (reading.total.value, reading.tax.value) == (2500, 200)
    assert reading.tax.confidence > 0.8
