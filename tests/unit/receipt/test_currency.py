"""Which money: by signs, by decimals, and by what only one country prints."""

import pytest

from domain.receipt.currency import currency_of
from domain.receipt.rows import rows_of
from tests.unit.receipt.paper import paper


def currency(text: str, fallback: str | None = None) -> str | None:
    field = currency_of(rows_of(paper(text)), fallback)
    return field.value if field else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Soup      €8.20", "EUR"),
        ("Latte      1.750 BD", "BHD"),
        ("Café      12,200 DT", "TND"),
        ("Total      R$ 12,50", "BRL"),
        ("Joe's\nSpringfield, IL 62701\nTotal      $12.50", "USD"),
        ("Bar\nABN 12 345 678 901\nTotal      $12.50", "AUD"),
        ("Cafe\nRFC: ABC123456X71\nTotal      $120.50", "MXN"),
        ("Bäckerei\nATU12345678\nSumme      12,50", "EUR"),
        ("Bäckerei\nCHE-123.456.789 MWST\nSumme      12.50", "CHF"),
        ("Piekarnia\nNIP 123-456-78-90\nSuma      12,50", "PLN"),
        ("Lokanta\nBeyoğlu İstanbul\nTOPLAM      *120,50", "TRY"),
        ("Restaurante\nCNPJ 12.345.678/0001-90\nTotal      12,50", "BRL"),
        ("Bazar\nRUT: 12.345.678-K\nTotal      $12.500", "CLP"),
        ("Bistro\n(514) 555-0134\nMontréal (Québec) H2X 1K4\nTPS      0,50 $", "CAD"),
        ("さくら商店\n合計      ¥1,200", "JPY"),
        ("Tavern\nLeeds LS1 4AB\nVAT No. GB 123 4567 89\nTotal      12.50", "GBP"),
        ("Kedai\nGST 6%      0.60\nTotal      10.60", "MYR"),
        ("Corner shop\nGST 10%      1.00\nTotal      11.00", "AUD"),
        ("Sweet house\nCGST 9%      0.90\nSGST 9%      0.90\nTotal      11.80", "INR"),
        ("Shop\n+973 1700 1234\nTotal      1.750", "BHD"),
    ],
)
def test_tells_the_currency_from_the_paper(text: str, expected: str) -> None:
    assert currency(text) == expected


def test_takes_the_ledgers_where_the_paper_is_silent() -> None:
    assert currency("Tea      2.50", "NZD") == "NZD"
    assert currency("Tea      £2.50", "NZD") == "GBP"
    assert currency("Tea      2.50") is None


def test_lets_decimals_decide_between_currencies_of_one_tax() -> None:
    assert currency("Pain      1,200\nTVA      0,228\nTél +216 71 555 123") == "TND"
    assert currency("Pain      1,20\nTVA      0,22\nSIRET 123 456 789 00012") == "EUR"


def test_reads_no_dollars_into_the_real() -> None:
    assert currency("Total      R$ 12,50\nDinheiro      R$ 20,00") == "BRL"


def test_takes_a_currency_that_no_receipt_is_in() -> None:
    assert currency("Soup      8.20\nTotal      8.20", "CLF") == "CLF"
