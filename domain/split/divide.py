"""From a spec and an amount to shares in whole units."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from fractions import Fraction
from math import floor
from typing import NamedTuple
from uuid import UUID

from domain.money import Money, apportion, rotation
from domain.split.items import itemised_parts
from domain.split.parts import (
    AdjustmentsExceedAmount,
    Parts,
    exact_parts,
    in_proportion,
    require_people,
    require_sum,
    rest_of,
)
from domain.split.remainder import Precedence
from domain.split.spec import Adjusted, Itemised, Split, Weighted


class Division(NamedTuple):
    """Each one's part, by member id, and whose is a spare unit above the floor of the exact one."""

    parts: Mapping[UUID, Money]
    spare: AbstractSet[UUID]


def divide(total: Money, how: Split, expense_id: UUID, ranks: Precedence | None = None) -> Division:
    """Each participant's part of `total`. The parts sum to the total exactly, each less than a unit off.

    A pure function of the expense's id, the spec and who has precedence, whatever order people come in.
    Refuses: `NobodyToSplitWith`, `TooManyPeople`, `NegativeWeight`, `WeightTooLarge`, `SharesDoNotAddUp`,
    `AdjustmentsExceedAmount`, `ItemsExceedAmount`, `RestUnassigned`, `NoLineOfClass`, `AmountTooLarge`.
    """
    exact = dict(sorted(exact_shares(total.minor, how).items()))
    require_people(exact)
    minors = apportion(
        [*exact.values()],
        offset=rotation(expense_id, len(exact)),
        ranks=[ranks.get(who, 0) for who in exact] if ranks else None,
    )
    whole = dict(zip(exact, minors, strict=True))
    spare = {who for who, part in exact.items() if whole[who] > floor(part)}
    return Division(_in_money(whole, total.currency), spare)


def paid(total: Money, payers: Mapping[UUID, int]) -> dict[UUID, Money]:
    """What each payer put in, by member id, in minor units that add up to `total`.

    Refuses: `NobodyToSplitWith`, `TooManyPeople`, `SharesDoNotAddUp`, `AmountTooLarge`.
    """
    require_sum(payers, total.minor, "minor units", path=("paidBy",))
    return _in_money(payers, total.currency)


def exact_shares(total: int, how: Split) -> Parts:
    """Each participant's part of `total` minor units before any rounding, by member id."""
    match how:
        case Itemised():
            return itemised_parts(total, how)
        case Adjusted(deltas):
            return _adjusted(total, deltas)
        case Weighted(weights):
            return in_proportion(total, weights)
        case _:
            return exact_parts(total, how)


def _adjusted(total: int, deltas: Mapping[UUID, int]) -> Parts:
    require_people(deltas)
    rest = rest_of(total, sum(deltas.values()), AdjustmentsExceedAmount)
    return {who: Fraction(rest, len(deltas)) + delta for who, delta in deltas.items()}


def _in_money(parts: Mapping[UUID, int], currency: str) -> dict[UUID, Money]:
    """Each of them small enough: parts of either sign can add up to little."""
    return {who: Money(minor, currency).checked() for who, minor in parts.items()}
