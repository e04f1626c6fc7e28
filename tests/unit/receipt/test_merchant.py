"""The issuer's name among everything else that stands at the top."""

import pytest

from domain.receipt.merchant import merchant_of
from domain.receipt.rows import rows_of
from tests.unit.receipt.paper import paper


def merchant(text: str) -> str | None:
    field = merchant_of(rows_of(paper(text)))
    return field.value if field else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Harbour Lane Bakery\n12 Harbour Lane\nTel 555", "Harbour Lane Bakery"),
        ("31803055\nGREEN LEAF SDN BHD (812345-X)\nJALAN MAWAR", "GREEN LEAF SDN BHD"),
        ("AL MENDIS\nZAWIA FOOD N BEVERAGE SDN BHD\n(1168272-U)", "ZAWIA FOOD N BEVERAGE SDN BHD"),
        (
            "RIVER HARDWARE\nENTERPRISE (SETIA\nALAM) SDN BHD\n822737-X",
            "RIVER HARDWARE ENTERPRISE (SETIA ALAM) SDN BHD",
        ),
        ("TALL MARKET\nSDN BHD\nLot 3", "TALL MARKET SDN BHD"),
        ("99 QUICK MART 5/B (519537-X)\nLOT 2811", "99 QUICK MART S/B"),
        ("TAX INVOICE\nMüller & Söhne GmbH\nHauptstr. 1", "Müller & Söhne GmbH"),
        ("MOONSTONE\nBISTRO & CAFE\n109, SS21", "MOONSTONE"),
        (
            "RED KILN BAKERIES SDN BHD (139386 X)\nLot 3\nBill To:\nBLUE FRESH MARKET SDN BHD",
            "RED KILN BAKERIES SDN BHD",
        ),
        (
            "Fleet Street Kitchen\n12 Fleet Street\nPortland, OR 97215\nStore 647",
            "Fleet Street Kitchen",
        ),
        (
            "RESTORAN ANGSANA\nANGSANA HOUSE\n002693074-K\n13, JLN TASIK",
            "RESTORAN ANGSANA ANGSANA HOUSE",
        ),
        ("THE SILK ROUTE\nHILL TOP\nGST Reg No: 001403346944", "THE SILK ROUTE HILL TOP"),
        ("MOONSTONE\n12 HILL TOP\n002693074-K", "MOONSTONE"),
        ("さくら酒店\n株式会社山田\n東京都", "株式会社山田"),
        ("RED KILN SUBHD\nLot 3", "RED KILN SDN BHD"),
        ("12.50\n03-1234567\n2026-01-01", None),
        ("", None),
    ],
)
def test_finds_the_name(text: str, expected: str | None) -> None:
    assert merchant(text) == expected
