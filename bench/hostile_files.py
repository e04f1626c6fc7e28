"""Files that are made to harm whoever opens them, the same ones anywhere by their seed."""

import random
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple

from PIL import Image

_SIDE = 30_000
_WEBP_SIDE = 16_383  # the format's own limit
_PAGES = 2_000
_EXIF_ORIENTATION, _EXIF_COMMENT = 0x0112, 0x9286
_SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'


class Hostile(NamedTuple):
    kind: str
    data: bytes


def hostile(count: int, seed: int = 1) -> list[Hostile]:
    """So many of all kinds by turns."""
    dice, kinds = random.Random(seed), [*_kinds()]
    spoiled = (_spoiled(kinds[number % len(kinds)], dice) for number in range(count - len(kinds)))
    return [*kinds, *spoiled][:count]


def _kinds() -> Iterator[Hostile]:
    photo = Image.effect_noise((300, 400), 60).convert("RGB")
    yield Hostile("PNG of 900 million pixels", _saved(Image.new("1", (_SIDE, _SIDE)), "PNG"))
    bomb = Image.new("L", (_WEBP_SIDE, _WEBP_SIDE))
    yield Hostile("WebP of 268 million pixels", _saved(bomb, "WEBP", lossless=True, method=0))
    yield Hostile("JPEG that says it is 65,535 pixels wide", _widened(_saved(photo, "JPEG")))
    yield Hostile("PNG with a text of 200 MB, compressed", _wordy(_saved(photo, "PNG")))
    yield Hostile("animated PNG", _animated("PNG"))
    yield Hostile("animated WebP", _animated("WEBP"))
    yield Hostile("JPEG with a comment of 60 kB and no orientation", _commented(photo))
    yield Hostile("JPEG and PDF in one", _saved(photo, "JPEG") + _pdf(1))
    yield Hostile("PDF of 2,000 pages", _pdf(_PAGES))
    yield Hostile("PDF of one page of 5 km", _pdf(1, side=14_400_000))
    yield Hostile("PNG inside that is a JPEG", _saved(photo, "PNG")[:8] + _saved(photo, "JPEG"))
    yield Hostile("SVG", _SVG)
    yield Hostile("TIFF", _saved(photo, "TIFF"))
    yield Hostile("GIF", _saved(photo.convert("P"), "GIF"))
    yield Hostile("nothing", b"\xff\xd8\xff")


def _spoiled(honest: Hostile, dice: random.Random) -> Hostile:
    data = bytearray(honest.data[: 2**20])
    if dice.random() < 0.5:  # noqa: PLR2004 - half of them
        return Hostile(f"torn {honest.kind}", bytes(data[: dice.randrange(16, len(data) + 16)]))
    for _ in range(dice.randrange(1, 40)):
        place = dice.randrange(len(data))
        data[place : place + 4] = dice.choice((b"\xff\xff\xff\xff", dice.randbytes(4), b""))
    return Hostile(f"spoiled {honest.kind}", bytes(data))


def _saved(image: Image.Image, form: str, **options: object) -> bytes:
    file = BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def _animated(form: str) -> bytes:
    first, *others = [Image.new("RGB", (600, 600), (shade, 0, 0)) for shade in range(200)]
    return _saved(first, form, save_all=True, append_images=others)


def _widened(jpeg: bytes) -> bytes:
    """With another height and width in the head of its frame."""
    place = jpeg.index(b"\xff\xc0") + 5
    return jpeg[:place] + b"\xff\xff\xff\xff" + jpeg[place + 4 :]


def _wordy(png: bytes) -> bytes:
    words = b"Comment\0\0" + zlib.compress(b"a" * 200_000_000)
    chunk = b"zTXt" + words
    return b"".join(
        (
            png[:33],
            struct.pack(">I", len(words)),
            chunk,
            struct.pack(">I", zlib.crc32(chunk)),
            png[33:],
        )
    )


def _commented(photo: Image.Image) -> bytes:
    exif = Image.Exif()
    exif[_EXIF_ORIENTATION] = 2**16 - 1
    exif[_EXIF_COMMENT] = b"\0" * 60_000
    return _saved(photo, "JPEG", exif=exif)


def _pdf(pages: int, side: int = 200) -> bytes:
    """Empty pages, all of them one and the same object."""
    kids = " ".join(["3 0 R"] * pages)
    objects = (
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {pages}/Kids[{kids}]>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {side} {side}]>>",
    )
    written = "".join(f"{number} 0 obj{what}endobj\n" for number, what in enumerate(objects, 1))
    return f"%PDF-1.4\n{written}trailer<</Root 1 0 R>>\n%%EOF".encode()
