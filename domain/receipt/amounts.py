"""Numbers as receipts print them: decimal comma or point, thousands, currency signs, a reader's slips."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from domain.currency import exponent
from domain.money import MAX_MINOR

_CODES = (
    "MYR|EUR|USD|GBP|CHF|JPY|CNY|RMB|INR|IDR|KRW|PHP|THB|VND|TRY|PLN|CZK|HUF|RON|SEK|NOK|DKK|ISK|BRL|SGD|AUD|CAD"
    "|NZD|HKD|TWD|MXN|ZAR|AED|SAR|QAR|KWD|BHD|OMR|ILS|EGP|NGN|KES|UAH|CLP|COP|ARS|PEN|UYU|CRC|DOP|TND|MAD|JOD"
    "|BGN|RSD|RUB|KZT|GEL|PKR|BDT|LKR|MOP|GHS|TZS|UGX"
)
_CURRENCY = rf"(?:[A-Z]{{1,3}}\$|[$€£¥￥₹₩₱₫₦₺₴₪]|R[MHN]|PM|Rp\.?|Rs\.?|kr\.?|Fr\.?|\b(?:{_CODES}))"
_CURRENCY_BEFORE = re.compile(rf"[-−]?{_CURRENCY}\s?[-−]?\s?$")
_CURRENCY_AFTER = re.compile(
    rf"\s?(?:[€£¥₫₽₺]|(?:kr|zł|Kč|Ft|đ|원|TL|{_CODES}|Lei|lei)\b|[円元圆])"
)
_MINUS_BEFORE = re.compile(rf"(?:^|[^\d\w])[-−–]\s?(?:{_CURRENCY}\s?|\*)?$|{_CURRENCY}\s?[-−]$")
_MINUS_AFTER = re.compile(r"[-−](?!\s?\w)")
_TAX_MARK = re.compile(r"^[※*#軽非内外込]*\s?[A-Z]?$")
_RATE_AFTER = re.compile(r"\s?[%％]")
_NOT_INSIDE = r"(?<!\d)(?<!\d[-/.:,])"
_NOT_BEFORE = r"(?!\d|[.,:/-]\d|-[A-Z]\b)"

_MARKED = re.compile(
    rf"{_NOT_INSIDE}\d[\d.,’' ]*([.,])(\d{{2,3}}){_NOT_BEFORE}(?!\s?(?:[%％]|kg|g\b|l\b|lbs?\b))",
    re.IGNORECASE,
)
_A_DATE = re.compile(r"\d{1,4}([./-])\d{1,2}\1\d{2,4}\.?")
_GROUPS_BEFORE_CENTS = (
    r"[1-9]\d{0,2}(?:(?P<sign>[.,])\d{3}(?:(?P=sign)\d{3})*(?=[.,]\d{2}(?!\d))"
    r"|(?: \d{3})+(?=,\d{2}(?!\d)))"
)
_LETTER_FOR_ZERO = re.compile(
    r"(?<=\d)[oO](?=[.,]\d)|(?<=[.,\d])[oOD](?=\d)|(?<=R[MHN])[oOD](?=[.,]\d)|(?<=[$€£])[oOD](?=[.,])"
)
_WITHOUT_CENTS = frozenset({"IDR", "HUF", "COP", "ISK", "RSD"})
_LONGEST_WHOLE = 9
_CENTS, _FILS = 2, 3  # decimals of most currencies, of the dinars and the rial


@dataclass(frozen=True, slots=True)
class Notation:
    """How one receipt writes money: its decimal mark, and how many digits follow it (0 where none do)."""

    mark: str
    decimals: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its currency, from `start` to `end`; `is_money` when written like the amounts."""

    value: Decimal
    start: int
    end: int
    is_money: bool
    is_rate: bool


def is_currency(sign: str) -> bool:
    """Whether it is written beside amounts for a currency."""
    return re.fullmatch(_CURRENCY, sign) is not None


def decimals_printed(code: str) -> int:
    """How many digits the receipts of a currency print after the mark."""
    return 0 if code in _WITHOUT_CENTS else exponent(code)


def decimals_fit(texts: Iterable[str]) -> dict[int, float]:
    """How well no, two or three decimals fit the numbers, from -1 to 1.

    Three digits after a mark are decimals or a group of thousands; only decimals follow a single zero.
    """
    endings = Counter[int](), Counter[int]()
    for text in texts:
        for match in _MARKED.finditer(text):
            endings[match[0].startswith("0")][len(match[2])] += 1
    cents, thirds, surely = endings[0][2] + endings[1][2], endings[0][3], endings[1][3]
    found = cents + thirds + surely
    if not found:
        return {0: 0.0, 2: 0.0, _FILS: 0.0}
    of_cents = 2 * cents / found - 1
    return {0: -1.0 if surely else -of_cents, 2: of_cents, _FILS: -of_cents}


