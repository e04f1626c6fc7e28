"""Images of many sizes, made equal so that a detector can look at several at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from adapters.ocr.pixels import Corners, Pixels

_STRIDE = 32  # of the detector: sides are multiples of it
_PAPER = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class Canvas:
    """`pixels` as the detector sees an image of another size, perhaps with margins right and below."""

    pixels: Pixels
    scale: Corners
    width: int
    height: int

    def on_image(self, box: Corners) -> Corners:
        return (box / self.scale).astype(np.float32)

    def holds(self, box: Corners) -> bool:
        """Whether a box is on the image, and not on the margin."""
        x, y = box.mean(axis=0)
        return bool(x < self.width and y < self.height)


def canvases(images: Sequence[Pixels], longest: int) -> list[Canvas]:
    """All of one size, the least that holds each of the images with sides of at most `longest`."""
    fitted = [_fitted(image, longest) for image in images]
    width = max(image.shape[1] for image in fitted)
    height = max(image.shape[0] for image in fitted)
    return [
        Canvas(_widened(small, width, height), _scale(small, image), small.shape[1], small.shape[0])
        for small, image in zip(fitted, images, strict=True)
    ]


def _fitted(image: Pixels, longest: int) -> Pixels:
    """As PaddleOCR's detector would make it: shrunk to `longest`, then to whole strides."""
    height, width = image.shape[:2]
    scale = min(1.0, longest / max(height, width))
    size = _strides(width * scale), _strides(height * scale)
    return (
        image if size == (width, height) else cv2.resize(image, size).astype(np.uint8, copy=False)
    )


def _strides(length: float) -> int:
    return max(_STRIDE, round(int(length) / _STRIDE) * _STRIDE)


def _scale(small: Pixels, image: Pixels) -> Corners:
    return np.array([small.shape[1] / image.shape[1], small.shape[0] / image.shape[0]], np.float32)


def _widened(image: Pixels, width: int, height: int) -> Pixels:
    below, right = height - image.shape[0], width - image.shape[1]
    if not below and not right:
        return image
    wider = cv2.copyMakeBorder(image, 0, below, 0, right, cv2.BORDER_CONSTANT, value=_PAPER)
    return wider.astype(np.uint8, copy=False)
