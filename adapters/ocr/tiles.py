"""Long images in pieces, so that text stays legible where each piece is looked at as a whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, inf

import numpy as np

from adapters.ocr.pixels import Corners, Pixels

_LONG = 2.5  # times as long as wide
_TILE = 2.0  # times the width
_OVERLAP = 0.25  # of the width: more than a line is high


@dataclass(frozen=True, slots=True)
class Tile:
    """A piece of an image from `start` on, along axis 0 (downward) or 1; it `owns` a stretch of that axis."""

    pixels: Pixels
    axis: int
    start: int
    owned: tuple[float, float]

    def owns(self, box: Corners) -> bool:
        """Whether a box on the image is this tile's, and not one that a neighbour sees better."""
        begin, end = self.owned
        return begin <= float(box[:, 1 - self.axis].mean()) < end

    def on_image(self, box: Corners) -> Corners:
        moved = box.copy()
        moved[:, 1 - self.axis] += self.start
        return moved


def tiles(image: Pixels, *, legible: int) -> Iterator[Tile]:
    """The image whole, or in pieces if it is long and longer than is `legible`."""
    axis = int(image.shape[1] > image.shape[0])
    length, width = image.shape[axis], image.shape[1 - axis]
    if length <= max(legible, _LONG * width):
        yield Tile(image, axis, 0, (-inf, inf))
        return
    overlap = round(_OVERLAP * width)
    count = ceil((length - overlap) / (_TILE * width - overlap))
    step = (length - overlap) / count
    for number in range(count):
        start, stop = round(number * step), round((number + 1) * step) + overlap
        begin = start + overlap / 2 if number else -inf
        end = stop - overlap / 2 if number + 1 < count else inf
        pixels = np.ascontiguousarray(image.take(range(start, min(stop, length)), axis))
        yield Tile(pixels, axis, start, (begin, end))
