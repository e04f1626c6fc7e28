"""Lines read before, kept in a file, so that understanding can be judged again in seconds."""

import json
from collections.abc import Sequence
from pathlib import Path

from domain.receipt import Line, Point

_Kept = list[tuple[str, float, list[list[float]]]]


class LineCache:
    """By the key of a case; without a file nothing is kept for the next time."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._kept: dict[str, _Kept] = (
            json.loads(file.read_text()) if file and file.exists() else {}
        )

    def get(self, key: str) -> list[Line] | None:
        kept = self._kept.get(key)
        return None if kept is None else [_line(*parts) for parts in kept]

    def put(self, key: str, lines: Sequence[Line]) -> None:
        self._kept[key] = [
            (line.text, line.confidence, [[*corner] for corner in line.box]) for line in lines
        ]

    def save(self) -> None:
        if self._file:
            self._file.write_text(json.dumps(self._kept))


def _line(text: str, confidence: float, box: list[list[float]]) -> Line:
    return Line(text, confidence, tuple(Point(*corner) for corner in box))
