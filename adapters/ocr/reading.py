"""A sheet of pixels and lines becomes the lines of each receipt on it."""

from collections.abc import Iterator

import cv2
import numpy as np

from adapters.decoding.sheet import Page, Sheet, lowered
from adapters.ocr.engine import Reader
from adapters.ocr.paper import papers_on
from adapters.ocr.pixels import Pixels
from domain.receipt import Line
from domain.receipt.papers import side_by_side


def lines_of(sheet: Sheet, reader: Reader) -> list[list[Line]]:
    """The lines of every piece of paper that has any, in pixels of the sheet.

    What lies on one photograph is as many receipts; pages of a document are one, and speak for themselves
    where they can.
    """
    pixels = _pixels(sheet)
    if len(sheet.pages) == 1 and sheet.pages[0].lines is None:
        papers = list(_papers(pixels, reader))
    else:
        papers = [[line for page in sheet.pages for line in _page(page, pixels, reader)]]
    return [lines for lines in papers if lines]


def grey_of(sheet: Sheet, side: int) -> list[list[float]]:
    """The sheet as so many rows of so many grey values, whatever its shape."""
    grey = cv2.cvtColor(_pixels(sheet), cv2.COLOR_BGR2GRAY)
    return cv2.resize(grey, (side, side), interpolation=cv2.INTER_AREA).tolist()


def _pixels(sheet: Sheet) -> Pixels:
    return np.frombuffer(sheet.pixels, np.uint8).reshape(sheet.height, sheet.width, 3)


def _papers(pixels: Pixels, reader: Reader) -> Iterator[list[Line]]:
    for paper in papers_on(pixels):
        lines = [paper.on_photograph(line) for line in reader.read(paper.pixels)]
        yield from side_by_side(lines)


def _page(page: Page, pixels: Pixels, reader: Reader) -> list[Line]:
    if page.lines is not None:
        return list(page.lines)
    read = (line for lines in _papers(pixels[page.top : page.bottom], reader) for line in lines)
    return [lowered(line, page.top) for line in read]
