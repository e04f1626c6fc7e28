"""PaddleOCR's detector and recogniser: built once per process, warmed, then asked for lines.

How they run is a setup of the build; the code below does not know which machine it runs on.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from statistics import fmean
from typing import Any

import cv2
import numpy as np

from adapters.ocr.build import build
from adapters.ocr.canvas import Canvas, canvases
from adapters.ocr.direction import along, direction
from adapters.ocr.pixels import Corners, Pixels, cut_out, extent
from adapters.ocr.setup import LONGEST_SIDE_DETECTED, ReaderUnavailable, Setup
from adapters.ocr.tiles import tiles
from domain.receipt.line import Line, Point

_DOUBTFUL_SCORE = 0.8  # upright text scores .95 and more, the same text upside down .7 and less
_SAMPLE = 8  # the longest lines, which tell whether all stand on their heads

_CPU = Setup()


class Reader:
    """Reads images, several at once if asked to; a process needs one."""

    def __init__(self, model_dir: Path, setup: Setup = _CPU) -> None:
        cv2.setNumThreads(setup.threads)
        self._lock = threading.Lock()  # a predictor is not safe to share between threads
        self._setup = setup
        self._models = build(model_dir, setup)

    def warm(self) -> None:
        """Read a drawn line, so that the first receipt does not pay for what is loaded on first use."""
        paper = np.full((120, 480, 3), 255, np.uint8)
        cv2.putText(paper, "TOTAL 12.50", (30, 75), cv2.FONT_HERSHEY_SIMPLEX, 1.5, (0, 0, 0), 3)
        if "12.50" not in " ".join(line.text for line in self.read(paper)):
            raise ReaderUnavailable("The reading models answer, but not with what is written.")

    def read(self, image: Pixels) -> list[Line]:
        """Every line of an image, whichever way it lies.

        Boxes start at the corner where reading starts, so their direction tells how the paper lies.
        """
        return self.read_all([image])[0]

    def read_all(self, images: Sequence[Pixels]) -> list[list[Line]]:
        """The lines of each image, all of them in the same batches."""
        with self._lock:
            return self._the_right_way_up(images, self._boxes(images))

    def _boxes(self, images: Sequence[Pixels]) -> list[list[Corners]]:
        """Of each image, the longest first and each from where its text begins, if that is not its end."""
        boxes: list[list[Corners]] = [[] for _ in images]
        pieces = [
            (number, tile)
            for number, image in enumerate(images)
            for tile in tiles(image, legible=LONGEST_SIDE_DETECTED)
        ]
        found = self._detected([tile.pixels for _, tile in pieces])
        for (number, tile), there in zip(pieces, found, strict=True):
            placed = map(tile.on_image, there)
            boxes[number] += [box for box in placed if tile.owns(box)]
        return [_along(paper) for paper in boxes]

    def _detected(self, images: Sequence[Pixels]) -> list[list[Corners]]:
        """Those of about the same shape at once, since they are made the same."""
        order = sorted(range(len(images)), key=lambda number: _slimness(images[number]))
        found: dict[int, list[Corners]] = {}
        for batch in _batches(order, self._setup.detection_batch):
            seen = canvases([images[number] for number in batch], LONGEST_SIDE_DETECTED)
            pixels = [canvas.pixels for canvas in seen]
            for number, canvas, told in zip(
                batch,
                seen,
                self._models.detector.predict(pixels, batch_size=len(batch)),
                strict=True,
            ):
                found[number] = _on_image(canvas, told["dt_polys"])
        return [found[number] for number in range(len(images))]

    def _the_right_way_up(
        self, images: Sequence[Pixels], boxes: Sequence[Sequence[Corners]]
    ) -> list[list[Line]]:
        """A few lines are read first; where they say little, they are read upside down, too."""
        firsts, rests = [box[:_SAMPLE] for box in boxes], [box[_SAMPLE:] for box in boxes]
        samples = self._recognised(images, firsts)
        doubtful = [
            number
            for number, lines in enumerate(samples)
            if lines and _score(lines) < _DOUBTFUL_SCORE
        ]
        others = self._recognised(
            [images[number] for number in doubtful],
            [_turned(firsts[number]) for number in doubtful],
        )
        for number, other in zip(doubtful, others, strict=True):
            if _score(other) > _score(samples[number]):
                samples[number], rests[number] = other, _turned(rests[number])
        return [
            [line for line in (*sample, *rest) if line.text.strip()]
            for sample, rest in zip(samples, self._recognised(images, rests), strict=True)
        ]

    def _recognised(
        self, images: Sequence[Pixels], boxes: Sequence[Sequence[Corners]]
    ) -> list[list[Line]]:
        cuts = [
            cut_out(image, box, _size(box))
            for image, there in zip(images, boxes, strict=True)
            for box in there
        ]
        texts = iter(self._texts(cuts))
        return [
            [
                Line(told["rec_text"], float(told["rec_score"]), _polygon(box))
                for told, box in zip(islice(texts, len(there)), there, strict=True)
            ]
            for there in boxes
        ]

    def _texts(self, cuts: Sequence[Pixels]) -> list[dict[str, Any]]:
        """Lines of about the same length at once, since all are padded to the longest of their batch."""
        if not cuts:
            return []
        order = sorted(range(len(cuts)), key=lambda number: _slimness(cuts[number]))
        sorted_cuts = [cuts[number] for number in order]
        told = self._models.recogniser.predict(
            sorted_cuts, batch_size=self._setup.recognition_batch
        )
        texts = dict(zip(order, told, strict=True))
        return [texts[number] for number in range(len(cuts))]


def _batches(order: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(order), size):
        yield order[start : start + size]


def _on_image(canvas: Canvas, found: Iterable[Any]) -> list[Corners]:
    boxes = (np.asarray(box, np.float32) for box in found)
    return [canvas.on_image(box) for box in boxes if canvas.holds(box)]


def _along(boxes: Sequence[Corners]) -> list[Corners]:
    angle = direction(boxes)
    return sorted((along(box, angle) for box in boxes), key=lambda box: -extent(box)[0])


def _slimness(image: Pixels) -> float:
    return image.shape[1] / image.shape[0]


def _size(box: Corners) -> tuple[int, int]:
    width, height = extent(box)
    return max(1, int(width)), max(1, int(height))


def _turned(boxes: Sequence[Corners]) -> list[Corners]:
    """Begun at the opposite corner."""
    return [np.roll(box, 2, axis=0) for box in boxes]


def _polygon(box: Corners) -> tuple[Point, ...]:
    return tuple(Point(float(x), float(y)) for x, y in box)


def _score(lines: Sequence[Line]) -> float:
    return fmean([line.confidence for line in lines]) if lines else 0.0
