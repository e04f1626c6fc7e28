"""What files unfold to: hostile ones refused by name, honest ones reduced to pixels and lines."""

import struct
import zlib
from io import BytesIO

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageDraw

from adapters.decoding import sheet as wire
from adapters.decoding.opening import opened
from adapters.decoding.sheet import MOST_PIXELS, Limits, Sheet, Unopened
from adapters.images import FileType, ImageTypeNotSupported, type_of
from domain.receipt import Line
from domain.receipt.failure import Failure
from tests.pdf import Text, pdf

_ORIENTATION, _GPS = 0x0112, 0x8825
_TURN_RIGHT = (
    6  # EXIF: the camera was held so that the picture must be turned a quarter to the right
)
_FORMS = ["JPEG", "PNG", "WEBP", "HEIF"]
_LIMITS = Limits(max_pixels=1_000_000, max_pages=2)
_RECEIPT = (
    Text(10, 260, "Harbour Lane Bakery", 14),
    Text(10, 220, "Rye bread"),
    Text(180, 220, "12.50"),
    Text(10, 200, "TOTAL EUR"),
    Text(180, 200, "12.50"),
)


def picture(width: int = 60, height: int = 40) -> Image.Image:
    """White with a red top left quarter, so that turning shows."""
    image = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(image).rectangle((0, 0, width // 2 - 1, height // 2 - 1), "red")
    return image


def encoded(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    file = BytesIO()
    if form == "HEIF":
        pillow_heif.from_pillow(image).save(file, **options)  # pyright: ignore[reportUnknownMemberType] - half typed
    else:
        image.save(file, form, **options)
    return file.getvalue()


def seen(data: bytes, limits: Limits = _LIMITS) -> Image.Image:
    """The image that is shown; it is the one that is read."""
    sheet = opened(data, limits)
    image = Image.open(BytesIO(sheet.jpeg))
    read = pixels(sheet)[:, :, ::-1].astype(int)
    assert image.size == (sheet.width, sheet.height)
    assert np.abs(read - np.asarray(image.convert("RGB")).astype(int)).mean() < 8
    return image


def pixels(sheet: Sheet) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.frombuffer(sheet.pixels, np.uint8).reshape(sheet.height, sheet.width, 3)


def refused(data: bytes, limits: Limits = _LIMITS) -> Failure:
    with pytest.raises(Unopened) as refusal:
        opened(data, limits)
    return refusal.value.failure


@pytest.mark.parametrize("form", _FORMS)
def test_opens_an_honest_image(form: str) -> None:
    image = seen(encoded(picture(), form))

    assert (image.format, image.size) == ("JPEG", (60, 40))
    assert _is_red(image, 5, 5)
    assert not _is_red(image, 50, 30)


@pytest.mark.parametrize("form", ["JPEG", "HEIF"])
def test_turns_the_image_as_its_exif_says(form: str) -> None:
    exif = Image.Exif()
    exif[_ORIENTATION] = _TURN_RIGHT

    image = seen(encoded(picture(), form, exif=exif.tobytes(), quality=95))

    assert image.size == (40, 60)
    assert _is_red(image, 35, 5)
    assert not _is_red(image, 5, 5)


def test_forgets_where_the_picture_was_taken() -> None:
    exif = Image.Exif()
    exif[_GPS] = {1: "N", 2: (51.0, 30.0, 0.0)}
    exif[0x010E] = "in my kitchen"
    data = encoded(picture(), "JPEG", exif=exif, comment=b"at home", xmp=b"<x:xmpmeta/>")
    assert b"in my kitchen" in data

    image = seen(data + b"<script>")

    assert dict(image.getexif()) == {}
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert b"<script>" not in opened(data + b"<script>", _LIMITS).jpeg


def test_puts_transparent_parts_on_white_paper() -> None:
    image = seen(encoded(Image.new("RGBA", (8, 8), (0, 0, 0, 0))))

    assert image.getpixel((4, 4)) == (255, 255, 255)


def test_takes_the_first_frame_of_a_moving_picture() -> None:
    frames = [picture(), Image.new("RGB", (60, 40), "blue")]

    image = seen(encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True))

    assert _is_red(image, 5, 5)


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_shrinks_what_is_larger_than_a_reader_needs(form: str) -> None:
    sheet = opened(encoded(picture(5000, 7000), form), Limits(40_000_000, 1))

    assert sheet.width * sheet.height <= MOST_PIXELS
    assert sheet.height >= 3500
    assert sheet.width / sheet.height == pytest.approx(5 / 7, abs=0.001)


def test_refuses_more_pixels_than_allowed() -> None:
    assert refused(encoded(picture()), Limits(60 * 40 - 1, 1)) is Failure.TOO_MANY_PIXELS


@pytest.mark.parametrize(
    ("width", "height"), [(50_000, 50_000), (2**31 - 1, 2**31 - 1), (70_000, 1)]
)
def test_refuses_a_bomb_without_decoding_it(width: int, height: int) -> None:
    assert (
        refused(_png_that_claims(width, height), Limits(40_000_000, 1)) is Failure.TOO_MANY_PIXELS
    )


@pytest.mark.parametrize("form", _FORMS)
def test_refuses_a_truncated_file(form: str) -> None:
    noise = Image.effect_noise((400, 400), 90).convert("RGB")
    data = encoded(noise, form)

    assert refused(data[: len(data) * 2 // 3]) is Failure.IMAGE_UNREADABLE


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8\xff" + b"not an image at all" * 20,
        b"\x89PNG\r\n\x1a\n" + b"not an image at all" * 20,
        b"RIFF\0\0\0\0WEBP" + b"not an image at all" * 20,
        b"\0\0\0\x18ftypheic" + b"not an image at all" * 20,
        b"%PDF-1.7 and nothing more",
        encoded(picture(), "GIF"),
        b"%PDF-1.7\n" + encoded(picture(), "JPEG"),
    ],
    ids=["empty", "jpeg", "png", "webp", "heic", "pdf", "gif", "jpeg behind pdf"],
)
def test_refuses_a_disguise(data: bytes) -> None:
    assert refused(data) is Failure.IMAGE_UNREADABLE


@pytest.mark.parametrize("form", _FORMS)
def test_knows_a_file_by_its_first_bytes(form: str) -> None:
    expected = FileType.HEIC if form == "HEIF" else FileType[form]

    assert type_of(encoded(picture(), form)[:64]) is expected


@pytest.mark.parametrize("data", [b"", b"hello", b"<svg/>", b"GIF89a", b"\0\0\0\x1cftypavif"])
def test_knows_no_other_type(data: bytes) -> None:
    with pytest.raises(ImageTypeNotSupported):
        type_of(data)


def test_takes_a_document_at_its_word() -> None:
    sheet = opened(pdf(_RECEIPT), _LIMITS)

    [page] = sheet.pages
    assert page.lines is not None
    assert [line.text for line in page.lines] == [text.text for text in _RECEIPT]
    assert {line.confidence for line in page.lines} == {1.0}
    for line in page.lines:
        assert _darkest_inside(sheet, line) < 100, f"{line.text} is not where it is said to be"


def test_what_cannot_be_kept_of_a_documents_text_is_none() -> None:
    sheet = opened(pdf([*_RECEIPT, Text(10, 100, "Thank you\\000")]), _LIMITS)

    assert sheet.pages[0].lines
    assert sheet.pages[0].lines[-1].text == "Thank you\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_places_lines_on_a_page_as_it_is_turned(turn: int) -> None:
    sheet = opened(pdf(_RECEIPT, turn=turn), _LIMITS)

    assert (sheet.width > sheet.height) == (turn != 180)
    assert sheet.pages[0].lines is not None
    for line in sheet.pages[0].lines:
        assert _darkest_inside(sheet, line) < 100


def test_joins_pages() -> None:
    second = (Text(10, 280, "Thank you, see you soon"),)

    sheet = opened(pdf(_RECEIPT, second), _LIMITS)

    first_page, second_page = sheet.pages
    assert (first_page.top, first_page.bottom) == (0, second_page.top)
    assert second_page.bottom == sheet.height
    assert second_page.lines is not None
    assert [line.text for line in second_page.lines] == ["Thank you, see you soon"]
    assert second_page.lines[0].box[0].y > second_page.top


@pytest.mark.parametrize("image", [picture(300, 400)])
def test_leaves_pages_without_text_to_be_read(image: Image.Image) -> None:
    sheet = opened(encoded(image, "PDF"), Limits(1_000_000, 1))

    assert [page.lines for page in sheet.pages] == [None]
    assert tuple(pixels(sheet)[20, 20]) == pytest.approx((0, 0, 255), abs=12), "red in BGR"


def test_refuses_more_pages_than_allowed() -> None:
    assert refused(pdf(_RECEIPT, _RECEIPT, _RECEIPT)) is Failure.TOO_MANY_PAGES


def test_refuses_a_locked_document() -> None:
    assert refused(pdf(_RECEIPT, locked=True)) is Failure.ENCRYPTED_PDF


def test_shrinks_a_large_page_and_refuses_one_that_nobody_can_read() -> None:
    assert seen(pdf(_RECEIPT, size=(2000, 2000))).width < 3600
    assert refused(pdf(_RECEIPT, size=(14_400, 14_400))) is Failure.TOO_MANY_PIXELS


def test_a_sheet_comes_out_of_the_wire_as_it_went_in() -> None:
    sheet = opened(pdf(_RECEIPT, _RECEIPT), _LIMITS)
    file = BytesIO()
    sheet.write(file)
    file.seek(0)

    assert wire.read(file) == sheet


@pytest.mark.parametrize(
    "nonsense",
    [b"", b"[1]", b"[]", b"{}\n", b'{"refused": "EVERYTHING"}', b'{"width": 9, "height": 9'],
)
def test_nonsense_on_the_wire_is_noticed(nonsense: bytes) -> None:
    with pytest.raises((ValueError, LookupError, TypeError)):
        wire.read(BytesIO(nonsense))


def _darkest_inside(sheet: Sheet, line: Line) -> int:
    xs, ys = [round(point.x) for point in line.box], [round(point.y) for point in line.box]
    return int(pixels(sheet)[min(ys) : max(ys), min(xs) : max(xs)].min())


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
