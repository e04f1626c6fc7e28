"""The day on a receipt, in any order and language, told from the days that are not its own."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from domain.receipt.fields import Field, best_supported
from domain.receipt.rows import Cell, Row
from domain.receipt.words import LOOKALIKES, plain, words_pattern

_MONTH_FIRST_CURRENCIES = frozenset({"USD", "PHP"})
_YEAR_FIRST_CURRENCIES = frozenset({"JPY", "CNY", "KRW", "TWD", "HUF"})
_MONTHS_TOO, _DAYS_ONLY = range(1, 13), range(13, 32)
_EARLIEST, _LATEST = date(1995, 1, 1), date(2089, 12, 31)

_YEAR = r"(?P<year>(?:19|20)\d\d)"
_TIME_MAY_FOLLOW = r"(?!\d(?!\d?:))"  # readers glue the time to the date: 12/03/201810:25:49
_ORDINAL = r"(?:st|nd|rd|th|er|\.|º|ª)?"
_NAME = r"(?P<name>[^\W\d_]{3,12})\.?"
_OF = r"(?:de |of )?"
_GAP = r"[\s/.,'’-]*"
_NUMBERS = r"(?P<first>\d{1,2})(?:[-/.]|\. )(?P<second>\d{1,2})(?:[-/.]|\. )"
_ERAS = {"R": 2018, "令和": 2018, "H": 1988, "平成": 1988}  # the years before their first
_BUDDHIST = 543  # years that Thailand is ahead

_FORMS = (  # how a day is written, and how much that form says by itself
    (
        rf"(?<!\d){_YEAR}\s?[-/.年년]\s?(?P<month>\d{{1,2}})\s?[-/.月월]\s?(?P<day>\d{{1,2}}){_TIME_MAY_FOLLOW}",
        1.2,
    ),
    (
        r"(?<!\w)(?P<era>R|令和|H|平成)\s?(?P<reign>\d{1,2}|元)\s?[-/.年]\s?(?P<month>\d{1,2})\s?[-/.月]\s?(?P<day>\d{1,2})(?!\d)",
        0.8,
    ),
    (r"(?<!\d)(?P<short>\d\d)\s?年\s?(?P<month>\d{1,2})\s?月\s?(?P<day>\d{1,2})\s?日", 1.2),
    (rf"{_NUMBERS}(?P<buddhist>25[4-9]\d){_TIME_MAY_FOLLOW}", 1.0),
    (
        r"(?<!\d)(?<!\d[.,:/-])(?P<short>\d\d)(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d)(?![\d/.,:-])",
        0.5,
    ),
    (
        rf"(?P<day>\d{{1,2}}) (?:tháng|thang) (?P<month>\d{{1,2}})(?:,? năm|,? nam)? {_YEAR}(?!\d)",
        1.4,
    ),
    (rf"{_NUMBERS}{_YEAR}{_TIME_MAY_FOLLOW}", 1.2),
    (
        r"(?<!\d)(?<!\d[.,:/-])(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second>\d{1,2})(?P=mark)(?P<short>\d\d)(?![\d/.,-]|:\d)",
        0.8,
    ),
    (rf"(?<!\d){_NUMBERS}(?!20)(?P<short>\d\d)(?=[012]\d:[0-5]\d)", 0.6),
    (
        rf"(?<!\d)(?P<day>\d{{1,2}}){_ORDINAL}{_GAP}{_OF}{_NAME}{_GAP}{_OF}{_YEAR}{_TIME_MAY_FOLLOW}",
        1.4,
    ),
    (rf"(?<!\d)(?P<day>\d{{1,2}}){_ORDINAL}{_GAP}{_NAME}{_GAP}(?P<short>\d\d)(?!\d|:\d)", 0.8),
    (
        rf"(?<![^\W\d_]){_NAME}\s*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s,.'’-]+{_YEAR}{_TIME_MAY_FOLLOW}",
        1.4,
    ),
    (rf"(?<![\d.,])(?P<first>\d\d) (?P<second>\d\d) {_YEAR}(?!\d)", 0.6),
    (r"(?<!\d)(?P<year>20\d\d)(?P<month>[01]\d)(?P<day>[0-3]\d)(?!\d)", 0.4),
    (r"(?<!\d)(?P<day>[0-3]\d)[-/.]?(?P<month>[01]\d)[-/.]?(?P<year>20\d\d)(?!\d)", 0.3),
)
_RUN_OF_DIGITS = re.compile(r"(?<![^\W\d_])(?=(?:[^\d\s]?\d){3})[\dOoIl|SB/.-]{4,}(?![^\W\d_])")
_TIME = re.compile(
    r"\d{1,2}\s?[:.]\s?\d{2}(?:\s?[:.]\s?\d{2})?\s*(?:[ap]\.?m\b)|\d{1,2}:\d{2}", re.IGNORECASE
)
_OWN = words_pattern(
    "date | dated | tarikh | datum | data | fecha | dato | pvm | paivays | dag | jour | tgl | tanggal | kelt"
    " | tarih | time | issued | ngay | tarikh | dne | dzien | 日付 | 日期 | 時間 | 时间"
)
_FOREIGN = words_pattern(
    "expiry | expire | expires | exp | valid | until | due | birth | since | before | redeem | promo"
    " | promotion | gultig | valable | valido | scadenza | act | 期限 | 有効"
)
_OF_OWN_WORD, _OF_A_TIME, _OF_FOREIGN_WORD, _OF_A_REPEAT, _OF_THE_FUTURE = 0.8, 0.5, -1.2, 0.3, -1.5
_OF_THE_UNUSUAL_ORDER = -0.6

_MONTHS = """
january januar janvier enero gennaio janeiro januari styczen stycznia leden ledna ocak tammikuuta ianuarie
february februar fevrier febrero febbraio fevereiro februari luty lutego unor unora subat helmikuuta februarie
march marz mars marzo marco maart marzec marca brezen brezna mart maaliskuuta mac mrt \
marcius martie maret marec marts
april avril abril aprile kwiecien kwietnia duben dubna nisan huhtikuuta aprilis aprilie
may mai mayo maggio maio mei maja kveten kvetna mayis toukokuuta majus
june juni juin junio giugno junho czerwiec czerwca cerven cervna haziran kesakuuta junius iunie
july juli juillet julio luglio julho lipiec lipca cervenec cervence temmuz heinakuuta julius iulie julai
august aout agosto augustus augusti sierpien sierpnia srpen srpna agustos elokuuta ogos agustus augusztus
september septembre septiembre settembre setembro wrzesien wrzesnia zari eylul syyskuuta szeptember septembrie
october oktober octobre octubre ottobre outubro pazdziernik pazdziernika rijen rijna ekim lokakuuta octombrie
november novembre noviembre novembro listopad listopada listopadu kasim marraskuuta noiembrie
december dezember decembre diciembre dicembre dezembro grudzien grudnia prosinec prosince aralik joulukuuta \
desember disember decembrie
"""


@dataclass(frozen=True)
class _Sighting:
    """A day as one place may be read, with the weight of the way it is written there."""

    day: date
    weight: float
    cell: Cell
    row: Row


def day_of(rows: Sequence[Row], currency: str | None, today: date | None) -> Field[date] | None:
    """The day with the most evidence.

    Where day and month could change places, a number above 12 elsewhere on the paper decides, else the custom
    where the currency is used; the other reading stays a rival and lowers the confidence.
    """
    weights: dict[date, float] = defaultdict(float)
    places: dict[date, Cell] = {}
    for sighting in _sightings(rows, currency):
        weight = sighting.weight + _weight_of_place(sighting, today)
        repeated = _OF_A_REPEAT if sighting.day in weights else 0.0
        weights[sighting.day] = max(weights[sighting.day], weight) + repeated
        places.setdefault(sighting.day, sighting.cell)
    return best_supported(weights, lambda day: [places[day]]) if weights else None


def _weight_of_place(sighting: _Sighting, today: date | None) -> float:
    text = plain(sighting.row.text)
    in_future = today is not None and sighting.day > today + timedelta(days=1)
    return (
        _OF_OWN_WORD * bool(_OWN.search(text))
        + _OF_A_TIME * bool(_TIME.search(sighting.row.text))
        + _OF_FOREIGN_WORD * bool(_FOREIGN.search(text))
        + _OF_THE_FUTURE * in_future
    )


def _sightings(rows: Sequence[Row], currency: str | None) -> Iterator[_Sighting]:
    written = [
        (match, weight, cell, row)
        for row in rows
        for cell in row.cells
        for form, weight in _forms()
        for match in form.finditer(_RUN_OF_DIGITS.sub(_digits, cell.text))
    ]
    order = _order([match for match, *_ in written], currency)
    for match, weight, cell, row in written:
        for reading, (year, month, day) in enumerate(_readings(match, order)):
            found = _day(year, month, day)
            if found:
                yield _Sighting(found, weight + _OF_THE_UNUSUAL_ORDER * reading, cell, row)


def _digits(run: re.Match[str]) -> str:
    return run[0].translate(LOOKALIKES)


@cache
def _forms() -> tuple[tuple[re.Pattern[str], float], ...]:
    return tuple((re.compile(form, re.IGNORECASE), weight) for form, weight in _FORMS)


def _order(matches: Sequence[re.Match[str]], currency: str | None) -> tuple[str, ...]:
    """The orders in which two numbers and a year may be read here, the likeliest first."""
    pairs = [
        (int(match["first"]), int(match["second"]))
        for match in matches
        if "first" in match.re.groupindex
        and ("year" in match.re.groupindex or currency not in _YEAR_FIRST_CURRENCIES)
    ]
    day_first = sum(first in _DAYS_ONLY and second in _MONTHS_TOO for first, second in pairs)
    month_first = sum(second in _DAYS_ONLY and first in _MONTHS_TOO for first, second in pairs)
    if day_first != month_first:
        return ("dmy",) if day_first > month_first else ("mdy",)
    if currency in _MONTH_FIRST_CURRENCIES:
        return ("mdy", "dmy")
    return ("ymd", "dmy") if currency in _YEAR_FIRST_CURRENCIES else ("dmy", "mdy")


def _readings(match: re.Match[str], order: Sequence[str]) -> list[tuple[int, int, int]]:
    """Year, month and day as the match may be read, the likeliest first."""
    parts = match.groupdict()
    if parts.get("first") is None:
        month = int(parts["month"]) if parts.get("month") else _month_of(parts["name"])
        return [(_year(parts), month, int(parts["day"]))]
    first, second = int(parts["first"]), int(parts["second"])
    readings = {
        "dmy": (_year(parts), second, first),
        "mdy": (_year(parts), first, second),
        "ymd": (2000 + first, second, int(parts.get("short") or 0)),
    }
    possible = [readings[name] for name in (*order, "dmy", "mdy", "ymd") if _day(*readings[name])]
    return list(dict.fromkeys(possible))[: len(order)]


def _year(parts: dict[str, str]) -> int:
    if reign := parts.get("reign"):
        return _ERAS[parts["era"].upper()] + (1 if reign == "元" else int(reign))
    if buddhist := parts.get("buddhist"):
        return int(buddhist) - _BUDDHIST
    return int(parts["year"]) if parts.get("year") else 2000 + int(parts["short"])


def _day(year: int, month: int, day: int) -> date | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if _EARLIEST <= found <= _LATEST else None


@cache
def _month_of(name: str) -> int:
    """The month's number, 0 for any other word. Abbreviations are beginnings of the full name."""
    word = plain(name)
    months = [line.split() for line in _MONTHS.strip().splitlines()]
    exact = [number for number, names in enumerate(months, 1) if word in names]
    begun = [
        number
        for number, names in enumerate(months, 1)
        if any(full.startswith(word) for full in names)
    ]
    return next(iter(exact + begun), 0)
