"""Curves that make shares of confidences, from receipts read well and read badly.

Of receipts that are read well nearly everything is right, whatever the evidence, so they say little about
weak evidence. The same lines with some lost and some digits wrong say the rest.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random

from bench.reading.case import Case
from bench.reading.verdict import basket, verdicts
from domain.receipt import Line, read
from domain.receipt.odds import AS_WEIGHED, Curve, fitted

_BADLY_READ = 0.2  # of all receipts, read badly besides
_MOST_LOST, _MOST_MISREAD = 0.5, 0.03  # of lines and of digits
_FEWEST = 25
_FIELD_OF = {"merchant alike": "merchant"}


class Evidence:
    """Confidences as weighed, each with whether its value was right, by field."""

    def __init__(self) -> None:
        self._known = defaultdict[str, list[tuple[float, bool]]](list)

    def add(self, case: Case, lines: Sequence[Line]) -> None:
        for damaged in _damaged(lines, Random(case.key)):
            reading = read(damaged, curves=AS_WEIGHED)
            _, judged = basket(case, reading) if case.expected.is_complete else (None, [])
            for verdict in (*verdicts(case, reading, damaged), *judged):
                if verdict.confidence is not None:
                    name = _FIELD_OF.get(verdict.field, verdict.field)
                    self._known[name].append((verdict.confidence, verdict.is_right))

    def curves(self) -> dict[str, Curve]:
        """Of the fields that were seen often enough."""
        return {name: fitted(known) for name, known in self._known.items() if len(known) >= _FEWEST}

    def print(self) -> None:
        for name, curve in self.curves().items():
            print(
                f'    "{name}": Curve({curve.shift:.2f}, {curve.slope:.2f}),  # {len(self._known[name])}'
            )


def _damaged(lines: Sequence[Line], dice: Random) -> Iterator[Sequence[Line]]:
    yield lines
    if dice.random() < _BADLY_READ:
        lost, misread = dice.uniform(0, _MOST_LOST), dice.uniform(0, _MOST_MISREAD)
        yield [
            replace(line, text="".join(_misread(char, misread, dice) for char in line.text))
            for line in lines
            if dice.random() >= lost
        ]


def _misread(char: str, share: float, dice: Random) -> str:
    return dice.choice("0123456789") if char.isdigit() and dice.random() < share else char
