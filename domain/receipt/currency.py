"""Which money: signs and codes beside the amounts, how many decimals these have, and the country."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from domain.receipt.amounts import decimals_fit, decimals_printed
from domain.receipt.countries import evidence
from domain.receipt.fields import Field, best_supported
from domain.receipt.rows import Cell, Row

_WRITTEN = {  # beside an amount
    "EUR": r"€|\bEUR\b|\bEURO\b",
    "GBP": r"£|\bGBP\b",
    "MYR": r"\bRM(?=[\s\d).:-]|$)|\bMYR\b",
    "JPY": r"\bJPY\b|円",
    "CNY": r"\bCNY\b|\bRMB\b|元",
    "INR": r"₹|\bINR\b|\bRs\.?(?=\s?\d)",
    "IDR": r"\bRp\.?(?=\s?\d)|\bIDR\b",
    "KRW": r"₩|\bKRW\b|원",
    "PHP": r"₱|\bPHP\b|\bPhp(?=\s?\d)",
    "THB": r"฿|\bTHB\b|\bBaht\b",
    "VND": r"₫|\bVND\b|\d\s?đ\b",
    "TRY": r"₺|\bTRY\b|\d\s?TL\b",
    "PLN": r"\bzł|\bPLN\b|\d\s?z[lł]\b",
    "CZK": r"\bKč|\bCZK\b|\d\s?Kc\b",
    "HUF": r"\bHUF\b|\d\s?Ft\b",
    "RON": r"\bRON\b|\b(?:[Ll]ei|LEI)\b",
    "BGN": r"\bBGN\b",
    "CHF": r"\bCHF\b|\bSFr\.?|\bFr\.(?=\s?\d)",
    "SEK": r"\bSEK\b",
    "NOK": r"\bNOK\b",
    "DKK": r"\bDKK\b",
    "ISK": r"\bISK\b",
    "BRL": r"R\$|\bBRL\b",
    "USD": r"US\$|\bUSD\b",
    "SGD": r"\bS\$|\bSGD\b",
    "AUD": r"\bA\$|AU\$|\bAUD\b",
    "CAD": r"\bC\$|CA\$|\bCAD\b",
    "NZD": r"NZ\$|\bNZD\b",
    "HKD": r"HK\$|\bHKD\b",
    "TWD": r"NT\$|\bTWD\b",
    "MXN": r"MX\$|\bMXN\b",
    "ZAR": r"\bZAR\b|\bR(?=\s?\d+[.,]\d\d)",
    "AED": r"\bAED\b|\bDhs?\b",
    "SAR": r"\bSAR\b",
    "QAR": r"\bQAR\b",
    "KWD": r"\bKWD\b|\bKD(?=\s?\d)",
    "BHD": r"\bBHD\b|\bBD(?=\s?\d+\.\d{3})|\d\.\d{3} BD\b",
    "TND": r"\bTND\b|\d\s?DT\b",
    "MAD": r"\bMAD\b|\d\s?DH\b",
    "CLP": r"\bCLP\b",
    "COP": r"\bCOP\b",
    "ARS": r"\bARS\b",
    "OMR": r"\bOMR\b",
    "ILS": r"₪|\bILS\b|\bNIS\b",
    "EGP": r"\bEGP\b",
    "NGN": r"₦|\bNGN\b",
    "KES": r"\bKES\b|\bKsh\b",
    "UAH": r"₴|\bUAH\b",
}
_SHARED = {
    r"(?<![A-Za-z])\$": (
        "USD",
        "CAD",
        "AUD",
        "SGD",
        "NZD",
        "HKD",
        "TWD",
        "MXN",
        "CLP",
        "COP",
        "ARS",
    ),
    r"[¥￥]": ("JPY", "CNY"),
    r"\d\s?kr\b|\bkr\.?\s?\d": ("SEK", "NOK", "DKK", "ISK"),
}
_OF_A_SIGN, _OF_A_SHARED_SIGN = 0.9, 0.5
_OF_THE_MOST_USUAL, _OF_THE_FALLBACK = 0.1, 0.6
_OF_FITTING_DECIMALS = 0.5
_ENOUGH = 2  # the same sign once more says no more


@dataclass(frozen=True, slots=True)
class _Clue:
    code: str
    pattern: re.Pattern[str]
    weight: float


def currency_of(rows: Sequence[Row], fallback: str | None) -> Field[str] | None:
    """The currency that the paper speaks for most; `fallback` decides where it is silent or torn."""
    cells = [cell for row in rows for cell in row.cells]
    weights: dict[str, float] = defaultdict(float)
    first_seen: dict[str, Cell] = {}
    for clue in _clues():
        seen = [cell for cell in cells if clue.pattern.search(cell.text)]
        if seen:
            weights[clue.code] += clue.weight * min(_ENOUGH, len(seen))
            first_seen.setdefault(clue.code, seen[0])
    texts = [row.text for row in rows]
    for word in evidence(texts):
        weights[word.currency] += word.weight
        first_seen.setdefault(word.currency, rows[texts.index(word.text)].cells[0])
    if fallback:
        weights[fallback] += _OF_THE_FALLBACK
    if not weights:
        return None
    fit = decimals_fit([cell.text for cell in cells])
    for code in weights:
        weights[code] += _OF_FITTING_DECIMALS * fit.get(decimals_printed(code), 0.0)
    return best_supported(weights, lambda code: filter(None, [first_seen.get(code)]))


@cache
def _clues() -> tuple[_Clue, ...]:
    written = [_Clue(code, re.compile(text), _OF_A_SIGN) for code, text in _WRITTEN.items()]
    shared = [
        _Clue(code, re.compile(text), _OF_A_SHARED_SIGN + _OF_THE_MOST_USUAL * (code == codes[0]))
        for text, codes in _SHARED.items()
        for code in codes
    ]
    return (*written, *shared)
