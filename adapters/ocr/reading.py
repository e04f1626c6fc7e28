"""A sheet of pixels and lines becomes the lines of each receipt on it."""

from collections.abc import Callable, Sequence
from itertools import chain, islice

import cv2
import numpy as np

from adapters.decoding.sheet import Page, Sheet, lowered
from adapters.ocr.paper import Paper, papers_on
from adapters.ocr.pixels import Pixels
from domain.receipt import Line
from domain.receipt.papers import apart

Read = Callable[[Sequence[Pixels]], Sequence[Sequence[Line]]]
"""The lines of each image."""


def lines_of(sheet: Sheet, read: Read) -> list[list[Line]]:
    """The lines of every piece of paper that has any, in pixels of the sheet.

    What lies on one photograph is as many receipts; pages of a document are one, and speak for themselves
    where they can.
    """
    pages = _pages(sheet, read)
    is_photograph = len(sheet.pages) == 1 and sheet.pages[0].lines is None
    papers = pages[0] if is_photograph else [list(chain(*chain(*pages)))]
    return [lines for lines in papers if lines]


def together(read: Read, receipts: Sequence[Sequence[Pixels]]) -> list[list[Sequence[Line]]]:
    """The lines of each image of each receipt, all read at once."""
    lines = iter(read(list(chain(*receipts))))
    return [list(islice(lines, len(images))) for images in receipts]


def grey_of(sheet: Sheet, side: int) -> list[list[float]]:
    """The sheet as so many rows of so many grey values, whatever its shape."""
    grey = cv2.cvtColor(_pixels(sheet), cv2.COLOR_BGR2GRAY)
    return cv2.resize(grey, (side, side), interpolation=cv2.INTER_AREA).tolist()


def _pixels(sheet: Sheet) -> Pixels:
    return np.frombuffer(sheet.pixels, np.uint8).reshape(sheet.height, sheet.width, 3)


def _pages(sheet: Sheet, read: Read) -> list[list[list[Line]]]:
    """The lines of each piece of paper of each page. What has to be read is read together."""
    pixels = _pixels(sheet)
    papers = [
        papers_on(pixels[page.top : page.bottom]) if page.lines is None else []
        for page in sheet.pages
    ]
    images = [paper.pixels for there in papers for paper in there]
    told = iter(read(images) if images else ())
    return [
        [lines for paper in there for lines in _placed(next(told), page, paper)]
        if page.lines is None
        else [list(page.lines)]
        for page, there in zip(sheet.pages, papers, strict=True)
    ]


def _placed(lines: Sequence[Line], page: Page, paper: Paper) -> list[list[Line]]:
    """From the paper to the photograph or page, where others may lie too, and on to the sheet."""
    several = apart([paper.on_photograph(line) for line in lines])
    return [[lowered(line, page.top) for line in lines] for lines in several]
