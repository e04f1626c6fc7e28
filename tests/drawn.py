"""Drawn receipts as the reader sees them, and what should be read from them."""

from decimal import Decimal

import cv2
import numpy as np

from adapters.ocr.pixels import Pixels
from app.demo.drawn_receipt import DrawnReceipt, draw
from domain.receipt import Reading


def pixels_of(receipt: DrawnReceipt, *, seed: int = 0) -> Pixels:
    image = cv2.imdecode(np.frombuffer(draw(receipt, seed=seed), np.uint8), cv2.IMREAD_COLOR)
    return image.astype(np.uint8)


def told(reading: Reading) -> dict[str, object]:
    fields = ("merchant", "day", "total", "tax", "tip", "currency")
    found: dict[str, object] = {
        name: field.value if (field := getattr(reading, name)) else None for name in fields
    }
    found["items"] = [
        (item.value.description, item.value.quantity or 1, item.value.amount_minor)
        for item in reading.items
    ]
    return found


def written(receipt: DrawnReceipt) -> dict[str, object]:
    return {
        "merchant": receipt.merchant,
        "day": receipt.day,
        "total": receipt.total_minor,
        "tax": receipt.tax_minor or None,
        "tip": receipt.tip_minor or None,
        "currency": receipt.currency,
        "items": [
            (item.description, Decimal(item.quantity), item.amount_minor) for item in receipt.items
        ],
    }
