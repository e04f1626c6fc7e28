"""Exact parts by plain specs: fractions of a unit are kept, for whoever sums them to round once."""

from collections.abc import Mapping
from fractions import Fraction
from uuid import UUID

from domain.errors import Invalid
from domain.split.spec import ByWeight, Equal, Exact, LineSplit, Percent, Shares, Standing

WHOLE_BASIS_POINTS = 10_000
MOST_PEOPLE = 1000
"""Who may take part in one expense; and as many may have paid for it."""
HEAVIEST = 10**9
"""The largest weight. An income in cents fits; exact fractions of many lines stay small numbers."""

Path = tuple[str, ...]
Parts = dict[UUID, Fraction]


class SharesDoNotAddUp(Invalid):
    """Says how far off the parts are, in the unit that was given (minor units or basis points)."""

    code = "SHARES_DO_NOT_ADD_UP"

    def __init__(self, expected: int, actual: int, unit: str, *, path: Path) -> None:
        gap = abs(expected - actual)
        side = "short of" if actual < expected else "over"
        super().__init__(
            f"The parts add up to {actual} {unit}, {gap} {side} {expected}.", path=path
        )
        self.expected = expected
        self.actual = actual


class ExceedsAmount(Invalid):
    """Says how far what was given goes beyond the amount, away from zero."""

    what: str

    def __init__(self, total: int, taken: int) -> None:
        super().__init__(
            f"{self.what} come to {taken} minor units, {abs(taken - total)} beyond {total}.",
            path=("split",),
        )


class AdjustmentsExceedAmount(ExceedsAmount):
    code = "ADJUSTMENTS_EXCEED_AMOUNT"
    what = "The adjustments"


class RestUnassigned(Invalid):
    """Says how much is nobody's."""

    code = "REST_UNASSIGNED"

    def __init__(self, rest: int) -> None:
        super().__init__(
            f"{rest} minor units are nobody's: say who shares the remainder.", path=("split",)
        )


class NobodyToSplitWith(Invalid):
    code = "NOBODY_TO_SPLIT_WITH"


class TooManyPeople(Invalid):
    code = "TOO_MANY_PEOPLE"


class NegativeWeight(Invalid):
    code = "NEGATIVE_WEIGHT"


class WeightTooLarge(Invalid):
    code = "WEIGHT_TOO_LARGE"


def exact_parts(total: int, how: LineSplit, *, path: Path = ("split",)) -> Parts:
    """Each participant's part of `total` minor units, to the last fraction.

    Refuses: `NobodyToSplitWith`, `TooManyPeople`, `NegativeWeight`, `WeightTooLarge`, `SharesDoNotAddUp`.
    """
    match how:
        case Equal(participants):
            return in_proportion(total, dict.fromkeys(participants, 1), path=path)
        case Shares(weights):
            return in_proportion(total, weights, path=path)
        case Percent():
            return in_proportion(total, _whole_percents(how, path), path=path)
        case Exact(amounts):
            require_sum(amounts, total, "minor units", path=path)
            return {who: Fraction(minor) for who, minor in amounts.items()}


def require_proportions(how: Standing) -> None:
    """Refuses what `exact_parts` would refuse of it for any amount."""
    match how:
        case ByWeight(participants):
            exact_parts(0, Equal(participants))
        case _:
            exact_parts(0, how)


def in_proportion(total: int, weights: Mapping[UUID, int], *, path: Path = ("split",)) -> Parts:
    require_people(weights, path=path)
    if min(weights.values()) < 0:
        raise NegativeWeight("A weight cannot be negative.", path=path)
    if max(weights.values()) > HEAVIEST:
        raise WeightTooLarge(f"A weight is at most {HEAVIEST}.", path=path)
    whole = sum(weights.values())
    if not whole:
        raise NobodyToSplitWith("Somebody has to take a part.", path=path)
    part = {weight: Fraction(total * weight, whole) for weight in {*weights.values()}}
    return {who: part[weight] for who, weight in weights.items()}


def rest_of(total: int, taken: int, refusal: type[ExceedsAmount]) -> int:
    """What is left of a total, never of the other sign: nothing can be left of zero.

    Refuses: `refusal`, when more was taken than there is, of a charge and of a refund alike.
    """
    rest = total - taken
    if rest < 0 if total > 0 else rest > 0 if total < 0 else rest != 0:
        raise refusal(total, taken)
    return rest


def require_sum(
    parts: Mapping[UUID, int], expected: int, unit: str, *, path: Path = ("split",)
) -> None:
    require_people(parts, path=path)
    actual = sum(parts.values())
    if actual != expected:
        raise SharesDoNotAddUp(expected, actual, unit, path=path)


def require_people(parts: Mapping[UUID, object], *, path: Path = ("split",)) -> None:
    if not parts:
        raise NobodyToSplitWith("Somebody has to take a part.", path=path)
    if len(parts) > MOST_PEOPLE:
        raise TooManyPeople(f"At most {MOST_PEOPLE} people share an expense.", path=path)


def _whole_percents(how: Percent, path: Path) -> Mapping[UUID, int]:
    named = sum(how.basis_points.values())
    if how.remainder_to is None or named > WHOLE_BASIS_POINTS:
        require_sum(how.basis_points, WHOLE_BASIS_POINTS, "basis points", path=path)
        return how.basis_points
    own = how.basis_points.get(how.remainder_to, 0)
    return {**how.basis_points, how.remainder_to: own + WHOLE_BASIS_POINTS - named}
