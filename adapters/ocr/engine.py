"""PaddleOCR's detector and recogniser: built once per process, warmed, then asked for lines.

Engine and device are settings of the build; the code below does not know which machine it runs on.
"""

import logging
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import Any, Literal, NamedTuple

import cv2
import numpy as np

from adapters.ocr.direction import along, direction
from adapters.ocr.headless import answer_for_opencv
from adapters.ocr.models import DETECTOR, RECOGNISER, ModelsMissing
from adapters.ocr.pixels import Corners, Pixels, cut_out, extent
from adapters.ocr.tiles import tiles
from domain.receipt.line import Line, Point

Engine = Literal["onnxruntime", "paddle"]

_LONGEST_SIDE_DETECTED = 1280
_DOUBTFUL_SCORE = 0.8  # upright text scores .95 and more, the same text upside down .7 and less
_SAMPLE = 8  # the longest lines, which tell whether all stand on their heads


class ReaderUnavailable(Exception):  # noqa: N818 - names the situation
    """The reader cannot run as it was asked to; the message says what to do."""


class Reader:
    """Reads one image at a time; a process needs one.

    `engine` is "onnxruntime", or "paddle" with PaddlePaddle's own model files in `model_dir`. `device`
    is "cpu" or "gpu:0"; a GPU that is not there is an error and never a silent fall-back. `batch` is how
    many lines are recognised at once.
    """

    def __init__(
        self,
        model_dir: Path,
        *,
        device: str = "cpu",
        engine: Engine = "onnxruntime",
        threads: int = 1,
        batch: int | None = None,
    ) -> None:
        cv2.setNumThreads(threads)
        self._lock = threading.Lock()  # a predictor is not safe to share between threads
        self._batch = batch or _best_batch(device)
        self._models = _build(model_dir, device, engine, threads)

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
        with self._lock:
            boxes = self._boxes(image)
            angle = direction(boxes)
            return self._the_right_way_up(image, [along(box, angle) for box in boxes])

    def _boxes(self, image: Pixels) -> list[Corners]:
        boxes: list[Corners] = []
        for tile in tiles(image, legible=_LONGEST_SIDE_DETECTED):
            found = self._models.detector.predict(tile.pixels)[0]["dt_polys"]
            placed = (tile.on_image(np.asarray(box, np.float32)) for box in found)
            boxes += [box for box in placed if tile.owns(box)]
        return boxes

    def _the_right_way_up(self, image: Pixels, boxes: Sequence[Corners]) -> list[Line]:
        """A few lines are read first; where they say little, they are read upside down, too."""
        longest = sorted(boxes, key=lambda box: -extent(box)[0])
        first, rest = longest[:_SAMPLE], longest[_SAMPLE:]
        sample = self._recognised(image, first)
        if first and _score(sample) < _DOUBTFUL_SCORE:
            other = self._recognised(image, [_turned(box) for box in first])
            if _score(other) > _score(sample):
                sample, rest = other, [_turned(box) for box in rest]
        lines = [*sample, *self._recognised(image, rest)]
        return [line for line in lines if line.text.strip()]

    def _recognised(self, image: Pixels, boxes: Sequence[Corners]) -> list[Line]:
        if not boxes:
            return []
        cuts = [cut_out(image, box, _size(box)) for box in boxes]
        found = self._models.recogniser.predict(cuts, batch_size=self._batch)
        return [
            Line(read["rec_text"], float(read["rec_score"]), _polygon(box))
            for read, box in zip(found, boxes, strict=True)
        ]


class _Models(NamedTuple):
    detector: Any
    recogniser: Any


def _build(model_dir: Path, device: str, engine: Engine, threads: int) -> _Models:
    for name in (DETECTOR, RECOGNISER):
        if not (model_dir / name / "inference.yml").is_file():
            raise ModelsMissing(f"There is no reading model {name} in {model_dir}.")
    detection, recognition = _import_paddleocr(model_dir)
    how = {
        "device": device,
        "engine": "paddle_static" if engine == "paddle" else engine,
        "engine_config": _engine_config(device, engine, threads),
    }
    try:
        return _Models(
            detection(
                model_name=DETECTOR,
                model_dir=str(model_dir / DETECTOR),
                limit_side_len=_LONGEST_SIDE_DETECTED,
                limit_type="max",
                **how,
            ),
            recognition(model_name=RECOGNISER, model_dir=str(model_dir / RECOGNISER), **how),
        )
    except (RuntimeError, ValueError, ImportError) as error:
        raise ReaderUnavailable(
            f"The text reader cannot start with {engine} on {device}: {error}"
        ) from error


def _import_paddleocr(model_dir: Path) -> tuple[Any, Any]:
    """The classes, told before their first import never to go to the network nor from GPU to CPU."""
    os.environ["PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK"] = "True"
    os.environ["PADDLE_PDX_DISABLE_DEVICE_FALLBACK"] = "1"
    os.environ["PADDLE_PDX_EAGER_INIT"] = "0"  # registers training code that reading never uses
    os.environ.setdefault("PADDLE_PDX_CACHE_HOME", str(model_dir / ".paddlex"))
    answer_for_opencv()
    try:
        from paddleocr import TextDetection, TextRecognition  # noqa: PLC0415 - seconds, for readers
    except ImportError as error:
        raise ReaderUnavailable(f"PaddleOCR is missing ({error}): install outgo[ocr].") from error
    logging.getLogger("paddlex").setLevel(logging.WARNING)
    return TextDetection, TextRecognition


def _engine_config(device: str, engine: Engine, threads: int) -> dict[str, Any] | None:
    on_cpu = device == "cpu"
    match engine:
        case "onnxruntime":
            # every image has another shape, and an arena keeps room for the largest of each
            return (
                {"intra_op_num_threads": threads, "enable_cpu_mem_arena": False} if on_cpu else None
            )
        case "paddle":
            # oneDNN needs paddlepaddle 3.2.2: later ones abort on it (PaddlePaddle/Paddle#77340)
            return (
                {"run_mode": "mkldnn", "cpu_threads": threads} if on_cpu else {"run_mode": "paddle"}
            )


def _best_batch(device: str) -> int:
    """Lines in a batch are padded to the longest, for which a CPU pays."""
    return 1 if device == "cpu" else 32


def _size(box: Corners) -> tuple[int, int]:
    width, height = extent(box)
    return max(1, int(width)), max(1, int(height))


def _turned(box: Corners) -> Corners:
    """Begun at the opposite corner."""
    return np.roll(box, 2, axis=0)


def _polygon(box: Corners) -> tuple[Point, ...]:
    return tuple(Point(float(x), float(y)) for x, y in box)


def _score(lines: Sequence[Line]) -> float:
    return fmean([line.confidence for line in lines]) if lines else 0.0
