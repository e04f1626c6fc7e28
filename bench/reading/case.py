"""Receipts to be read, each with what it says."""

import hashlib
import json
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path

from bench.drawn import draw, edition
from bench.drawn.truth import Item, Truth
from bench.reading.printed import printed
from domain.currency import exponent
from domain.receipt import Line

_DAY_FORMS = ("%d/%m/%Y", "%d/%m/%y", "%d-%m-%Y", "%d-%m-%y", "%d %b %Y", "%d-%b-%Y", "%Y%m%d")
_OF_THE_SCANS = "MYR"  # every scanned receipt was printed in Malaysia


@dataclass(frozen=True)
class Expected:
    """What is known of a receipt; of a scanned one neither taxes nor goods are."""

    merchants: tuple[str, ...]
    day: date
    currency: str
    total: Decimal
    tax: Decimal | None = None
    tip: Decimal | None = None
    discount: Decimal | None = None
    items: tuple[Item, ...] = ()
    is_complete: bool = False


@dataclass(frozen=True)
class Case:
    """`key` tells what is on the image without looking at it, so that lines read before are found again.

    `printed` are the lines as a reader sees them that makes no mistake, where they are known.
    """

    name: str
    group: str
    key: str
    image: Callable[[], bytes]
    expected: Expected
    printed: tuple[Line, ...] = ()


def scanned(folder: Path) -> Iterator[Case]:
    """Those in `truth.json` and `dev/` of the folder; none where it is not there."""
    truth_file = folder / "truth.json"
    told = json.loads(truth_file.read_text()) if truth_file.exists() else {}
    for name, truth in sorted(told.items()):
        image = folder / "dev" / f"{name}.jpg"
        expected = Expected(
            merchants=(truth["company"],),
            day=_day(truth["date"]),
            currency=_OF_THE_SCANS,
            total=Decimal(re.sub(r"[^\d.]", "", truth["total"])),
        )
        key = hashlib.sha256(image.read_bytes()).hexdigest()
        yield Case(name, "scans", key, image.read_bytes, expected)


def drawn(seeds: range, languages: Collection[str], *, photographed: bool) -> Iterator[Case]:
    state = edition()
    for seed in seeds:
        receipt = draw(seed, spoken=languages, photographed=photographed)
        key = hashlib.sha256(f"{state} {receipt.name} {photographed}".encode()).hexdigest()
        yield Case(
            name=receipt.name,
            group=receipt.language,
            key=key,
            image=partial(_photo, seed, languages, photographed=photographed),
            expected=_expected(receipt.truth),
            printed=tuple(printed(receipt.rows, receipt.till.columns)),
        )


def _photo(seed: int, languages: Collection[str], *, photographed: bool) -> bytes:
    """Drawn for its reader alone: cases stay in memory, pictures do not."""
    return draw(seed, spoken=languages, photographed=photographed).photo.data


def _expected(truth: Truth) -> Expected:
    decimals = exponent(truth.currency)

    def amount(minor: int | None) -> Decimal | None:
        return None if minor is None else Decimal(minor).scaleb(-decimals)

    return Expected(
        merchants=tuple(filter(None, (truth.merchant, truth.company))),
        day=truth.day,
        currency=truth.currency,
        total=Decimal(truth.total_minor).scaleb(-decimals),
        tax=amount(truth.tax_minor),
        tip=amount(truth.tip_minor),
        discount=amount(truth.discount_minor),
        items=truth.items,
        is_complete=True,
    )


def _day(text: str) -> date:
    for form in _DAY_FORMS:
        try:
            return datetime.strptime(text.title(), form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise ValueError(text)
