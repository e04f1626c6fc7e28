"""PaddleOCR as one object: built once per process, warmed, then asked for lines.

Engine and device are settings of the build; the code below does not know which machine it runs on.
"""

import logging
import os
import threading
from pathlib import Path
from statistics import fmean
from typing import Any, Literal

import cv2
import numpy as np

from adapters.ocr.headless import answer_for_opencv
from adapters.ocr.models import DETECTOR, RECOGNISER, ModelsMissing
from adapters.ocr.pixels import Pixels
from domain.receipt.line import Line, Point

Engine = Literal["onnxruntime", "paddle"]

_LONGEST_SIDE_DETECTED = 1280
_DOUBTFUL_SCORE = 0.8  # upright text scores .95 and more, the same text upside down .7 and less
_UPSIDE_DOWN = 2  # quarter turns
_LONG_BOX = 2.0  # a box at least this many times longer than high shows which way text runs


class ReaderUnavailable(Exception):  # noqa: N818 - names the situation
    """The reader cannot run as it was asked to; the message says what to do."""


class Reader:
    """Reads one image at a time; a process needs one.

    `engine` is "onnxruntime", or "paddle" with PaddlePaddle's own model files in `model_dir`. `device`
    is "cpu" or "gpu:0"; a GPU that is not there is an error and never a silent fall-back. `batch` is how
    many lines are recognised at once: padding makes large batches a waste on a CPU.
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
        self._lock = threading.Lock()  # a pipeline is not safe to share between threads
        self._pipeline = _build(model_dir, device, engine, threads, batch or _best_batch(device))

    def warm(self) -> None:
        """Read a drawn line, so that the first receipt does not pay for what is loaded on first use."""
        paper = np.full((120, 480, 3), 255, np.uint8)
        cv2.putText(paper, "TOTAL 12.50", (30, 75), cv2.FONT_HERSHEY_SIMPLEX, 1.5, (0, 0, 0), 3)
        if "12.50" not in " ".join(line.text for line in self.read(paper)):
            raise ReaderUnavailable("The reading models answer, but not with what is written.")

    def read(self, image: Pixels, *, scale: float = 1.0) -> list[Line]:
        """Every line of a BGR image, turned upright first where it lies on a side or upside down.

        Boxes are in pixels of the original, of which the image is `scale` times the size, and start at
        the corner where reading starts, so their direction tells how the paper lay.
        """
        with self._lock:
            lines = self._read_upright(image)
        return [_enlarged(line, 1 / scale) for line in lines]

    def _read_upright(self, image: Pixels) -> list[Line]:
        lines = self._lines(image)
        turns = _quarter_turns(lines)
        if not turns:
            return lines
        turned = self._lines(np.ascontiguousarray(np.rot90(image, turns)))
        if turns == _UPSIDE_DOWN and _score(turned) < _score(lines):
            return lines  # it was upright and is hard to read
        height, width = image.shape[:2]
        return [_turned_back(line, turns, width, height) for line in turned]

    def _lines(self, image: Pixels) -> list[Line]:
        page = self._pipeline.predict(image)[0]
        found = zip(page["rec_texts"], page["rec_scores"], page["rec_polys"], strict=True)
        return [
            Line(text, float(score), tuple(Point(float(x), float(y)) for x, y in corners))
            for text, score, corners in found
            if text.strip()
        ]


def _build(model_dir: Path, device: str, engine: Engine, threads: int, batch: int) -> Any:
    for name in (DETECTOR, RECOGNISER):
        if not (model_dir / name / "inference.yml").is_file():
            raise ModelsMissing(f"There is no reading model {name} in {model_dir}.")
    paddleocr = _import_paddleocr(model_dir)
    try:
        return paddleocr(
            text_detection_model_name=DETECTOR,
            text_detection_model_dir=str(model_dir / DETECTOR),
            text_recognition_model_name=RECOGNISER,
            text_recognition_model_dir=str(model_dir / RECOGNISER),
            text_recognition_batch_size=batch,
            use_doc_orientation_classify=False,
            use_doc_unwarping=False,
            use_textline_orientation=False,
            text_det_limit_side_len=_LONGEST_SIDE_DETECTED,
            text_det_limit_type="max",
            device=device,
            engine="paddle_static" if engine == "paddle" else engine,
            engine_config=_engine_config(device, engine, threads),
        )
    except (RuntimeError, ValueError, ImportError) as error:
        raise ReaderUnavailable(
            f"The text reader cannot start with {engine} on {device}: {error}"
        ) from error


def _import_paddleocr(model_dir: Path) -> Any:
    """The class, told before its first import never to go to the network nor from GPU to CPU by itself."""
    os.environ["PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK"] = "True"
    os.environ["PADDLE_PDX_DISABLE_DEVICE_FALLBACK"] = "1"
    os.environ["PADDLE_PDX_EAGER_INIT"] = "0"  # registers training code that reading never uses
    os.environ.setdefault("PADDLE_PDX_CACHE_HOME", str(model_dir / ".paddlex"))
    answer_for_opencv()
    try:
        from paddleocr import PaddleOCR  # noqa: PLC0415 - takes a second, and only readers need it
    except ImportError as error:
        raise ReaderUnavailable(f"PaddleOCR is missing ({error}): install outgo[ocr].") from error
    logging.getLogger("paddlex").setLevel(logging.WARNING)
    return PaddleOCR


def _engine_config(device: str, engine: Engine, threads: int) -> dict[str, Any] | None:
    on_cpu = device == "cpu"
    match engine:
        case "onnxruntime":
            return {"intra_op_num_threads": threads} if on_cpu else None
        case "paddle":
            # oneDNN needs paddlepaddle 3.2.2: later ones abort on it (PaddlePaddle/Paddle#77340)
            return (
                {"run_mode": "mkldnn", "cpu_threads": threads} if on_cpu else {"run_mode": "paddle"}
            )


def _best_batch(device: str) -> int:
    return 6 if device == "cpu" else 32


def _quarter_turns(lines: list[Line]) -> int:
    """How often to turn the image counter-clockwise by 90 degrees until its text stands upright.

    The recogniser turns upright boxes counter-clockwise by itself, so text that runs down the page still
    reads well and text that runs up the page reads upside down.
    """
    shapes = [_sides(line) for line in lines]
    long = [
        (along, down) for along, down in shapes if max(along, down) > _LONG_BOX * min(along, down)
    ]
    vertical = sum(down > along for along, down in long) * 2 > len(long)
    doubtful = _score(lines) < _DOUBTFUL_SCORE
    if vertical:
        return 3 if doubtful else 1
    return _UPSIDE_DOWN if doubtful and lines else 0


def _sides(line: Line) -> tuple[float, float]:
    """Horizontal and vertical extent."""
    xs, ys = [point.x for point in line.box], [point.y for point in line.box]
    return max(xs) - min(xs), max(ys) - min(ys)


def _score(lines: list[Line]) -> float:
    return fmean([line.confidence for line in lines]) if lines else 0.0


def _turned_back(line: Line, turns: int, width: int, height: int) -> Line:
    """The line on the image of this width and height as it was before `turns` turns."""
    corners = line.box
    for turn in range(turns, 0, -1):
        side = width if turn % 2 else height
        corners = tuple(Point(side - 1 - y, x) for x, y in corners)
    return Line(line.text, line.confidence, corners)


def _enlarged(line: Line, factor: float) -> Line:
    return Line(
        line.text, line.confidence, tuple(Point(x * factor, y * factor) for x, y in line.box)
    )
