"""Papers on photographs: found, seen from above, read each for itself, and placed where they lie."""

from collections.abc import Callable, Sequence
from io import BytesIO

import cv2
import numpy as np
import pytest
from PIL import Image

from adapters.decoding.opening import opened
from adapters.decoding.sheet import Limits, Sheet
from adapters.ocr.engine import Reader
from adapters.ocr.paper import papers_on
from adapters.ocr.pixels import Pixels
from adapters.ocr.reading import lines_of
from app.demo.drawn_receipt import DrawnReceipt, Sold, sample
from domain.receipt import Line, read
from tests.drawn import pixels_of, told, written
from tests.groups import DAY
from tests.pdf import Text, pdf

_LIMITS = Limits(max_pixels=40_000_000, max_pages=5)
_TABLE = (60, 75, 95)
_BORDER = 40  # of table around a drawn receipt, which is cut away here
_FAR = 160.0  # pixels
_KINDS = ("Brown", "White", "Green", "Fresh", "Sweet", "Salted", "Smoked", "Dried")
_GOODS = ("bread", "beans", "olives", "almonds", "apples", "cheese", "fish", "peppers")

_Place = Sequence[tuple[float, float]]
"""Where the four corners of a paper lie, clockwise from the corner where reading starts."""


def paper(receipt: DrawnReceipt) -> Pixels:
    """The bare paper, straight, with its edges."""
    pixels = pixels_of(receipt, seed=0)
    return pixels[_BORDER:-_BORDER, _BORDER:-_BORDER]


def photograph(
    *lying: tuple[Pixels, _Place],
    size: tuple[int, int] = (3000, 3000),
    light: Callable[[Pixels], Pixels] = lambda photo: photo,
    white_from: int | None = None,
) -> Sheet:
    """Papers on a dark table, white on the right if so wanted, as a sheet comes from a camera."""
    photo = np.full((size[1], size[0], 3), _TABLE, np.uint8)
    photo[:, white_from or size[0] :] = 250
    for pixels, place in lying:
        height, width = pixels.shape[:2]
        corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
        projection = cv2.getPerspectiveTransform(corners, np.array(place, np.float32))
        cv2.warpPerspective(pixels, projection, size, photo, cv2.INTER_AREA, cv2.BORDER_TRANSPARENT)
    photo = light(photo)
    file = BytesIO()
    Image.fromarray(photo[:, :, ::-1]).save(file, "JPEG", quality=92)
    return opened(file.getvalue(), _LIMITS)


def upright(pixels: Pixels, left: float, top: float) -> _Place:
    height, width = pixels.shape[:2]
    return [(left, top), (left + width, top), (left + width, top + height), (left, top + height)]


def turned(place: _Place, degrees: float) -> _Place:
    middle = np.mean(place, axis=0)
    matrix = cv2.getRotationMatrix2D((float(middle[0]), float(middle[1])), degrees, 1.0)
    return [(x, y) for x, y in cv2.transform(np.array([place]), matrix)[0]]


def where(text: str, lines: Sequence[Line]) -> tuple[float, float]:
    """The middle of the line that says this."""
    box = next(line.box for line in lines if line.text == text)
    return sum(x for x, _ in box) / len(box), sum(y for _, y in box) / len(box)


@pytest.mark.parametrize("degrees", [0, 20, 45, 90, 135, 180, 250, 300])
def test_reads_a_paper_that_lies_anyhow(reader: Reader, degrees: float) -> None:
    receipt = sample(1)
    bare = paper(receipt)
    place = turned(upright(bare, 1200, 900), degrees)

    [lines] = lines_of(photograph((bare, place)), reader.read_all)

    assert told(read(lines)) == written(receipt)
    start, along, _, _ = (np.array(corner) for corner in place)
    middle = where(receipt.merchant, lines)
    assert np.linalg.norm((start + along) / 2 - middle) < _FAR, "its name is at its top"


def test_reads_a_paper_seen_from_the_side(reader: Reader) -> None:
    receipt = sample(3)
    place = [(900, 400), (1700, 500), (2100, 2500), (500, 2300)]

    [lines] = lines_of(photograph((paper(receipt), place)), reader.read_all)

    assert told(read(lines)) == written(receipt)


