"""Scalars that GraphQL lacks: 64-bit integers, decimals and currency codes."""

import re
from decimal import Decimal, InvalidOperation
from typing import Annotated, NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from domain.currency import exponent

BigInt = NewType("BigInt", int)
CurrencyCode = NewType("CurrencyCode", str)
IfVersion = Annotated[
    BigInt | None,
    strawberry.argument(
        description="The version that you have seen. With it a repetition that comes late, when others have "
        "changed it since, is refused as STALE."
    ),
]

_LARGEST = 2**63 - 1
_DIGITS = re.compile("-?[0-9]{1,19}")


def _as_big_int(value: object) -> int:
    """A JSON integer, or its decimal digits as a string for clients whose numbers are doubles."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError("A BigInt is an integer.")  # noqa: TRY004 - GraphQL reports ValueError as bad input
    if isinstance(value, str) and not _DIGITS.fullmatch(value):
        raise ValueError("A BigInt has a sign, if any, and up to 19 digits.")
    number = int(value)
    if abs(number) > _LARGEST:
        raise ValueError("A BigInt has 64 bits.")
    return number


def _as_decimal(value: object) -> Decimal:
    """Finite: of NaN the one kind equals nothing, and the other cannot even be compared."""
    try:
        number = Decimal(str(value))
    except InvalidOperation as error:
        raise ValueError("A Decimal is a number, or a string of one.") from error
    if not number.is_finite():
        raise ValueError("A Decimal is finite.")
    return number


def _as_currency_code(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("A CurrencyCode is a string.")  # noqa: TRY004 - GraphQL reports ValueError as bad input
    exponent(value)
    return value


SCALARS: dict[object, ScalarDefinition] = {
    BigInt: strawberry.scalar(
        name="BigInt",
        description="A signed 64-bit integer. A JSON number; on input also a string of digits.",
        serialize=int,
        parse_value=_as_big_int,
    ),
    Decimal: strawberry.scalar(
        name="Decimal",
        description="An exact decimal number, as a string such as 10.50. On input also a JSON number.",
        serialize=str,
        parse_value=_as_decimal,
    ),
    CurrencyCode: strawberry.scalar(
        name="CurrencyCode",
        description="An ISO 4217 currency code, such as EUR.",
        serialize=str,
        parse_value=_as_currency_code,
    ),
}
