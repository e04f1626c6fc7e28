"""How much the weights that rules give are worth, before users have confirmed anything.

They grow with evidence but are no probabilities. A curve for each field makes some of them: Platt scaling of
their log odds (J. Platt, "Probabilistic outputs for support vector machines", 1999), measured on receipts
whose truth is known. What users confirm refines the result further (`calibration`).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from domain.receipt.fields import Field, Reading

T = TypeVar("T")

_SURE = 1e-3  # nothing is surer than that
_STEPS = 50
_RIDGE = 1e-3  # keeps the slope finite where every reading is right


@dataclass(frozen=True, slots=True)
class Curve:
    """Of the log odds of a confidence."""

    shift: float = 0.0
    slope: float = 1.0

    def of(self, confidence: float) -> float:
        return _share(self.shift + self.slope * _log_odds(confidence))


Curves = Mapping[str, Curve]

AS_WEIGHED: Curves = {}
"""No curves: what the rules say."""

MEASURED: Curves = {
    "merchant": Curve(2.77, 0.75),
    "day": Curve(4.12, 0.90),
    "currency": Curve(1.88, 1.94),
    "total": Curve(0.86, 1.34),
    "tax": Curve(1.70, 1.33),
    "tip": Curve(1.10, 1.19),
    "discount": Curve(2.68, 0.96),
    "items": Curve(-0.01, 3.16),
}
"""By `python -m bench.receipts --fit`."""


def as_measured(reading: Reading, curves: Curves) -> Reading:
    """With every confidence as its field's curve has it; a field without a curve keeps its own."""
    return replace(
        reading,
        merchant=_on(reading.merchant, curves.get("merchant")),
        day=_on(reading.day, curves.get("day")),
        total=_on(reading.total, curves.get("total")),
        tax=_on(reading.tax, curves.get("tax")),
        tip=_on(reading.tip, curves.get("tip")),
        discount=_on(reading.discount, curves.get("discount")),
        currency=_on(reading.currency, curves.get("currency")),
        items=tuple(
            item for item in (_on(item, curves.get("items")) for item in reading.items) if item
        ),
    )


def fitted(readings: Iterable[tuple[float, bool]]) -> Curve:
    """The curve that makes these confidences likeliest, each with whether its value was right.

    Newton's method on the logistic likelihood; targets are drawn in a little, as Platt does, so that few
    readings which all were right do not promise certainty.
    """
    known = [(_log_odds(confidence), right) for confidence, right in readings]
    rights = sum(right for _, right in known)
    hit, miss = (rights + 1) / (rights + 2), 1 / (len(known) - rights + 2)
    points = [(odds, hit if right else miss) for odds, right in known]
    curve = Curve()
    for _ in range(_STEPS):
        curve = _closer(curve, points)
    return curve


def _closer(curve: Curve, points: Sequence[tuple[float, float]]) -> Curve:
    """One step of Newton's method, drawn a little towards a slope of one."""
    pull_shift, pull_slope = -_RIDGE * curve.shift, -_RIDGE * (curve.slope - 1)
    bend_shift, bend_both, bend_slope = _RIDGE, 0.0, _RIDGE
    for odds, target in points:
        share = _share(curve.shift + curve.slope * odds)
        weight, error = share * (1 - share), target - share
        pull_shift += error
        pull_slope += error * odds
        bend_shift += weight
        bend_both += weight * odds
        bend_slope += weight * odds * odds
    spread = bend_shift * bend_slope - bend_both**2
    return Curve(
        curve.shift + (pull_shift * bend_slope - pull_slope * bend_both) / spread,
        max(0.0, curve.slope + (pull_slope * bend_shift - pull_shift * bend_both) / spread),
    )


def _on(field: Field[T] | None, curve: Curve | None) -> Field[T] | None:
    if field is None or curve is None:
        return field
    return replace(field, confidence=round(curve.of(field.confidence), 3))


def _log_odds(confidence: float) -> float:
    share = min(1 - _SURE, max(_SURE, confidence))
    return math.log(share / (1 - share))


def _share(odds: float) -> float:
    """The logistic function, whichever way it would overflow."""
    if odds < 0:
        return math.exp(max(odds, -60.0)) / (1 + math.exp(max(odds, -60.0)))
    return 1 / (1 + math.exp(-odds))