def test_reads_each_paper_on_a_photograph(reader: Reader) -> None:
    receipts = [sample(1), sample(3), sample(8)]
    bare = [paper(receipt) for receipt in receipts]
    places = [
        turned(upright(bare[0], 100, 150), 8),
        turned(upright(bare[1], 1100, 300), -12),
        turned(upright(bare[2], 2100, 500), 3),
    ]

    found = lines_of(photograph(*zip(bare, places, strict=True)), reader.read_all)

    assert [told(read(lines)) for lines in found] == [written(receipt) for receipt in receipts]
    for receipt, place, lines in zip(receipts, places, found, strict=True):
        xs = [x for x, _ in place]
        assert min(xs) < where(receipt.merchant, lines)[0] < max(xs)


def test_a_shadow_on_a_paper_is_not_its_end(reader: Reader) -> None:
    receipt = sample(1)
    bare = paper(receipt)
    place = turned(upright(bare, 1200, 900), 3)

    [lines] = lines_of(photograph((bare, place), light=half_in_the_shade), reader.read_all)

    assert told(read(lines)) == written(receipt)


def half_in_the_shade(photo: Pixels) -> Pixels:
    """Dark beyond a line from the lower left to the upper right, through the middle."""
    ys, xs = np.mgrid[: photo.shape[0], : photo.shape[1]]
    return np.where((xs + ys > sum(photo.shape[:2]) / 2)[..., None], photo * 0.45, photo).astype(
        np.uint8
    )


def test_reads_what_lies_unseen_beside_a_paper(reader: Reader) -> None:
    receipts = [sample(1), sample(3)]
    bare = [paper(receipt) for receipt in receipts]
    places = [upright(bare[0], 150, 300), upright(bare[1], 1800, 300)]

    found = lines_of(photograph(*zip(bare, places, strict=True), white_from=1500), reader.read_all)

    assert [told(read(lines)) for lines in found] == [written(receipt) for receipt in receipts]


def test_reads_white_papers_one_below_the_other_on_a_white_table(reader: Reader) -> None:
    receipts = [sample(1), sample(3)]
    above, below = (paper(receipt) for receipt in receipts)
    places = [upright(above, 400, 100), upright(below, 500, 100 + above.shape[0])]
    size = 1800, 300 + above.shape[0] + below.shape[0]
    photo = photograph((above, places[0]), (below, places[1]), size=size, white_from=1)

    found = lines_of(photo, reader.read_all)

    assert [told(read(lines)) for lines in found] == [written(receipt) for receipt in receipts]


def test_reads_a_long_receipt_in_pieces(reader: Reader) -> None:
    names = [f"{kind} {what}" for kind in _KINDS for what in _GOODS]
    goods = tuple(Sold(name, 1, 100 + number) for number, name in enumerate(names))
    receipt = DrawnReceipt("Harbour Lane Bakery", "12 Harbour Lane", DAY, "EUR", goods)
    bare = paper(receipt)
    assert bare.shape[0] > 4 * bare.shape[1]

    lines = reader.read(bare)

    reading = read(lines)
    assert reading.total
    assert reading.total.value == receipt.total_minor
    assert sorted(line.text for line in lines if line.text in names) == sorted(names)


def test_leaves_a_scan_as_it_is() -> None:
    scan = np.full((1600, 900, 3), 255, np.uint8)
    scan[300:320, 200:700] = 0

    [whole] = papers_on(scan)

    assert whole.pixels.shape == scan.shape
    assert np.array_equal(whole.to_photograph, np.eye(3))


@pytest.mark.parametrize("shape", [(1, 1, 3), (3, 900, 3), (2000, 20, 3)])
def test_bears_any_shape(shape: tuple[int, int, int]) -> None:
    assert len(papers_on(np.full(shape, 120, np.uint8))) == 1


def test_a_document_speaks_for_itself_and_its_scans_are_read(reader: Reader) -> None:
    receipt, file = sample(1), BytesIO()
    Image.fromarray(pixels_of(receipt)[:, :, ::-1]).save(file, "PDF", resolution=150)
    printed = pdf((Text(10, 260, "Harbour Lane Bakery"), Text(10, 200, "TOTAL EUR 12.50")))

    [scanned] = lines_of(opened(file.getvalue(), _LIMITS), reader.read_all)
    [spoken] = lines_of(opened(printed, _LIMITS), reader.read_all)

    assert told(read(scanned)) == written(receipt)
    assert [line.text for line in spoken] == ["Harbour Lane Bakery", "TOTAL EUR 12.50"]
