"""Whole receipts of many countries, each with everything that stands on it."""

from datetime import date

import pytest

from domain.receipt import Reading, read
from tests.unit.receipt.paper import paper

GERMAN = """
BÄCKEREI SONNENSCHEIN GmbH
Hauptstraße 12
10827 Berlin
USt-IdNr. DE123456789
            EUR
2 x  1,20
Brötchen      2,40 A
Apfelkuchen      3,50 A
Kaffee      2,80 B
SUMME      EUR 8,70
Gegeben BAR      10,00
Rückgeld      1,30
MwSt-Satz  Netto  MwSt      Brutto
A 7%  5,51  0,39      5,90
B 19%  2,35  0,45      2,80
14.03.2026  09:41
Vielen Dank für Ihren Einkauf
"""

AMERICAN = """
JOE'S DINER
1200 Main Street
Springfield, IL 62701
(217) 555-0123
Server: Amy  Table 12
03/04/2026 07:15 PM
1 Cheeseburger      $12.50
2 Iced Tea      $6.00
Subtotal      $18.50
Sales Tax      $1.53
Tip      $3.70
Total      $23.73
Visa ****1234      $23.73
Thank you!
"""

FRENCH = """
LE PETIT BISTROT SARL
8 rue des Lilas
75011 Paris
SIRET 123 456 789 00012
Le 21 février 2026 à 12:48
2 Plat du jour      29,00
1 Carafe de vin      11,50
Café      2,20
Total HT      38,82
TVA 10%      3,88
TOTAL TTC      42,70 €
Carte bancaire      42,70
Merci de votre visite
"""

JAPANESE = """
株式会社さくら商店
東京都渋谷区1-2-3
電話 03-1234-5678
2026年4月5日 18:30
おにぎり      ¥150
緑茶      ¥130
弁当      ¥1,080
小計      ¥1,360
消費税      ¥108
合計      ¥1,468
お預り      ¥2,000
お釣り      ¥532
"""

SWEDISH = """
KVARTERSBUTIKEN AB
Storgatan 5
Org.nr 556123-4567
Datum 2026-02-03 16:20
Mjölk      14,90
Bröd      32,50
Totalt      47,40 SEK
Moms 12%      5,08
Kort      47,40
"""

KUWAITI = """
Salmiya Coffee House Co.
Kuwait City
Date: 15/01/2026 10:05
Latte      1.750
Croissant      0.900
Total KWD      2.650
Cash      5.000
Change      2.350
"""

INDONESIAN = """
WARUNG BU SARI
Jl. Sudirman 21 Jakarta
NPWP 01.234.567.8-901.000
Tanggal 07/08/2026 19:22
Nasi Goreng      35.000
Es Teh      8.000
Subtotal      43.000
PPN 11%      4.730
Total Rp      47.730
Tunai      50.000
Kembali      2.270
"""

MALAYSIAN = """
31803055
GREEN LEAF TRADING (M) SDN BHD (812345-X)
NO 5, JALAN MAWAR 3,
47100 PUCHONG, SELANGOR
GST ID: 000123456789
TAX INVOICE
Date:21-03-201813:29:51  Cashier: ANI
Description  Qty  U.Price      Total TAX
Teh Tarik
2 x  2.20      4.40 SR
Roti Bakar
1 x  3.60      3.60 SR
Total (Excluding GST):      7.55
GST 6%:      0.45
Total (Inclusive of GST):      8.02
Rounding Adj:      -0.02
TOTAL:      8.00
CASH:      10.00
CHANGE:      2.00
GST Summary  Amount(RM)      Tax(RM)
SR (@ 6%)  7.55      0.45
"""


def values(reading: Reading) -> tuple[object, ...]:
    fields = (
        reading.merchant,
        reading.day,
        reading.total,
        reading.tax,
        reading.tip,
        reading.currency,
    )
    return tuple(field.value if field else None for field in fields)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GERMAN, ("BÄCKEREI SONNENSCHEIN GmbH", date(2026, 3, 14), 870, 84, None, "EUR")),
        (AMERICAN, ("JOE'S DINER", date(2026, 3, 4), 2373, 153, 370, "USD")),
        (FRENCH, ("LE PETIT BISTROT SARL", date(2026, 2, 21), 4270, 388, None, "EUR")),
        (JAPANESE, ("株式会社さくら商店", date(2026, 4, 5), 1468, 108, None, "JPY")),
        (SWEDISH, ("KVARTERSBUTIKEN AB", date(2026, 2, 3), 4740, 508, None, "SEK")),
        (KUWAITI, ("Salmiya Coffee House Co", date(2026, 1, 15), 2650, None, None, "KWD")),
        (INDONESIAN, ("WARUNG BU SARI", date(2026, 8, 7), 4_773_000, 473_000, None, "IDR")),
        (MALAYSIAN, ("GREEN LEAF TRADING (M) SDN BHD", date(2018, 3, 21), 800, 45, None, "MYR")),
    ],
    ids=[
        "german",
        "american",
        "french",
        "japanese",
        "swedish",
        "kuwaiti",
        "indonesian",
        "malaysian",
    ],
)
def test_reads_the_fields_of_many_countries(text: str, expected: tuple[object, ...]) -> None:
    assert values(read(paper(text))) == expected
