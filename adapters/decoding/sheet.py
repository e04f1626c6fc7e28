"""What comes out of a file, and how it travels from the process that opened it.

The wire is a line of JSON and raw bytes, so that whoever takes over the decoder can send wrong pixels and
nothing worse.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from io import BytesIO
from typing import Any, BinaryIO, NamedTuple, Self

from PIL import Image

from domain.receipt import Line, Point
from domain.receipt.failure import Failure

MOST_PIXELS = 12_500_000
"""How large a sheet can be: a good photograph, more than a reader needs."""

LONGEST_SIDE = 65_500
"""Of a JPEG."""

_CHANNELS = 3
_JPEG_QUALITY = 90


class Unopened(Exception):  # noqa: N818 - names the situation
    """A file that gives no sheet, and why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.words)
        self.failure = failure


class Limits(NamedTuple):
    """Of what a file may unfold to."""

    max_pixels: int
    max_pages: int


def lowered(line: Line, by: float) -> Line:
    return Line(line.text, line.confidence, tuple(Point(x, y + by) for x, y in line.box))


@dataclass(frozen=True, slots=True)
class Page:
    """The sheet from row `top` to before `bottom`, with its lines where the file itself says them."""

    top: int
    bottom: int
    lines: Sequence[Line] | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """Pages one below the other: upright, free of metadata, as a JPEG to show and as BGR pixels to read."""

    width: int
    height: int
    pages: Sequence[Page]
    jpeg: bytes
    pixels: bytes

    @classmethod
    def of(cls, image: Image.Image, pages: Sequence[Page]) -> Self:
        """Of an RGB image, built anew from its pixels: it would still carry comments and profiles along."""
        bare, file = Image.frombytes("RGB", image.size, image.tobytes()), BytesIO()
        bare.save(file, "JPEG", quality=_JPEG_QUALITY)
        return cls(*image.size, pages, file.getvalue(), bare.tobytes("raw", "BGR"))

    def write(self, to: BinaryIO) -> None:
        about = {
            "width": self.width,
            "height": self.height,
            "pages": [asdict(page) for page in self.pages],
            "jpeg_bytes": len(self.jpeg),
        }
        to.write(json.dumps(about).encode() + b"\n")
        to.write(self.jpeg)
        to.write(self.pixels)


def write_refusal(failure: Failure, to: BinaryIO) -> None:
    to.write(json.dumps({"refused": failure}).encode() + b"\n")


def read(file: BinaryIO) -> Sheet:
    """Raises `Unopened` for a refusal, and `ValueError`, `LookupError` or `TypeError` for nonsense."""
    about: dict[str, Any] = dict(json.loads(file.readline()))
    if refused := about.get("refused"):
        raise Unopened(Failure(refused))
    width, height, pages = (
        about["width"],
        about["height"],
        [_page(**page) for page in about["pages"]],
    )
    jpeg, pixels = file.read(about["jpeg_bytes"]), file.read()
    if len(pixels) != width * height * _CHANNELS:
        raise ValueError("There are not as many pixels as promised.")
    return Sheet(width, height, pages, jpeg, pixels)


def _page(top: int, bottom: int, lines: Sequence[dict[str, Any]] | None) -> Page:
    return Page(top, bottom, None if lines is None else [_line(**line) for line in lines])


def _line(text: str, confidence: float, box: Sequence[Sequence[float]]) -> Line:
    return Line(text, confidence, tuple(Point(x, y) for x, y in box))
