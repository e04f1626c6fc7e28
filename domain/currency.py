"""ISO 4217: which currencies there are and how many decimals each has."""

from functools import cache

from iso4217 import Currency

from domain.errors import Invalid


class UnknownCurrency(Invalid):
    code = "UNKNOWN_CURRENCY"


@cache
def exponent(code: str) -> int:
    """Decimals of the minor unit: 2 for EUR, 0 for JPY, 3 for KWD.

    Refuses: `UnknownCurrency` for anything that is not an ISO 4217 code of money in use (gold is not).
    """
    try:
        decimals = Currency(code).exponent
    except ValueError:
        decimals = None
    if decimals is None:
        raise UnknownCurrency(f"{code!r} is not an ISO 4217 currency.", path=("currency",))
    return decimals
