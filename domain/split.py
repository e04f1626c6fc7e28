"""Who owes which part of an expense. The spec is what people agreed on; the shares follow from it."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter

from domain.errors import Invalid
from domain.money import Money, rotation

WHOLE_BASIS_POINTS = 10_000
MOST_PEOPLE = 1000
"""Who may take part in one expense; and as many may have paid for it."""


class SharesDoNotAddUp(Invalid):
    """Says how far off the parts are, in the unit that was given (minor units or basis points)."""

    code = "SHARES_DO_NOT_ADD_UP"

    def __init__(self, expected: int, actual: int, unit: str, *, path: tuple[str, ...]) -> None:
        gap = abs(expected - actual)
        side = "short of" if actual < expected else "over"
        super().__init__(
            f"The parts add up to {actual} {unit}, {gap} {side} {expected}.", path=path
        )
        self.expected = expected
        self.actual = actual


class NobodyToSplitWith(Invalid):
    code = "NOBODY_TO_SPLIT_WITH"


class TooManyPeople(Invalid):
    code = "TOO_MANY_PEOPLE"


class NegativeWeight(Invalid):
    code = "NEGATIVE_WEIGHT"


@dataclass(frozen=True, slots=True)
class Equal:
    """Everyone the same."""

    participants: tuple[UUID, ...]
    kind: Literal["EQUAL"] = "EQUAL"


@dataclass(frozen=True, slots=True)
class Exact:
    """Amounts in minor units that add up to the total."""

    amounts: Mapping[UUID, int]
    kind: Literal["EXACT"] = "EXACT"


@dataclass(frozen=True, slots=True)
class Percent:
    """Hundredths of a percent that add up to 10 000."""

    basis_points: Mapping[UUID, int]
    kind: Literal["PERCENT"] = "PERCENT"


@dataclass(frozen=True, slots=True)
class Shares:
    """Weights in hundredths of a share: a share and a half is 150."""

    weights: Mapping[UUID, int]
    kind: Literal["SHARES"] = "SHARES"


Split = Equal | Exact | Percent | Shares
_STORED: TypeAdapter[Split] = TypeAdapter(Annotated[Split, Field(discriminator="kind")])


def shares(total: Money, how: Split, expense_id: UUID) -> dict[UUID, Money]:
    """Each participant's part of `total`, by member id. The parts sum to the total exactly.

    A pure function of the expense's id and the spec, whatever order the participants come in.
    Refuses: `NobodyToSplitWith`, `TooManyPeople`, `NegativeWeight`, `SharesDoNotAddUp`, `AmountTooLarge`.
    """
    match how:
        case Equal(participants):
            return _in_proportion(total, dict.fromkeys(participants, 1), expense_id)
        case Shares(weights):
            return _in_proportion(total, weights, expense_id)
        case Percent(basis_points):
            _require_sum(basis_points, WHOLE_BASIS_POINTS, "basis points")
            return _in_proportion(total, basis_points, expense_id)
        case Exact(amounts):
            _require_sum(amounts, total.minor, "minor units")
            return _in_money(amounts, total.currency)


def participants(how: Split) -> AbstractSet[UUID]:
    """Everyone the split names, by member id."""
    match how:
        case Equal(people):
            return set(people)
        case Exact(parts) | Percent(parts) | Shares(parts):
            return set(parts)


def paid(total: Money, payers: Mapping[UUID, int]) -> dict[UUID, Money]:
    """What each payer put in, by member id, in minor units that add up to `total`.

    Refuses: `NobodyToSplitWith`, `TooManyPeople`, `SharesDoNotAddUp`, `AmountTooLarge`.
    """
    _require_sum(payers, total.minor, "minor units", path=("paidBy",))
    return _in_money(payers, total.currency)


def stored(how: Split) -> dict[str, Any]:
    return _STORED.dump_python(how, mode="json")


def restored(spec: dict[str, Any]) -> Split:
    return _STORED.validate_python(spec, strict=False)


def _in_proportion(
    total: Money, weights: Mapping[UUID, int], expense_id: UUID
) -> dict[UUID, Money]:
    _require_people(weights)
    if min(weights.values()) < 0:
        raise NegativeWeight("A weight cannot be negative.", path=("split",))
    if not sum(weights.values()):
        raise NobodyToSplitWith("Somebody has to take a part.", path=("split",))
    people = sorted(weights)
    parts = total.allocate(
        [weights[who] for who in people], offset=rotation(expense_id, len(people))
    )
    return dict(zip(people, parts, strict=True))


def _require_sum(
    parts: Mapping[UUID, int], expected: int, unit: str, *, path: tuple[str, ...] = ("split",)
) -> None:
    _require_people(parts, path=path)
    actual = sum(parts.values())
    if actual != expected:
        raise SharesDoNotAddUp(expected, actual, unit, path=path)


def _require_people(parts: Mapping[UUID, int], *, path: tuple[str, ...] = ("split",)) -> None:
    if not parts:
        raise NobodyToSplitWith("Somebody has to take a part.", path=path)
    if len(parts) > MOST_PEOPLE:
        raise TooManyPeople(f"At most {MOST_PEOPLE} people share an expense.", path=path)


def _in_money(parts: Mapping[UUID, int], currency: str) -> dict[UUID, Money]:
    """Each of them small enough: parts of either sign can add up to little."""
    return {who: Money(minor, currency).checked() for who, minor in parts.items()}
