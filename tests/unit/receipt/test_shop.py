"""Shops told apart by what they print, and what is known of them."""

from collections.abc import Sequence
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.receipt import Field, Line, Point, Reading
from domain.receipt.shop import (
    KeyKind,
    Recognised,
    Shop,
    ShopKey,
    improved,
    keys_of,
    recognised,
)
from tests.unit.receipt.paper import paper

BAKERY = """
~*HARBOUR*~
12 Harbour Lane
VAT No: GB 123 4567 82
Tel: +44 1632 960123
www.harbour-lane.co.uk
Rye bread  3.40
TOTAL  3.40
"""
_BOX = (Point(0, 0), Point(9, 0), Point(9, 9), Point(0, 9))


def keys(text: str) -> list[str]:
    return [str(key) for key in keys_of(paper(text))]


def shared(one: str, other: str) -> set[KeyKind]:
    return {key.kind for key in set(keys_of(paper(one))) & set(keys_of(paper(other)))}


def test_the_strongest_comes_first() -> None:
    assert keys(BAKERY) == [
        "REGISTRATION:8123456782",
        "PHONE:32960123",
        "SITE:harbour-lane.co.uk",
        "HEAD:harbourlharbourlane",
    ]


@pytest.mark.parametrize(
    ("other", "by"),
    [
        (BAKERY.replace("GB 123 4567 82", "GB l23 4S67 82"), KeyKind.REGISTRATION),
        (BAKERY.replace("+44 1632 960123", "01632-960l23"), KeyKind.PHONE),
        (BAKERY.replace("www.harbour-lane.co.uk", "hello@harbour-lane.co.uk"), KeyKind.SITE),
        (BAKERY.replace("HARBOUR", "HARB0UR").replace("Lane", "LANE"), KeyKind.HEAD),
        ("12 Quay\nVAT Reg. No GB123456782\nScone  9.10\nTOTAL  9.10", KeyKind.REGISTRATION),
        ("Harbour No 2\nPhone 01632 960123\nScone  9.10\nTOTAL  9.10", KeyKind.PHONE),
    ],
)
def test_slips_and_another_branch_are_the_same_shop(other: str, by: KeyKind) -> None:
    assert by in shared(BAKERY, other)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("GREEN LEAF (812345-X)\nJALAN MAWAR", "REGISTRATION:812345"),
        ("Bäckerei Kurz\nUSt-IdNr.: DE 811 193 231", "REGISTRATION:811193231"),
        ("SIRET 732 829 320 00074", "REGISTRATION:73282932000074"),
        ("Sklep\nNIP: 526-02-10-955", "REGISTRATION:5260210955"),
        ("コンビニ\n登録番号 T1234567890123", "REGISTRATION:1234567890123"),
        ("GST Reg No: 001122334455", "REGISTRATION:001122334455"),
        ("kundenservice@kurz.de", "SITE:kurz.de"),
        ("http://shop.kurz.com.my/bon", "SITE:kurz.com.my"),
    ],
)
def test_numbers_and_sites_of_many_countries(text: str, key: str) -> None:
    assert key in keys(text)


@pytest.mark.parametrize(
    "text",
    [
        "TAX INVOICE 0012345678",
        "GST 10.60 200.00",
        "Tel: 12",
        "owner@gmail.com",
        "TEL: SOLOBILL",
        "RECEIPT\nWELCOME\nTHANK YOU",
        "12/05/2026 18:22:01",
        "",
    ],
)
def test_what_any_shop_prints_is_no_key(text: str) -> None:
    assert keys(text) == []


@given(st.lists(st.text(max_size=300), max_size=20))
def test_keys_of_anything_fit_an_index(texts: list[str]) -> None:
    found = keys_of([Line(text, 0.9, _BOX) for text in [*texts, "Harbour" * 100, "12 Lane" * 100]])

    assert all(len(key.value) <= 100 for key in found)
    assert len(found) <= 12


def test_two_shops_share_nothing() -> None:
    other = "Quay Books\n1 Quay Street\nVAT No: GB 987 6543 21\nTel: 0161 496 0000\nTOTAL  3.40"

    assert shared(BAKERY, other) == set()


def key(kind: KeyKind = KeyKind.PHONE, value: str = "1") -> ShopKey:
    return ShopKey(kind, value)


def test_the_strongest_key_decides_unless_it_is_not_trusted() -> None:
    both = (key(KeyKind.REGISTRATION), key(KeyKind.HEAD))
    by_head = Shop("Head", 1.0)

    assert recognised(both, {}) is None
    assert _chosen(both, Shop("Number", 1.0), by_head) == Recognised(Shop("Number", 1.0), 0.97)
    assert _chosen(both, Shop("Number", 0.5), by_head) == Recognised(by_head, 0.9)
    assert recognised(both[:1], {str(both[0]): Shop("Number", 0.4)}) is None


def _chosen(keys: Sequence[ShopKey], *known: Shop) -> Recognised | None:
    return recognised(keys, dict(zip(map(str, keys), known, strict=True)))


def test_what_is_known_takes_the_place_of_what_was_read() -> None:
    known = Recognised(Shop("Harbour Lane Bakery", 1.0), 0.97)
    read = Reading(merchant=Field("HARBOUR", 0.4, "~*HARBOUR*~", _BOX, ("LANE",)))

    assert improved(read, known).merchant == Field(
        "Harbour Lane Bakery", 0.97, "~*HARBOUR*~", _BOX, ("HARBOUR", "LANE")
    )
    assert improved(Reading(), known).merchant == Field("Harbour Lane Bakery", 0.97, "", ())


def test_what_agrees_becomes_surer() -> None:
    known = Recognised(Shop("Harbour", 1.0), 0.97)

    for name, sure in product(("HARBOUR", "harbour"), (0.5, 0.99)):
        [merchant] = [improved(Reading(merchant=Field(name, sure, "x", _BOX)), known).merchant]
        assert merchant == Field("Harbour", max(sure, 0.97), "x", _BOX)


@pytest.mark.parametrize(
    ("read", "known", "expected"),
    [
        (Field("EUR", 0.3, "", ()), "CHF", "CHF"),
        (Field("EUR", 0.9, "EUR 3.40", _BOX), "CHF", "EUR"),
        (Field("EUR", 0.3, "", ()), "JPY", "EUR"),
        (Field("EUR", 0.3, "", ()), None, "EUR"),
    ],
)
def test_the_currency_is_known_where_the_paper_names_none(
    read: Field[str], known: str | None, expected: str
) -> None:
    shop = Recognised(Shop("Harbour", 1.0, currency=known), 0.97)
    currency = improved(Reading(currency=read), shop).currency

    assert currency is not None
    assert currency.value == expected
