"""Pieces of paper on a photograph, found by their light against what they lie on, and seen from above."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from adapters.ocr.ink import ink_on, is_beside, runs_over_an_edge
from adapters.ocr.pixels import Corners, Pixels, cut_out, extent, onto, shrunk
from domain.receipt.line import Line, Point

_LONGEST_SIDE = 2_000  # more than this a reader does not need of a page
_WIDE_ENOUGH = 1_000  # of a long strip, whatever its length
_LOOKED_AT = 640  # pixels of the longer side, for finding
_TEXT_HEIGHT = 13  # in those pixels: closed over, so that print leaves no holes
_MOST_PAPERS = 8
_SMALLEST_SHARE = 0.03  # of the photograph
_WHOLE_SHARE = 0.8  # of the photograph: nothing is won by cutting out what is that large
_FULLNESS = 0.88  # of the quadrangle: paper has four straight edges, more or less
_CONTRAST = 30  # levels of 255 between the paper and what is around it
_MARGIN = 0.01  # cut out with the paper, lest print at the edge is lost
_NOTHING = (128, 128, 128)


@dataclass(frozen=True, slots=True)
class Paper:
    """`pixels` as seen from above; `to_photograph` is the projection back."""

    pixels: Pixels
    to_photograph: NDArray[np.float64]

    @classmethod
    def whole(cls, photograph: Pixels) -> Self:
        height, width = photograph.shape[:2]
        scale = _scale(width, height)
        return cls(shrunk(photograph, scale), np.diag([1 / scale, 1 / scale, 1.0]))

    @classmethod
    def between(cls, photograph: Pixels, corners: Corners) -> Self:
        width, height = extent(corners)
        scale = _scale(width, height)
        size = max(1, round(width * scale)), max(1, round(height * scale))
        near = shrunk(photograph, scale)  # first, since a projection skips pixels where it shrinks
        return cls(
            cut_out(near, (corners * scale).astype(np.float32), size),
            np.linalg.inv(onto(corners, size)).astype(np.float64),
        )

    def on_photograph(self, line: Line) -> Line:
        there = cv2.perspectiveTransform(np.array([line.box], np.float64), self.to_photograph)[0]
        return Line(line.text, line.confidence, tuple(Point(float(x), float(y)) for x, y in there))


def papers_on(photograph: Pixels) -> list[Paper]:
    """Each piece of paper, from the top left on, and whatever else there is print on.

    The whole photograph where no paper stands out.
    """
    scale = min(1.0, _LOOKED_AT / max(photograph.shape[:2]))
    small = shrunk(photograph, scale)
    ink = ink_on(small)
    near = [corners for corners in _papers(small) if not runs_over_an_edge(ink, corners)]
    found = sorted(
        (_widened(one) / scale for one in near), key=lambda one: float(one.mean(axis=0).sum())
    )
    if not found or len(found) > _MOST_PAPERS:
        return [Paper.whole(photograph)]
    papers = [Paper.between(photograph, corners) for corners in found]
    if is_beside(ink, near):
        papers.append(Paper.whole(_without(photograph, found)))
    return papers


def _without(photograph: Pixels, papers: Sequence[Corners]) -> Pixels:
    """The photograph with nothing where these papers lie."""
    rest = photograph.copy()
    for corners in papers:
        cv2.fillConvexPoly(rest, corners.astype(np.int32), _NOTHING)
    return rest


def _scale(width: float, height: float) -> float:
    longest, shortest = max(width, height), max(1.0, min(width, height))
    return min(1.0, max(_LONGEST_SIDE / longest, _WIDE_ENOUGH / shortest))


def _papers(small: Pixels) -> Iterator[Corners]:
    light = _whiteness(small)
    for outline in _outlines(light):
        corners = _four_corners(outline)
        if corners is not None and _is_paper(light, outline, corners):
            yield corners


def _whiteness(image: Pixels) -> Pixels:
    """The least of the three colours: high for paper, low for wood, skin and print, which is closed over."""
    least = image.min(axis=2)
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (_TEXT_HEIGHT, _TEXT_HEIGHT))
    closed = cv2.morphologyEx(least, cv2.MORPH_CLOSE, kernel)
    return cv2.medianBlur(closed, 5).astype(np.uint8, copy=False)


def _outlines(light: Pixels) -> Sequence[MatLike]:
    _, white = cv2.threshold(light, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    opened = cv2.morphologyEx(white, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    outlines, _ = cv2.findContours(opened, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    area = light.size
    return [
        hull
        for outline in outlines
        if _SMALLEST_SHARE * area
        <= cv2.contourArea(hull := cv2.convexHull(outline))
        <= _WHOLE_SHARE * area
        and cv2.contourArea(outline) >= _FULLNESS * cv2.contourArea(hull)
    ]


def _four_corners(hull: MatLike) -> Corners | None:
    """Of the quadrangle that fits the outline best, clockwise; None where none fits."""
    length = cv2.arcLength(hull, closed=True)
    for tolerance in (0.01, 0.02, 0.03, 0.05):
        polygon = cv2.approxPolyDP(hull, tolerance * length, closed=True)
        if len(polygon) == 4:  # noqa: PLR2004 - corners
            return _clockwise(polygon.reshape(4, 2))
    return _clockwise(cv2.boxPoints(cv2.minAreaRect(hull)))


def _clockwise(points: NDArray[np.generic]) -> Corners:
    """From the top left corner on."""
    corners = np.asarray(points, np.float32)
    x, y = (corners - corners.mean(axis=0)).T
    corners = corners[np.argsort(np.arctan2(y, x))]
    return np.roll(corners, -int(np.argmin(corners.sum(axis=1))), axis=0)


def _is_paper(light: Pixels, hull: MatLike, corners: Corners) -> bool:
    if cv2.contourArea(hull) < _FULLNESS * cv2.contourArea(corners):
        return False
    inside = np.zeros(light.shape, np.uint8)
    cv2.fillConvexPoly(inside, hull, (255,))
    ring = cv2.dilate(inside, np.ones((_TEXT_HEIGHT, _TEXT_HEIGHT), np.uint8)) - inside
    if not ring.any():
        return False
    return cv2.mean(light, inside)[0] - cv2.mean(light, ring)[0] >= _CONTRAST


def _widened(corners: Corners) -> Corners:
    middle = corners.mean(axis=0)
    return (corners + (corners - middle) * 2 * _MARGIN).astype(np.float32)
