"""What a printer is told to print, one row under the other."""

import unicodedata
from dataclasses import dataclass
from typing import Literal, NamedTuple

Anchor = Literal["l", "m", "r"]


class Cell(NamedTuple):
    """Text at a share of the paper's width, which it starts at, surrounds or ends at."""

    text: str
    at: float
    anchor: Anchor


@dataclass(frozen=True)
class Row:
    cells: tuple[Cell, ...]
    size: float = 1.0
    bold: bool = False
    inverse: bool = False


@dataclass(frozen=True)
class Rule:
    """A line across the paper, of this sign or drawn."""

    sign: str


@dataclass(frozen=True)
class Code:
    squares: bool  # else bars


@dataclass(frozen=True)
class Gap:
    lines: float = 0.5


Printed = Row | Rule | Code | Gap


def left(text: str, *, at: float = 0.0, bold: bool = False) -> Row:
    return Row((Cell(text, at, "l"),), bold=bold)


def centred(text: str, *, size: float = 1.0, bold: bool = False, inverse: bool = False) -> Row:
    return Row((Cell(text, 0.5, "m"),), size, bold, inverse)


def pair(label: str, value: str, *, size: float = 1.0, bold: bool = False) -> Row:
    return Row((Cell(label, 0.0, "l"), Cell(value, 1.0, "r")), size, bold)


def width(text: str) -> int:
    """In columns of the printer: ideographs and kana take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
