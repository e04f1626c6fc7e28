"""What clients may write for a 64-bit integer."""

import pytest

from schema.scalars import SCALARS, BigInt

LARGEST = 2**63 - 1


@pytest.mark.parametrize("written", [0, -5, LARGEST, -LARGEST, "0", "-5", "0012", str(LARGEST)])
def test_takes_an_integer_or_its_digits(written: object) -> None:
    assert _parse(written) == int(str(written))


@pytest.mark.parametrize(
    "written",
    [LARGEST + 1, str(LARGEST + 1), "9" * 5000, "1_0", " 1", "+1", "\u0661", "", 1.0, True, None],
)
def test_refuses_everything_else(written: object) -> None:
    with pytest.raises(ValueError, match="A BigInt"):
        _parse(written)


def _parse(written: object) -> object:
    parse = SCALARS[BigInt].parse_value
    assert parse is not None
    return parse(written)
