"""Letters that a language does not have, and those that it has."""

import pytest

from domain.receipt.rows import rows_of
from domain.receipt.spelling import respelt
from tests.unit.receipt.paper import paper


def spelt(text: str, currency: str | None) -> str:
    return "\n".join(row.text for row in respelt(rows_of(paper(text)), currency))


@pytest.mark.parametrize(
    ("text", "currency", "expected"),
    [
        ("Doğan Bakkaliyesì A.$.", "TRY", "Doğan Bakkaliyesi A.Ş."),
        ("Çelik LTD. $TÍ", "TRY", "Çelik LTD. ŞTİ"),
        ("Ba$ak Işik", "TRY", "Başak Işık"),
        ("Yıldiz Eczanesi", "TRY", "Yıldız Eczanesi"),
        ("Y₁ldiz", "TRY", "Yıldız"),
        ("AYDIN GIDA\nAydin Ltd. Şti.", "TRY", "AYDIN GIDA\nAydın Ltd. Şti."),
        ("Migros Market", "TRY", "Migros Market"),
        ("Total $12.50", "TRY", "Total $12.50"),
        ("KAŽDY DZIEÑ", "PLN", "KAŻDY DZIEŃ"),
        ("BISTRO ZIELINSKI\nWódka gdanska", "PLN", "BISTRO ZIELIŃSKI\nWódka gdańska"),
        ("Transkrypcja", "PLN", "Transkrypcja"),
        ("Mañana a 12,50 $", "EUR", "Mañana a 12,50 $"),
        ("Mañana", None, "Mañana"),
        ("レシート\n值引  食器用洗剂", "JPY", "レシート\n値引 食器用洗剤"),
        ("井上珈啡店  ブレンド", "JPY", "井上珈琲店 ブレンド"),
        ("ごはん  580米", "JPY", "ごはん 580※"),
        ("お米 580円", "JPY", "お米 580円"),
        ("值引  电池", "CNY", "值引 电池"),
    ],
)
def test_only_foreign_letters_change(text: str, currency: str | None, expected: str) -> None:
    assert spelt(text, currency) == expected
