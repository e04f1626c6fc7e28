"""What a text reader saw: strings with a place on the image."""

from dataclasses import dataclass
from typing import NamedTuple


class Point(NamedTuple):
    """Pixels from the image's top left corner; y grows downward."""

    x: float
    y: float


Polygon = tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One run of text. `box` goes clockwise from the top left corner as the text is read."""

    text: str
    confidence: float
    box: Polygon
