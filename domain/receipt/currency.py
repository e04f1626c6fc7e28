"""Which money: signs and codes beside the amounts, then words that only one country prints."""

import re
from collections import Counter
from collections.abc import Sequence

from domain.receipt.fields import Field, confidence_of, field_of
from domain.receipt.rows import Row

_WRITTEN = {  # beside an amount
    "EUR": r"€|\bEUR\b|\bEURO\b",
    "GBP": r"£|\bGBP\b",
    "MYR": r"\bR[MH](?=[\s\d).:-]|$)|\bMYR\b",
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
    "BHD": r"\bBHD(?=\s?\d)|\bBD(?=\s?\d+\.\d{3})",
    "OMR": r"\bOMR\b",
    "ILS": r"₪|\bILS\b|\bNIS\b",
    "EGP": r"\bEGP\b",
    "NGN": r"₦|\bNGN\b",
    "KES": r"\bKES\b|\bKsh\b",
    "UAH": r"₴|\bUAH\b",
}
_PRINTED = {  # anywhere: the names of companies, taxes and authorities
    "MYR": r"\bSdn\.? ?Bhd|\bKuala Lumpur\b|\bMalaysia\b|\bSelangor\b|\bJohor\b|\bTerima kasih\b",
    "EUR": r"\bGmbH\b|\bMwSt\b|\bTVA\b|\bS\.?r\.?l\.?\b|\bBTW\b|\bS\.?A\.?R\.?L\b|\bPartita IVA\b|\bNIF\b|\bUSt\b",
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
_AMBIGUOUS = {
    r"\$": ("USD", "CAD", "AUD", "SGD", "NZD", "HKD", "TWD", "MXN", "CLP", "COP", "ARS"),
    r"[¥￥]": ("JPY", "CNY"),
    r"\d\s?kr\b|\bkr\.?\s?\d": ("SEK", "NOK", "DKK", "ISK"),
}
_A_COUNTRY = 1.2
_A_SIGN = 0.9
_A_SHARED_SIGN = 0.5
_ENOUGH = 4  # more of the same sign says no more


def currency_of(rows: Sequence[Row], fallback: str | None) -> Field[str] | None:
    """The currency that the paper speaks for most; `fallback` decides between those that share a sign."""
    text = "\n".join(row.text for row in rows)
    weights: Counter[str] = Counter()  # type of values is a weight, not a count
    for weight, table in ((_A_SIGN, _WRITTEN), (_A_COUNTRY, _PRINTED)):
        for code, pattern in table.items():
            weights[code] += weight * _hits(pattern, text)
    return weights
