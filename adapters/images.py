"""Images from outside, made safe to keep: the bytes are believed and not their name, and only pixels pass."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import ClassVar

from PIL import Image, ImageOps

from domain.errors import Invalid

_SIGNATURES: Mapping[str, tuple[bytes, bytes]] = {  # the first bytes, and those from the eighth on
    "JPEG": (b"\xff\xd8\xff", b""),
    "PNG": (b"\x89PNG\r\n\x1a\n", b""),
    "WEBP": (b"RIFF", b"WEBP"),
}
_LONGEST_JPEG_SIDE = 65_500
_JPEG_QUALITY = 92


class ImageTooLarge(Invalid):
    code = "IMAGE_TOO_LARGE"

    def __init__(self, max_bytes: int) -> None:
        super().__init__(f"The image is larger than {max_bytes} bytes.")


class ImageTooManyPixels(Invalid):
    code = "IMAGE_TOO_MANY_PIXELS"


class ImageTypeNotSupported(Invalid):
    code = "IMAGE_TYPE_NOT_SUPPORTED"


class ImageUnreadable(Invalid):
    code = "IMAGE_UNREADABLE"


@dataclass(frozen=True, slots=True)
class CleanImage:
    """An upright JPEG without metadata.

    `sha256` is of its pixels, so the same picture is recognised in whatever file it comes again.
    """

    content_type: ClassVar[str] = "image/jpeg"

    data: bytes
    width: int
    height: int
    sha256: str


def clean(data: bytes, *, max_bytes: int, max_pixels: int) -> CleanImage:
    """The image as it is to be kept: turned as its EXIF says, then stripped of everything but its pixels.

    Refuses files above `max_bytes`, other types than JPEG, PNG and WebP, images above `max_pixels`
    (before they are decoded), and what cannot be decoded to the end. Takes tenths of a second: not
    for an event loop.
    """
    if len(data) > max_bytes:
        raise ImageTooLarge(max_bytes)
    try:
        with Image.open(BytesIO(data), formats=[_type_of(data)]) as image:
            _require_few_pixels(image.size, max_pixels)
            upright = _flat(ImageOps.exif_transpose(image))
    except Invalid:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise _too_many_pixels(max_pixels) from bomb
    except Exception as error:  # a decoder raises anything on hostile bytes
        raise ImageUnreadable("The image is damaged or incomplete.") from error
    return _kept(upright.size, upright.tobytes())


def _kept(size: tuple[int, int], pixels: bytes) -> CleanImage:
    """Built anew from its pixels: a converted image would still carry comments and profiles along."""
    file = BytesIO()
    Image.frombytes("RGB", size, pixels).save(file, "JPEG", quality=_JPEG_QUALITY)
    width, height = size
    fingerprint = hashlib.sha256(f"{width}x{height}:".encode() + pixels).hexdigest()
    return CleanImage(file.getvalue(), width, height, fingerprint)


def _type_of(data: bytes) -> str:
    for name, (start, after) in _SIGNATURES.items():
        if data.startswith(start) and data.startswith(after, 8):
            return name
    raise ImageTypeNotSupported("The file is not a JPEG, PNG or WebP image.")


def _require_few_pixels(size: tuple[int, int], max_pixels: int) -> None:
    width, height = size
    if width * height > max_pixels or max(size) > _LONGEST_JPEG_SIDE:
        raise _too_many_pixels(max_pixels)


def _too_many_pixels(max_pixels: int) -> ImageTooManyPixels:
    return ImageTooManyPixels(f"The image has more than {max_pixels} pixels or is too long.")


def _flat(image: Image.Image) -> Image.Image:
    """In RGB, on white paper where it was transparent."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    coloured = image.convert("RGBA")
    paper = Image.new("RGBA", coloured.size, "white")
    return Image.alpha_composite(paper, coloured).convert("RGB")