def notation_of(texts: Iterable[str], exponent: int, usual: int | None = None) -> Notation:
    """The notation that most numbers agree on, for a currency with `exponent` decimals.

    Currencies whose cents nobody uses any more (IDR, HUF, COP) print groups of three digits: `usual`
    is how many decimals are printed as a rule.
    """
    endings = Counter(
        (match[1], len(match[2]))
        for text in texts
        for match in _MARKED.finditer(_A_DATE.sub(" ", text))
    )
    cents = {mark: endings[mark, 2] for mark in ".,"}
    groups = {mark: endings[mark, 3] for mark in ".,"}
    rivals = max(groups, key=groups.__getitem__)
    if exponent == _FILS and sum(groups.values()) >= max(1, sum(cents.values())):
        return Notation(rivals, _FILS)
    has_cents = usual != 0 or sum(cents.values()) > 0
    if exponent and has_cents and sum(cents.values()) * 3 >= sum(groups.values()):
        return Notation(max(cents, key=cents.__getitem__), 2)
    return Notation("," if rivals == "." else ".", 0)


def figures(text: str, notation: Notation) -> list[Figure]:
    """Every number in the text, from left to right; dates, times and telephone numbers are none."""
    repaired = _LETTER_FOR_ZERO.sub("0", text)
    return [_figure(match, notation) for match in _number(notation).finditer(repaired)]


def minor_units(value: Decimal, exponent: int) -> int | None:
    """The value in minor units of a currency with `exponent` decimals; none when it is finer than one.

    None, too, when it is more than any money can be.
    """
    scaled = value.scaleb(exponent)
    is_money = scaled == scaled.to_integral_value() and abs(scaled) <= MAX_MINOR
    return int(scaled) if is_money else None


def _figure(match: re.Match[str], notation: Notation) -> Figure:
    before, after = match.string[: match.start()], match.string[match.end() :]
    whole = re.sub(r"\D", "", match["whole"] or "0")
    decimals = re.sub(r"\D", "", match["decimals"] or match["cents"] or "")
    value = Decimal(f"{whole}.{decimals or 0}")
    if _MINUS_BEFORE.search(before) or _MINUS_AFTER.match(after):
        value = -value
    is_rate = _RATE_AFTER.match(after) is not None
    like_money = (
        len(decimals) == notation.decimals
        if notation.decimals
        else not decimals and _is_whole_amount(match)
    )
    sign = _CURRENCY_BEFORE.search(before)
    start = sign.start() if sign else match.start()
    name = _CURRENCY_AFTER.match(after) if like_money else None
    end = match.end() + (name.end() if name else 0)
    return Figure(value, start, end, like_money and not is_rate, is_rate)


def _is_whole_amount(match: re.Match[str]) -> bool:
    """Without decimals, money shows by its groups, its currency or by standing alone."""
    whole = match["whole"] or ""
    before, after = match.string[: match.start()].strip(), match.string[match.end() :].strip()
    if len(whole) > 1 and (whole.startswith("0") or len(whole) > _LONGEST_WHOLE + 3):
        return False
    return (
        not whole.isdigit()
        or _CURRENCY_BEFORE.search(before) is not None
        or _CURRENCY_AFTER.match(after) is not None
        or not (before or _TAX_MARK.sub("", after))
    )


@cache
def _number(notation: Notation) -> re.Pattern[str]:
    """Groups of two are Indian lakhs; a space groups only where the comma is the decimal mark.

    Readers take a comma for a point and the other way round; two digits after one are cents all the same, and
    threes before these are groups. Nothing is grouped after a single zero.
    """
    mark = notation.mark
    group = "[,’']" if mark == "." else "[.’' ]"
    grouped = rf"[1-9]\d{{0,2}}(?:(?P<group>{group})\d{{2,3}}(?:(?P=group)\d{{2,3}})*(?<=\d{{3}}))"
    decimals = rf"\s?[{mark}]\s?\d{{2}}|[{mark}]\d{{1,4}}|(?<=0)(?<!\d0)[.,]\d{{1,4}}"
    if notation.decimals == _CENTS:
        grouped = rf"{_GROUPS_BEFORE_CENTS}|{grouped}"
        decimals += r"|[.,]\d{2}"
    cents_only = rf"(?<!\w)(?P<cents>[{mark}]\d{{2}})"
    return re.compile(
        rf"{_NOT_INSIDE}(?:(?P<whole>{grouped}|\d+)(?P<decimals>{decimals})?|{cents_only}){_NOT_BEFORE}"
    )
