"""Receipts drawn by us, so that the demonstration and the tests need nobody's photograph."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from io import BytesIO
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFont

from domain.currency import exponent
from domain.money import Money

_WIDTH, _MARGIN, _BORDER = 720, 48, 60
_TEXT, _TITLE, _SUM = 30, 46, 40
_LEADING = 1.5
_INK, _PAPER, _TABLE = (38, 36, 40), (250, 248, 240), (96, 84, 74)
_MOST_TILT_DEGREES = 1.5
_GRAIN = 14  # of 255: how far the noise of the picture reaches
_JPEG_QUALITY = 88

_SHOPS = (
    ("Harbour Lane Bakery", "12 Harbour Lane"),
    ("Osteria del Ponte", "4 Mill Bridge"),
    ("Green Valley Market", "208 Orchard Road"),
    ("Blue Anchor Bistro", "31 Quayside"),
    ("Northside Hardware Store", "77 Foundry Street"),
    ("Lantern Street Kitchen", "9 Lantern Street"),
)
_GOODS = (
    "Tomato soup",
    "Grilled trout",
    "Garden salad",
    "Lemon cake",
    "Sparkling water",
    "Rye bread",
    "Goat cheese",
    "Apple juice",
    "Olive oil",
    "House coffee",
    "Roast potatoes",
    "Dark chocolate",
)
_CURRENCIES = ("EUR", "USD", "GBP", "CHF", "SGD", "MYR", "JPY")
_TAX_PERCENTS = (0, 6, 7, 10, 20)


@dataclass(frozen=True, slots=True)
class Sold:
    description: str
    quantity: int
    unit_price_minor: int

    @property
    def amount_minor(self) -> int:
        return self.quantity * self.unit_price_minor


@dataclass(frozen=True, slots=True)
class DrawnReceipt:
    """What stands on the paper, so what a reader must find. Tax and tip come on top of the goods."""

    merchant: str
    address: str
    day: date
    currency: str
    items: tuple[Sold, ...]
    tax_minor: int = 0
    tip_minor: int = 0

    @property
    def subtotal_minor(self) -> int:
        return sum(item.amount_minor for item in self.items)

    @property
    def total_minor(self) -> int:
        return self.subtotal_minor + self.tax_minor + self.tip_minor


def sample(seed: int) -> DrawnReceipt:
    """A plausible receipt, the same one for the same seed."""
    dice = Random(seed)  # noqa: S311 - a picture, not a secret
    merchant, address = dice.choice(_SHOPS)
    currency = dice.choice(_CURRENCIES)
    step = 50 if exponent(currency) == 0 else 5
    items = tuple(
        Sold(goods, dice.choice((1, 1, 1, 2, 3)), dice.randrange(20, 400) * step)
        for goods in dice.sample(_GOODS, dice.randint(2, 7))
    )
    subtotal = sum(item.amount_minor for item in items)
    return DrawnReceipt(
        merchant=merchant,
        address=address,
        day=date(2026, dice.randint(1, 12), dice.randint(1, 28)),
        currency=currency,
        items=items,
        tax_minor=subtotal * dice.choice(_TAX_PERCENTS) // 100,
        tip_minor=dice.choice((0, 0, step * 20)),
    )


def draw(receipt: DrawnReceipt, *, seed: int = 0) -> bytes:
    """The receipt as a JPEG photograph, a little tilted and grainy; the same for the same seed."""
    dice = Random(seed)  # noqa: S311 - a picture, not a secret
    paper = _print(receipt)
    tilt = dice.uniform(-_MOST_TILT_DEGREES, _MOST_TILT_DEGREES)
    table = Image.new("RGB", (paper.width + 2 * _BORDER, paper.height + 2 * _BORDER), _TABLE)
    table.paste(paper, (_BORDER, _BORDER))
    photo = table.rotate(tilt, Image.Resampling.BICUBIC, fillcolor=_TABLE)
    grain = Image.frombytes("L", photo.size, dice.randbytes(photo.width * photo.height))
    faint = grain.point([level * _GRAIN // 255 for level in range(256)])
    photo = ImageChops.subtract(photo, Image.merge("RGB", (faint, faint, faint)))
    file = BytesIO()
    photo.save(file, "JPEG", quality=_JPEG_QUALITY)
    return file.getvalue()


@dataclass(frozen=True, slots=True)
class _Row:
    left: str
    right: str = ""
    size: int = _TEXT
    centred: bool = False

    @property
    def height(self) -> int:
        return math.ceil(self.size * _LEADING)


def _rows(receipt: DrawnReceipt) -> Iterator[_Row]:
    yield _Row(receipt.merchant, size=_TITLE, centred=True)
    yield _Row(receipt.address, centred=True)
    yield _Row("")
    yield _Row("Date", receipt.day.isoformat())
    yield _Row("")
    for item in receipt.items:
        yield _Row(item.description, _amount(item.amount_minor, receipt.currency))
        if item.quantity > 1:
            each = _amount(item.unit_price_minor, receipt.currency)
            yield _Row(f"    {item.quantity} x {each}")
    yield _Row("")
    yield _Row("Subtotal", _amount(receipt.subtotal_minor, receipt.currency))
    if receipt.tax_minor:
        yield _Row("Tax", _amount(receipt.tax_minor, receipt.currency))
    if receipt.tip_minor:
        yield _Row("Tip", _amount(receipt.tip_minor, receipt.currency))
    total = _amount(receipt.total_minor, receipt.currency)
    yield _Row(f"TOTAL {receipt.currency}", total, size=_SUM)
    yield _Row("")
    yield _Row("Thank you, see you soon", centred=True)


def _amount(minor: int, currency: str) -> str:
    return f"{Money(minor, currency).decimal:,}"


def _print(receipt: DrawnReceipt) -> Image.Image:
    rows = list(_rows(receipt))
    paper = Image.new("RGB", (_WIDTH, sum(row.height for row in rows) + 2 * _MARGIN), _PAPER)
    pen, y = ImageDraw.Draw(paper), _MARGIN
    for row in rows:
        font = _font(row.size)
        if row.centred:
            pen.text((_WIDTH / 2, y), row.left, _INK, font, anchor="ma")
        else:
            pen.text((_MARGIN, y), row.left, _INK, font, anchor="la")
            pen.text((_WIDTH - _MARGIN, y), row.right, _INK, font, anchor="ra")
        y += row.height
    return paper


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The scalable font that Pillow carries within itself: no file of ours, the same everywhere."""
    return ImageFont.load_default(size)
