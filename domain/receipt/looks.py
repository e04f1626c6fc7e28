"""How a picture looks in 63 bits, much the same however large, bright or compressed it is. Pure."""

import math
from collections.abc import Sequence

SIDE = 32
"""A picture is looked at as so many rows of so many grey values."""

MOST_APART = 10
"""Bits in which two pictures of the same thing may differ: see docs/receipts.md."""

_WAVES = 8
_FAINT = 1.0  # a sheet without any contrast has waves of nothing but rounding

_COSINES = [
    [math.cos(math.pi * wave * (2 * place + 1) / (2 * SIDE)) for place in range(SIDE)]
    for wave in range(1, _WAVES + 1)
]


def looks_of(grey: Sequence[Sequence[float]]) -> int | None:
    """The signs of the longest waves across and down the picture; None for one that shows nothing.

    The perceptual hash by discrete cosine transform (Zauner, Implementation and Benchmarking of Perceptual
    Image Hash Functions, 2010), with 0 for the median: these waves have no mean. The last of 64 is left out,
    so that databases keep it as a number.
    """
    across = [[_product(row, cosine) for row in grey] for cosine in _COSINES]
    waves = [_product(column, cosine) for column in across for cosine in _COSINES]
    if max(map(abs, waves)) < _FAINT:
        return None
    return sum((wave > 0) << place for place, wave in enumerate(waves[:-1]))


def apart(one: int, other: int) -> int:
    """In how many bits two looks differ."""
    return (one ^ other).bit_count()


def _product(values: Sequence[float], cosine: Sequence[float]) -> float:
    return sum(value * share for value, share in zip(values, cosine, strict=True))
