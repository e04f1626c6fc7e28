"""Which way text runs on an image, as far as the shapes of its lines tell."""

import math
from collections.abc import Sequence

import numpy as np

from adapters.ocr.pixels import Corners, extent

_LONG = 2.0  # a box at least this many times longer than high shows which way text runs


def direction(boxes: Sequence[Corners]) -> float:
    """The angle of the lines in radians, from minus to plus a quarter turn; 0 when there are none.

    A line tells its angle but not its sense, so angles are doubled before they are averaged, each with its
    line's length as weight (Mardia and Jupp, Directional Statistics, 2000, 1.4: axial data).
    """
    edges = [edge for box in boxes if (edge := _long_edge(box)) is not None]
    if not edges:
        return 0.0
    doubled = sum(abs(edge) * (edge / abs(edge)) ** 2 for edge in edges)
    return math.atan2(doubled.imag, doubled.real) / 2


def along(box: Corners, angle: float) -> Corners:
    """The box from the corner where text of this direction begins."""
    ends = np.roll(box, -1, axis=0) - box
    agreement = ends @ np.array([math.cos(angle), math.sin(angle)])
    lengths = np.maximum(np.linalg.norm(ends, axis=1), 1.0)
    return np.roll(box, -int(np.argmax(agreement / lengths)), axis=0)


def _long_edge(box: Corners) -> complex | None:
    width, height = extent(box)
    first, second = box[1] - box[0], box[2] - box[1]
    if width >= _LONG * max(height, 1.0):
        return complex(*first)
    return complex(*second) if height >= _LONG * max(width, 1.0) else None
