"""Rows printed on paper, as a thermal printer's dots or as an office printer's smooth letters."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

import cv2
import numpy as np
from PIL import Image, ImageDraw

from bench.drawn.fonts import Face, faces, font
from bench.drawn.rows import Code, Gap, Printed, Row, Rule
from bench.drawn.till import Till

_DOTS = {32: 384, 40: 576, 42: 576, 48: 576}  # across the paper, by columns
_ENLARGED = 2
_MARGIN = 0.045  # of the width, on either side
_BLACK, _WHITE = 0, 255
_THRESHOLD = 150
_PAPERS = ((255, 255, 255), (250, 248, 244), (244, 246, 250), (252, 246, 232), (236, 236, 234))
_INKS = ((20, 20, 22), (40, 38, 40), (60, 58, 66), (70, 50, 60), (38, 40, 78))
_BAR_ROWS, _SQUARE_CELLS = 3.0, 25


@dataclass(frozen=True)
class _Press:
    """`unit` is the height of a letter in dots; Japanese stands with more air."""

    face: Face
    dots: int
    unit: int
    leading: float
    dice: Random

    def height(self, row: Printed) -> int:
        match row:
            case Row():
                lines = row.size
            case Gap(lines):
                return int(lines * self.unit)
            case Rule(sign):
                lines = 1.0 if sign else 0.6
            case Code(squares):
                return int((9.0 if squares else _BAR_ROWS) * self.unit)
        return int(lines * self.unit * self.leading)


def printed(rows: Sequence[Printed], till: Till) -> Image.Image:
    """The paper, flat and whole, as a scanner would see it."""
    press = _press(till)
    pad = int(press.dots * _MARGIN)
    heights = [press.height(row) for row in rows]
    size = (press.dots + 2 * pad, sum(heights) + 2 * till.dice.randint(2, 6) * press.unit)
    sheet = Image.new("L", size, _WHITE)
    pen, y = ImageDraw.Draw(sheet), (size[1] - sum(heights)) // 2
    for row, height in zip(rows, heights, strict=True):
        _put(row, pen, press, pad, y)
        y += height
    return _inked(sheet, till.dice)


def _press(till: Till) -> _Press:
    face = till.dice.choice(faces(till.country, till.sign + till.item_sign))
    dots = _DOTS[till.columns] * _ENLARGED
    unit = int(dots / till.columns / face.width)
    return _Press(face, dots, unit, till.dice.uniform(1.15, 1.5), till.dice)


def _put(row: Printed, pen: ImageDraw.ImageDraw, press: _Press, left: int, y: int) -> None:
    match row:
        case Row():
            _put_row(row, pen, press, left, y)
        case Rule(sign):
            _put_rule(sign, pen, press, left, y)
        case Code(squares):
            _put_code(pen, press, left, y, squares=squares)
        case Gap():
            return


def _put_row(row: Row, pen: ImageDraw.ImageDraw, press: _Press, left: int, y: int) -> None:
    letters = font(press.face, int(press.unit * row.size), bold=row.bold)
    stroke = 1 if row.bold and not press.face.bold else 0
    ink = _BLACK
    if row.inverse:
        pen.rectangle(
            (left, y, left + press.dots, y + int(press.unit * row.size * 1.2)), fill=_BLACK
        )
        ink = _WHITE
    for text, at, anchor in row.cells:
        place = (left + at * press.dots, y)
        pen.text(place, text, ink, letters, anchor=f"{anchor}a", stroke_width=stroke)


def _put_rule(sign: str, pen: ImageDraw.ImageDraw, press: _Press, left: int, y: int) -> None:
    if not sign:
        pen.line((left, y + press.unit // 4, left + press.dots, y + press.unit // 4), _BLACK, 2)
        return
    letters = font(press.face, press.unit, bold=False)
    count = int(press.dots / max(1.0, letters.getlength(sign)))
    pen.text((left, y), sign * count, _BLACK, letters, anchor="la")


def _put_code(pen: ImageDraw.ImageDraw, press: _Press, left: int, y: int, *, squares: bool) -> None:
    """Looks like a code and says nothing."""
    if not squares:
        for x, width in _bars(press):
            pen.rectangle((left + x, y, left + x + width, y + int(2.4 * press.unit)), fill=_BLACK)
        return
    side = int(8.5 * press.unit) // _SQUARE_CELLS
    start = left + (press.dots - side * _SQUARE_CELLS) // 2
    for column in range(_SQUARE_CELLS):
        for line in range(_SQUARE_CELLS):
            if press.dice.random() < 0.5:
                x, top = start + column * side, y + line * side
                pen.rectangle((x, top, x + side - 1, top + side - 1), fill=_BLACK)


def _bars(press: _Press) -> Iterator[tuple[int, int]]:
    x = press.dots // 6
    while x < press.dots * 5 // 6:
        width = press.dice.choice((2, 2, 4, 6))
        yield x, width
        x += width + press.dice.choice((4, 4, 6, 8))


def _inked(sheet: Image.Image, dice: Random) -> Image.Image:
    """Ink on paper. Thermal heads print dots or none, fade in stripes and are seen a little soft."""
    cover = 1 - np.asarray(sheet, np.float32) / _WHITE
    if dice.random() < 0.5:
        coarse = cv2.resize(
            cover, None, fx=1 / _ENLARGED, fy=1 / _ENLARGED, interpolation=cv2.INTER_AREA
        )
        dots = (coarse > 1 - _THRESHOLD / _WHITE).astype(np.float32)
        cover = cv2.resize(dots, sheet.size, interpolation=cv2.INTER_LINEAR)
    if dice.random() < 0.1:
        cover[:, (at := dice.randrange(sheet.width)) : at + dice.randint(2, 5)] *= 0.3
    ink, paper = np.array(dice.choice(_INKS)), np.array(dice.choice(_PAPERS))
    colours = paper + cover[..., None] * (ink - paper)
    return Image.fromarray(np.clip(colours, 0, _WHITE).astype(np.uint8))
