"""PDF, such as receipts that come by mail: their own text where they have it, else pixels to read."""

from collections.abc import Iterator, Sequence
from ctypes import byref, c_int
from math import sqrt
from typing import Any

import pypdfium2 as pdfium
from PIL import Image
from pypdfium2 import raw

from adapters.decoding.sheet import (
    LONGEST_SIDE,
    MOST_PIXELS,
    Limits,
    Page,
    Sheet,
    Unopened,
    lowered,
)
from domain.receipt import Line, Point
from domain.receipt.failure import Failure
from domain.text import storable

_PdfPage = Any  # pypdfium2 is half typed

_POINTS_PER_INCH = 72
_USUAL_SCALE = 200 / _POINTS_PER_INCH
_SMALLEST_SCALE = 50 / _POINTS_PER_INCH  # below that nobody reads anything
_FEWEST_CHARACTERS = 20
_MOST_CHARACTERS = 20_000
_READABLE_SHARE = 0.9  # a font without a mapping to Unicode gives anything
_COVERED = 0.8  # of a page, by one image: then it is a scan, and its text a guess of others
_WORD_GAP = 1.5  # of a letter's height: further apart, texts are of different columns
_SAME_LINE = 0.5  # of a letter's height


def open_document(data: bytes, limits: Limits) -> Sheet:
    """All pages, one below the other. Raises `PdfiumError` on what is damaged.

    Refuses documents with a password, of more than `max_pages` pages, and pages too large to be legible.
    """
    with _opened(data) as document:
        if len(document) > limits.max_pages:
            raise Unopened(Failure.TOO_MANY_PAGES)
        pages: list[_PdfPage] = list(document)
        scale = _scale([page.get_size() for page in pages])
        printed = [(_print(page, scale), _text(page, scale)) for page in pages]
    return _joined(printed)


def _opened(data: bytes) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if error.err_code == raw.FPDF_ERR_PASSWORD:  # pyright: ignore[reportUnknownMemberType] - half typed
            raise Unopened(Failure.ENCRYPTED_PDF) from error
        raise


def _scale(sizes: Sequence[tuple[float, float]]) -> float:
    """Pixels per point, so that all pages together are no larger than a sheet."""
    width, height = max(width for width, _ in sizes), sum(height for _, height in sizes)
    scale = min(_USUAL_SCALE, sqrt(MOST_PIXELS / (width * height)), (LONGEST_SIDE - 1) / height)
    if scale < _SMALLEST_SCALE:
        raise Unopened(Failure.TOO_MANY_PIXELS)
    return scale


def _print(page: _PdfPage, scale: float) -> Image.Image:
    return page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")


def _joined(printed: Sequence[tuple[Image.Image, Sequence[Line] | None]]) -> Sheet:
    size = max(image.width for image, _ in printed), sum(image.height for image, _ in printed)
    paper, pages, top = Image.new("RGB", size, "white"), list[Page](), 0
    for image, lines in printed:
        paper.paste(image, (0, top))
        placed = None if lines is None else [lowered(line, top) for line in lines]
        pages.append(Page(top, top + image.height, placed))
        top += image.height
    return Sheet.of(paper, pages)


def _text(page: _PdfPage, scale: float) -> list[Line] | None:
    """What the page says by itself, unless that is too little or a scanner's guess."""
    if _is_scan(page):
        return None
    lines = list(_lines(page, scale))
    written = "".join(line.text for line in lines)
    readable = sum(char.isprintable() and char != "\N{REPLACEMENT CHARACTER}" for char in written)
    enough = len(written) >= _FEWEST_CHARACTERS and readable >= _READABLE_SHARE * len(written)
    return lines if enough else None


def _is_scan(page: _PdfPage) -> bool:
    width, height = page.get_size()
    boxes = (image.get_bounds() for image in page.get_objects([raw.FPDF_PAGEOBJ_IMAGE]))
    covered = ((right - left) * (top - bottom) for left, bottom, right, top in boxes)
    return any(area > _COVERED * width * height for area in covered)


def _lines(page: _PdfPage, scale: float) -> Iterator[Line]:
    """Characters in the document's order, together as long as they stand side by side."""
    text, run = "", list[_Box]()
    for char, box in _characters(page, scale):
        if run and (box is None or not _follows(run[-1], box)):
            yield _line(text, run)
            text, run = "", []
        if box is not None:
            text, run = text + char, [*run, box]
    if run:
        yield _line(text, run)


_Box = tuple[float, float, float, float]
"""Left, top, right and bottom, in pixels of the page."""


def _characters(page: _PdfPage, scale: float) -> Iterator[tuple[str, _Box | None]]:
    """Every character with its place; a line's end has none, and a space comes with the next character."""
    textpage, space = page.get_textpage(), ""
    for index in range(min(textpage.count_chars(), _MOST_CHARACTERS)):
        char = storable(chr(raw.FPDFText_GetUnicode(textpage, index)))
        if char in "\r\n":
            yield "", None
            space = ""
        elif char.isspace():
            space = " "
        else:
            yield space + char, _place(page, textpage.get_charbox(index, loose=True), scale)
            space = ""


def _place(page: _PdfPage, box: tuple[float, float, float, float], scale: float) -> _Box:
    """As the page is seen: turned and cropped."""
    left, bottom, right, top = box
    corners = [_on_screen(page, x, y, scale) for x, y in ((left, top), (right, bottom))]
    (x1, y1), (x2, y2) = corners
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def _on_screen(page: _PdfPage, x: float, y: float, scale: float) -> tuple[int, int]:
    width, height = (round(side * scale) for side in page.get_size())
    across, down = c_int(), c_int()
    raw.FPDF_PageToDevice(page, 0, 0, width, height, 0, x, y, byref(across), byref(down))
    return across.value, down.value


def _follows(last: _Box, box: _Box) -> bool:
    height = max(last[3] - last[1], 1)
    level = abs((last[1] + last[3]) - (box[1] + box[3])) / 2 <= _SAME_LINE * height
    return level and -height < box[0] - last[2] <= _WORD_GAP * height


def _line(text: str, run: Sequence[_Box]) -> Line:
    left, top = min(box[0] for box in run), min(box[1] for box in run)
    right, bottom = max(box[2] for box in run), max(box[3] for box in run)
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    return Line(text.strip(), 1.0, tuple(Point(*corner) for corner in corners))
