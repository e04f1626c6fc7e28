"""The same picture looks alike however it is kept; receipts drawn apart do not."""

from collections.abc import Callable
from io import BytesIO
from itertools import combinations
from random import Random

import pytest
from PIL import Image, ImageEnhance

from adapters.decoding.sheet import Page, Sheet
from adapters.ocr.reading import grey_of
from bench.drawn import draw
from domain.receipt.looks import MOST_APART, SIDE, apart, looks_of

Keep = Callable[[Image.Image], Image.Image]


def _looks(image: Image.Image) -> int:
    looks = looks_of(grey_of(Sheet.of(image, [Page(0, image.height)]), SIDE))
    assert looks is not None
    return looks


def _lit(by: float) -> Keep:
    return lambda image: ImageEnhance.Brightness(image).enhance(by)


def _recompressed(image: Image.Image) -> Image.Image:
    file = BytesIO()
    image.save(file, "JPEG", quality=30)
    return Image.open(file).convert("RGB")


def _squeezed(image: Image.Image) -> Image.Image:
    return image.resize((image.width // 2, image.height // 3))


def _paled(image: Image.Image) -> Image.Image:
    return ImageEnhance.Contrast(image).enhance(0.6)


def _without_colour(image: Image.Image) -> Image.Image:
    return image.convert("L").convert("RGB")


def _sent_on(image: Image.Image) -> Image.Image:
    return _recompressed(_paled(_squeezed(image)))


@pytest.fixture(scope="module")
def photos() -> list[Image.Image]:
    return [_small(draw(seed).photo.data) for seed in range(5)]


def _small(file: bytes) -> Image.Image:
    image = Image.open(BytesIO(file)).convert("RGB")
    image.thumbnail((800, 800))
    return image


@pytest.mark.parametrize(
    "keep", [_squeezed, _recompressed, _lit(1.15), _lit(0.6), _paled, _without_colour, _sent_on]
)
def test_the_same_picture_looks_alike(photos: list[Image.Image], keep: Keep) -> None:
    assert max(apart(_looks(photo), _looks(keep(photo))) for photo in photos) <= MOST_APART


def test_other_receipts_look_different(photos: list[Image.Image]) -> None:
    nearest = min(apart(_looks(one), _looks(other)) for one, other in combinations(photos, 2))

    assert nearest > MOST_APART


def test_a_blank_sheet_looks_like_nothing() -> None:
    assert looks_of([[200.0] * SIDE] * SIDE) is None


def test_looks_fit_into_a_signed_number_of_64_bits() -> None:
    dice = Random(4)

    looks = [
        looks_of([[dice.random() * 255 for _ in range(SIDE)] for _ in range(SIDE)])
        for _ in range(40)
    ]

    assert all(one is not None and 0 <= one < 2**63 for one in looks)
    assert max(one or 0 for one in looks) >= 2**62
