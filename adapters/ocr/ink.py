"""Where there is print on a photograph, so that no paper is believed to end in the midst of it.

The edge of a shadow on a paper is as straight and as strong as that of the paper, but print runs on over it.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import cv2
import numpy as np

from adapters.ocr.pixels import Corners, Pixels

_STROKE = 9  # pixels of a small image: wider than any stroke
_DARKER, _DARKER_SHARE = 14, 0.10  # than what is around it: in levels of 255, and of its light
_NEAR, _FAR = 0.03, 0.13  # of the paper's side: the strip along an edge that is looked at
_PIECES = (0.08, 0.36, 0.64, 0.92)  # of the edge: at both ends are others
_RUNS_ON = (
    0.03  # of a piece: on bare tables there is nothing, beyond a shadow's edge twice that or more
)
_ELSEWHERE = 0.1  # of the print on all papers


def ink_on(image: Pixels) -> Pixels:
    """1 where there is something thin and darker than what is around it, whatever the light; else 0."""
    least: Pixels = image.min(axis=2)
    light = cv2.GaussianBlur(least, (3, 3), 0)
    around = cv2.morphologyEx(light, cv2.MORPH_CLOSE, np.ones((_STROKE, _STROKE), np.uint8))
    darker = cv2.subtract(around, light)
    return ((darker > _DARKER) & (darker > _DARKER_SHARE * around)).astype(np.uint8)


def runs_over_an_edge(ink: Pixels, corners: Corners) -> bool:
    """Whether there is print right beyond a part of one of the edges."""
    return any(_share(ink, strip) > _RUNS_ON for strip in _strips(corners))


def is_beside(ink: Pixels, papers: Sequence[Corners]) -> bool:
    """Whether a good part of the print is on none of the papers."""
    off = ink.copy()
    for corners in papers:
        outline = [corners.astype(np.int32)]
        cv2.fillPoly(off, outline, (0,))
        cv2.polylines(off, outline, isClosed=True, color=(0,), thickness=2 * _STROKE)
    return int(off.sum()) > _ELSEWHERE * int(ink.sum())


def _strips(corners: Corners) -> Iterator[Corners]:
    middle = corners.mean(axis=0)
    side = float(np.sqrt(cv2.contourArea(corners)))
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        along = (end - start) / max(1.0, float(np.linalg.norm(end - start)))
        outward = np.array([along[1], -along[0]])
        if np.dot(outward, middle - start) > 0:
            outward = -outward
        near, far = outward * side * _NEAR, outward * side * _FAR
        stops = [start + (end - start) * share for share in _PIECES]
        for first, last in pairwise(stops):
            yield np.array([first + near, last + near, last + far, first + far], np.float32)


def _share(ink: Pixels, strip: Corners) -> float:
    mask = np.zeros(ink.shape, np.uint8)
    cv2.fillConvexPoly(mask, strip.astype(np.int32), (1,))
    return cv2.mean(ink, mask)[0]
