"""What clients may write for a 64-bit integer, and for a decimal."""

from decimal import Decimal

import pytest

from schema.scalars import SCALARS, BigInt

LARGEST = 2**63 - 1


@pytest.mark.parametrize("written", [0, -5, LARGEST, -LARGEST, "0", "-5", "0012", str(LARGEST)])
def test_takes_an_integer_or_its_digits(written: object) -> None:
    assert _parse(BigInt, written) == int(str(written))


@pytest.mark.parametrize(
    "written",
    [LARGEST + 1, str(LARGEST + 1), "9" * 5000, "1_0", " 1", "+1", "\u0661", "", 1.0, True, None],
)
def test_refuses_everything_else(written: object) -> None:
    with pytest.raises(ValueError, match="A BigInt"):
        _parse(BigInt, written)


@pytest.mark.parametrize("written", ["10.50", "-0", "1E+1000000", 3, 0.1])
def test_takes_a_decimal_exactly_as_it_is_written(written: object) -> None:
    assert str(_parse(Decimal, written)) == str(written)


@pytest.mark.parametrize("written", ["NaN", "sNaN", "-Infinity", "", "x", "\0", True, None, [1]])
def test_refuses_what_is_no_finite_number(written: object) -> None:
    with pytest.raises(ValueError, match="A Decimal"):
        _parse(Decimal, written)


def _parse(scalar: object, written: object) -> object:
    parse = SCALARS[scalar].parse_value
    assert parse is not None
    return parse(written)
