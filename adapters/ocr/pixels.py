"""Pixels, and places on them."""

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""Rows, columns, and blue, green and red."""

Corners = NDArray[np.float32]
"""Four points of x and y, clockwise on the image."""


def shrunk(image: Pixels, scale: float) -> Pixels:
    """The image at `scale` times its size, which is at most 1."""
    if scale >= 1.0:
        return image
    height, width = image.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def cut_out(image: Pixels, corners: Corners, size: tuple[int, int]) -> Pixels:
    """What lies between the corners, seen straight from above, as wide and high as `size` says."""
    flat = cv2.warpPerspective(
        image, onto(corners, size), size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return flat.astype(np.uint8, copy=False)


def onto(corners: Corners, size: tuple[int, int]) -> NDArray[np.float64]:
    """The projection that takes the corners to those of an image of this size."""
    width, height = size
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    return cv2.getPerspectiveTransform(corners, target).astype(np.float64)


def extent(corners: Corners) -> tuple[float, float]:
    """Length of the first edge and the one after it, each with the edge opposite: the longer counts."""
    top, right, bottom, left = (
        float(np.linalg.norm(corners[(start + 1) % 4] - corners[start])) for start in range(4)
    )
    return max(top, bottom), max(right, left)
