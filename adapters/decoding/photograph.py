"""Photographs and scans: JPEG, PNG, WebP and HEIC."""

from io import BytesIO
from math import sqrt

import pi_heif
from PIL import Image, ImageOps

from adapters.decoding.sheet import LONGEST_SIDE, MOST_PIXELS, Limits, Page, Sheet, Unopened
from adapters.images import FileType
from domain.receipt.failure import Failure

_FORMATS = {FileType.HEIC: "HEIF"}  # others are called as we call them
_LEGIBLE_PIXELS = (
    2480 * 3508
)  # A4 at 300 dpi: a JPEG with four times as many is decoded at half size

pi_heif.register_heif_opener(thumbnails=False)  # pyright: ignore[reportUnknownMemberType] - half typed


def open_photograph(data: bytes, file_type: FileType, limits: Limits) -> Sheet:
    """The picture as it is to be seen: turned as its EXIF says, on white where it was transparent.

    Refuses, before decoding, images above `max_pixels`. Raises anything on what is damaged.
    """
    with Image.open(BytesIO(data), formats=[_FORMATS.get(file_type, file_type.name)]) as image:
        if image.width * image.height > limits.max_pixels or max(image.size) > LONGEST_SIDE:
            raise Unopened(Failure.TOO_MANY_PIXELS)
        image.draft("RGB", _shrunk(image.size, _LEGIBLE_PIXELS))
        upright = _flat(ImageOps.exif_transpose(image))
    size = _shrunk(upright.size, MOST_PIXELS)
    if size != upright.size:
        upright = upright.resize(size, Image.Resampling.BOX)
    return Sheet.of(upright, [Page(0, upright.height)])


def _shrunk(size: tuple[int, int], most_pixels: int) -> tuple[int, int]:
    width, height = size
    scale = min(1.0, sqrt(most_pixels / (width * height)))
    return max(1, int(width * scale)), max(1, int(height * scale))


def _flat(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    coloured = image.convert("RGBA")
    paper = Image.new("RGBA", coloured.size, "white")
    return Image.alpha_composite(paper, coloured).convert("RGB")
