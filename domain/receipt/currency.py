"""Which money: signs and codes beside the amounts, then words that only one country prints."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from domain.receipt.fields import Field, confidence_of, field_of
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
    "RON": r"\bRON\b|\b[Ll]ei\b",
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
    "BHD": r"\bB(?:H)?D(?=\s?\d+\.\d{3})",
    "OMR": r"\bOMR\b",
    "ILS": r"₪|\bILS\b|\bNIS\b",
    "EGP": r"\bEGP\b",
    "NGN": r"₦|\bNGN\b",
    "KES": r"\bKES\b|\bKsh\b",
    "UAH": r"₴|\bUAH\b",
}
_PRINTED = {  # anywhere: the names of companies, taxes and authorities
    "MYR": r"\bSdn\.? ?Bhd|\bKuala Lumpur\b|\bMalaysia\b|\bSelangor\b|\bJohor\b|\bTerima kasih\b",
    "EUR": r"\bGmbH\b|\bMwSt\b|\bUSt\b|\bTVA\b|\bBTW\b|\bS\.?A?\.?R\.?L\.?\b|\bP(?:artita|\.) ?IVA\b|\bNIF\b",
    "GBP": r"\bVAT (?:Reg )?No\.? ?:? ?(?:GB)?\d|\bLondon\b|\bUnited Kingdom\b",
    "USD": r"\bSales Tax\b|\bUSA\b|\b[A-Z]{2} \d{5}(?:-\d{4})?\b",
    "CAD": r"\bHST\b|\bQST\b|\bTVQ\b|\bCanada\b|\b[A-Z]\d[A-Z] ?\d[A-Z]\d\b",
    "AUD": r"\bABN\b|\bEFTPOS\b|\bAustralia\b",
    "SGD": r"\bPte\.? ?Ltd|\bSingapore\b|\bUEN\b",
    "NZD": r"\bNew Zealand\b",
    "JPY": r"[\u3040-\u30ff]|消費税|領収",
    "CNY": r"微信|支付宝|有限公司|增值税",
    "HKD": r"\bHong Kong\b|香港",
    "CHF": r"\bMWST-Nr|\bCHE-\d",
    "SEK": r"\bmoms\b|\bOrg\.? ?nr\b|\bSverige\b",
    "NOK": r"\bmva\b|\bNorge\b",
    "DKK": r"\bCVR\b|\bDanmark\b",
    "IDR": r"\bNPWP\b|\bPPN\b|\bIndonesia\b|\bJakarta\b",
    "INR": r"\bGSTIN\b|\bCGST\b|\bSGST\b|\bPvt\.? ?Ltd|\bIndia\b",
    "PHP": r"\bVATable\b|\bPhilippines\b",
    "MXN": r"\bRFC\b|\bM[eé]xico\b",
    "BRL": r"\bCNPJ\b|\bBrasil\b",
}
_SHARED = {
    r"\$": ("USD", "CAD", "AUD", "SGD", "NZD", "HKD", "TWD", "MXN", "CLP", "COP", "ARS"),
    r"[¥￥]": ("JPY", "CNY"),
    r"\d\s?kr\b|\bkr\.?\s?\d": ("SEK", "NOK", "DKK", "ISK"),
}
_OF_A_SIGN, _OF_A_SHARED_SIGN, _OF_A_COUNTRY = 0.9, 0.5, 0.8
_OF_THE_MOST_USUAL, _OF_THE_FALLBACK = 0.2, 0.6
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
    if fallback:
        weights[fallback] += _OF_THE_FALLBACK
    if not weights:
        return None
    best, runner_up = (*sorted(weights, key=weights.__getitem__, reverse=True), "")[:2]
    places = [first_seen[best]] if best in first_seen else []
    return field_of(best, confidence_of(weights[best], weights.get(runner_up, 0.0)), *places)


@cache
def _clues() -> tuple[_Clue, ...]:
    written = [_Clue(code, re.compile(text), _OF_A_SIGN) for code, text in _WRITTEN.items()]
    printed = [
        _Clue(code, re.compile(text, re.IGNORECASE), _OF_A_COUNTRY)
        for code, text in _PRINTED.items()
    ]
    shared = [
        _Clue(code, re.compile(text), _OF_A_SHARED_SIGN + _OF_THE_MOST_USUAL * (code == codes[0]))
        for text, codes in _SHARED.items()
        for code in codes
    ]
    return (*written, *printed, *shared)
