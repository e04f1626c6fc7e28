"""A folder from which PaddleOCR's models can be trained, as its configurations expect one."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from adapters.ocr.pixels import Corners, Pixels, cut_out, extent
from domain.receipt.line import Polygon
from domain.receipt.training import Label, Labelled, extraction_label, recognition_label

_JPEG_QUALITY = 95


class FolderNotEmpty(Exception):  # noqa: N818 - names the situation
    """Labels of two exports would mix there."""


class TrainingSet:
    """`rec/` for text recognition and `kie/` for key information extraction, each with images and labels."""

    def __init__(self, folder: Path) -> None:
        if folder.exists() and any(folder.iterdir()):
            raise FolderNotEmpty(f"{folder} is not empty.")
        self._recognition, self._extraction = folder / "rec", folder / "kie"
        for part in (self._recognition, self._extraction):
            (part / "images").mkdir(parents=True)
        self._texts = self._recognition / "rec_gt.txt"
        self._labels = self._extraction / "kie_gt.txt"
        self._texts.touch()
        self._labels.touch()
        classes = "".join(f"{label}\n" for label in Label)
        (self._extraction / "class_list.txt").write_text(classes)

    def add(self, name: str, jpeg: bytes, labels: Sequence[Labelled]) -> int:
        """Keep the image with its labels, and each line of certain text by itself: so many of those."""
        image = f"images/{name}.jpg"
        (self._extraction / image).write_bytes(jpeg)
        _append(self._labels, extraction_label(image, labels))
        pixels = _pixels(jpeg)
        certain = [(one.line.box, one.text) for one in labels if one.text is not None]
        for number, (box, text) in enumerate(certain):
            cut = f"images/{name}_{number}.jpg"
            (self._recognition / cut).write_bytes(_jpeg(_cut(pixels, box)))
            _append(self._texts, recognition_label(cut, text))
        return len(certain)


def _cut(pixels: Pixels, box: Polygon) -> Pixels:
    corners: Corners = np.array(box, np.float32)
    width, height = extent(corners)
    return cut_out(pixels, corners, (max(1, round(width)), max(1, round(height))))


def _pixels(jpeg: bytes) -> Pixels:
    decoded = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None, "a reader made it"
    return decoded.astype(np.uint8, copy=False)


def _jpeg(pixels: Pixels) -> bytes:
    _, encoded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    return encoded.tobytes()


def _append(file: Path, text: str) -> None:
    with file.open("a", encoding="utf-8") as labels:
        labels.write(text)
