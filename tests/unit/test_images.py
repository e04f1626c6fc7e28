"""What comes in as an image: hostile files refused by name, honest ones reduced to their pixels."""

import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageDraw

from adapters.images import (
    ImageTooLarge,
    ImageTooManyPixels,
    ImageTypeNotSupported,
    ImageUnreadable,
    clean,
)
from adapters.ocr.pixels import prepare

_ORIENTATION, _GPS = 0x0112, 0x8825
_TURN_RIGHT = (
    6  # EXIF: the camera was held so that the picture must be turned a quarter to the right
)


def picture(width: int = 60, height: int = 40) -> Image.Image:
    """White with a red top left quarter, so that turning shows."""
    image = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(image).rectangle((0, 0, width // 2 - 1, height // 2 - 1), "red")
    return image


def encoded(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    file = BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def admit(data: bytes, *, max_bytes: int = 1_000_000, max_pixels: int = 1_000_000) -> Image.Image:
    kept = clean(data, max_bytes=max_bytes, max_pixels=max_pixels)
    image = Image.open(BytesIO(kept.data))
    assert image.size == (kept.width, kept.height)
    return image


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_keeps_an_honest_image_as_a_jpeg(form: str) -> None:
    kept = clean(encoded(picture(), form), max_bytes=1_000_000, max_pixels=2_400)

    assert (kept.width, kept.height, kept.content_type) == (60, 40, "image/jpeg")
    assert kept.data.startswith(b"\xff\xd8\xff")


def test_turns_the_image_as_its_exif_says() -> None:
    exif = Image.Exif()
    exif[_ORIENTATION] = _TURN_RIGHT

    image = admit(encoded(picture(), "JPEG", exif=exif, quality=95))

    assert image.size == (40, 60)
    assert _is_red(image, 35, 5)
    assert not _is_red(image, 5, 5)


def test_forgets_where_the_picture_was_taken() -> None:
    exif = Image.Exif()
    exif[_GPS] = {1: "N", 2: (51.0, 30.0, 0.0)}
    exif[0x010E] = "in my kitchen"
    data = encoded(picture(), "JPEG", exif=exif, comment=b"at home", xmp=b"<x:xmpmeta/>")
    assert b"in my kitchen" in data

    image = admit(data)

    assert dict(image.getexif()) == {}
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_drops_what_is_hidden_behind_the_picture() -> None:
    kept = clean(
        encoded(picture(), "JPEG") + b"<script>", max_bytes=1_000_000, max_pixels=1_000_000
    )

    assert b"<script>" not in kept.data


def test_puts_transparent_parts_on_white_paper() -> None:
    image = admit(encoded(Image.new("RGBA", (8, 8), (0, 0, 0, 0))))

    assert image.getpixel((4, 4)) == (255, 255, 255)


def test_recognises_the_same_picture_in_another_file() -> None:
    one, same, other = (
        clean(data, max_bytes=1_000_000, max_pixels=1_000_000).sha256
        for data in (
            encoded(picture(), "PNG"),
            encoded(picture(), "WEBP", lossless=True),
            encoded(picture(40, 60), "PNG"),
        )
    )

    assert one == same
    assert one != other


def test_takes_the_first_frame_of_a_moving_picture() -> None:
    frames = [picture(), Image.new("RGB", (60, 40), "blue")]

    image = admit(
        encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    )

    assert _is_red(image, 5, 5)


def test_refuses_a_file_above_the_limit() -> None:
    data = encoded(picture())

    with pytest.raises(ImageTooLarge) as refusal:
        clean(data, max_bytes=len(data) - 1, max_pixels=1_000_000)

    assert refusal.value.code == "IMAGE_TOO_LARGE"


def test_refuses_more_pixels_than_allowed() -> None:
    with pytest.raises(ImageTooManyPixels) as refusal:
        clean(encoded(picture()), max_bytes=1_000_000, max_pixels=60 * 40 - 1)

    assert refusal.value.code == "IMAGE_TOO_MANY_PIXELS"


@pytest.mark.parametrize("side", [10_000, 30_000, 2**31 - 1])
def test_refuses_a_bomb_without_decoding_it(side: int) -> None:
    with pytest.raises(ImageTooManyPixels):
        clean(_png_that_claims(side, side), max_bytes=1_000_000, max_pixels=40_000_000)


def test_refuses_a_strip_longer_than_a_jpeg_can_be() -> None:
    with pytest.raises(ImageTooManyPixels):
        clean(_png_that_claims(70_000, 1), max_bytes=1_000_000, max_pixels=40_000_000)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        encoded(picture(), "GIF"),
    ],
    ids=["empty", "text", "svg", "pdf", "gif"],
)
def test_refuses_other_types_whatever_they_are_called(data: bytes) -> None:
    with pytest.raises(ImageTypeNotSupported) as refusal:
        admit(data)

    assert refusal.value.code == "IMAGE_TYPE_NOT_SUPPORTED"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_refuses_a_truncated_file(form: str) -> None:
    data = encoded(picture(400, 400), form)

    with pytest.raises(ImageUnreadable) as refusal:
        admit(data[: len(data) * 2 // 3])

    assert refusal.value.code == "IMAGE_UNREADABLE"


@pytest.mark.parametrize("start", [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP"])
def test_refuses_a_disguise(start: bytes) -> None:
    with pytest.raises(ImageUnreadable):
        admit(start + b"not an image at all" * 20)


def test_prepares_no_side_longer_than_the_reader_needs() -> None:
    pixels, scale = prepare(encoded(Image.new("RGB", (4000, 1000), "white"), "JPEG"))

    assert (pixels.shape, scale) == ((500, 2000, 3), 0.5)
    assert pixels.dtype == np.uint8


def test_prepares_a_small_image_as_it_is() -> None:
    pixels, scale = prepare(encoded(picture(), "PNG"))

    assert (pixels.shape, scale) == ((40, 60, 3), 1.0)
    assert tuple(pixels[5, 5]) == (0, 0, 255), "red in BGR"


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff spoiled"])
def test_refuses_to_prepare_what_storage_spoiled(data: bytes) -> None:
    with pytest.raises(ImageUnreadable):
        prepare(data)


def _is_red(image: Image.Image, x: int, y: int) -> bool:
    red, green, _ = np.asarray(image.convert("RGB"))[y, x]
    return bool(red > 200 and green < 100)


def _png_that_claims(width: int, height: int) -> bytes:
    """A PNG whose header promises more than its few bytes hold."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body
