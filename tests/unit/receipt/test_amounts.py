"""Numbers in texts: every value with its sign, and nothing that only looks like one."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import MAX_MINOR
from domain.receipt.amounts import Notation, figures, minor_units, notation_of

POINT, COMMA, WHOLE = Notation(".", 2), Notation(",", 2), Notation(".", 0)


def money(text: str, notation: Notation) -> list[str]:
    return [str(figure.value) for figure in figures(text, notation) if figure.is_money]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RM8.20", ["8.20"]),
        ("Grand TotalRM21.85", ["21.85"]),
        ("$1,234.50", ["1234.50"]),
        ("1,23,456.00", ["123456.00"]),
        ("1'250.00", ["1250.00"]),
        ("8 .20", ["8.20"]),
        (".20", ["0.20"]),
        ("-RM0.02", ["-0.02"]),
        ("RM-0.20", ["-0.20"]),
        ("2.07-", ["-2.07"]),
        ("20.00SR", ["20.00"]),
        ("2 3.50 7.00", ["3.50", "7.00"]),
        ("RMO.06", ["0.06"]),
        ("RMD.94", ["0.94"]),
        ("GST 6.00%", []),
        ("12.03.2018", []),
        ("12/03/2018 06:20", []),
        ("03-7832.6929", []),
        ("3.0000", []),
    ],
)
def test_reads_amounts_with_a_decimal_point(text: str, expected: list[str]) -> None:
    assert money(text, POINT) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.234,50", ["1234.50"]),
        ("1 234,50 €", ["1234.50"]),
        ("2 12,50", ["12.50"]),
        ("-3,00", ["-3.00"]),
        ("19,00 %  1,60", ["1.60"]),
        ("0,345 kg x 12,90", ["12.90"]),
    ],
)
def test_reads_amounts_with_a_decimal_comma(text: str, expected: list[str]) -> None:
    assert money(text, COMMA) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("¥1,200", ["1200.0"]),
        ("1,200", ["1200.0"]),
        ("540", ["540.0"]),
        ("2 x ¥120", ["120.0"]),
        ("TEL 03 1234", []),
        ("0045", []),
        ("CLP 469", ["469.0"]),
        ("0.852 kg x 780", []),
    ],
)
def test_reads_amounts_without_decimals(text: str, expected: list[str]) -> None:
    assert money(text, WHOLE) == expected


@pytest.mark.parametrize(
    ("texts", "exponent", "expected"),
    [
        (["1.50", "12.00"], 2, POINT),
        (["1.234,50", "7,00"], 2, COMMA),
        (["25.000", "8.000"], 2, Notation(",", 0)),
        (["1,200"], 0, WHOLE),
        (["1.750", "0.900"], 3, Notation(".", 3)),
        (["1,462", "1.523 kg", "0.852 kg x 780/kg"], 0, WHOLE),
        ([], 2, POINT),
    ],
)
def test_tells_the_notation_from_the_paper(
    texts: list[str], exponent: int, expected: Notation
) -> None:
    assert notation_of(texts, exponent) == expected


def test_refuses_amounts_finer_than_the_currency() -> None:
    assert minor_units(Decimal("1.25"), 2) == 125
    assert minor_units(Decimal("1.25"), 0) is None


def test_refuses_amounts_beyond_all_money() -> None:
    assert minor_units(Decimal(10**13), 2) == MAX_MINOR
    assert minor_units(Decimal(-(10**13)), 2) == -MAX_MINOR
    assert minor_units(Decimal("10000000000000.01"), 2) is None
    assert minor_units(Decimal(9 * 10**25), 2) is None


@given(minor=st.integers(0, 10**11), mark=st.sampled_from(".,"), negative=st.booleans())
def test_reads_back_what_was_printed(minor: int, *, mark: str, negative: bool) -> None:
    group = "," if mark == "." else "."
    whole, cents = divmod(minor, 100)
    printed = f"{'-' * negative}{whole:,}".replace(",", group) + f"{mark}{cents:02}"

    (figure,) = figures(printed, Notation(mark, 2))

    assert minor_units(figure.value, 2) == (-minor if negative else minor)
    assert figure.is_money


def test_a_space_groups_no_digits_that_points_do() -> None:
    assert [figure.value for figure in figures("2  7.000 14.000", Notation(",", 0))] == [
        2,
        7000,
        14000,
    ]


def test_nothing_is_grouped_after_a_single_zero() -> None:
    (weight,) = figures("0.641 kg", COMMA)

    assert (weight.value, weight.is_money) == (Decimal("0.641"), False)


def test_takes_a_comma_that_was_read_as_a_point_for_a_comma() -> None:
    assert money("4,50 93.65 1.250,00", COMMA) == ["4.50", "93.65", "1250.00"]
    assert money("3,456", COMMA) == []
    assert money("2.721.00 1 597,51", POINT) == ["2721.00", "1597.51"]
    assert money("2 597.51", POINT) == ["597.51"]
