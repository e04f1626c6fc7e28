"""How the spending of a period compares with what was meant. Pure and exact: integers and fractions."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from domain import text
from domain.errors import Invalid
from domain.money import Money
from domain.period import Period, PeriodKind

DEFAULT_THRESHOLDS = (80, 100)
MOST_THRESHOLDS, HIGHEST_THRESHOLD = 10, 1000
MOST_CATEGORIES = 100

FORECAST_WEIGHTS = (3, 2, 1, 1, 1, 1)
"""How much each of the last complete periods counts in a forecast, newest first."""


class BudgetNotPositive(Invalid):
    code = "BUDGET_NOT_POSITIVE"


class ThresholdOutOfRange(Invalid):
    code = "THRESHOLD_OUT_OF_RANGE"


class TooManyThresholds(Invalid):
    code = "TOO_MANY_THRESHOLDS"


class TooManyCategories(Invalid):
    code = "TOO_MANY_CATEGORIES"


@dataclass(frozen=True, slots=True)
class Draft:
    """A new budget. `id` is the client's, so that asking twice makes it once. No category means all."""

    id: UUID
    name: str
    amount: Money
    period: PeriodKind
    category_ids: Sequence[UUID] = ()
    thresholds: Sequence[int] = DEFAULT_THRESHOLDS

    def checked(self) -> "Draft":
        """Itself, tidy. Refuses: see `positive`, `clean_categories`, `clean_thresholds`, `domain.text`."""
        return replace(
            self,
            name=text.required(self.name, "name"),
            amount=positive(self.amount),
            category_ids=clean_categories(self.category_ids),
            thresholds=clean_thresholds(self.thresholds),
        )


@dataclass(frozen=True, slots=True)
class Changes:
    """What an edit changes. None leaves a register as it is."""

    name: str | None = None
    amount: Money | None = None
    period: PeriodKind | None = None
    category_ids: Sequence[UUID] | None = None
    thresholds: Sequence[int] | None = None

    @property
    def registers(self) -> tuple[str, ...]:
        """The names of the registers that change."""
        names = {"amount": "money", "category_ids": "categories"}
        return tuple(
            names.get(field.name, field.name)
            for field in fields(self)
            if getattr(self, field.name) is not None
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """How a budget stands in one period. `uncounted` is spending in other currencies, one each."""

    amount: Money
    period: Period
    spent: Money
    projected: Money
    uncounted: Sequence[Money]

    @property
    def remaining(self) -> Money:
        """Negative once more is spent than was meant."""
        return self.amount + -self.spent

    @property
    def percent(self) -> int:
        return percent(self.spent.minor, self.amount.minor)


@dataclass(frozen=True, slots=True)
class Alert:
    """Spending has reached `threshold` percent of a budget. It keeps what was true at that moment."""

    budget_id: UUID
    name: str
    threshold: int
    spent: Money
    amount: Money
    period: Period


_STORED = TypeAdapter(Alert)


def stored(alert: Alert) -> dict[str, Any]:
    return _STORED.dump_python(alert, mode="json")


def restored(facts: dict[str, Any]) -> Alert:
    return _STORED.validate_python(facts)


def percent(spent: int, amount: int) -> int:
    """Whole percent of the amount, rounded down: 100 means that all of it is gone, never nearly so."""
    assert amount > 0
    return spent * 100 // amount


def reached(thresholds: Sequence[int], spent: int, amount: int) -> list[int]:
    """The thresholds that the spending stands at or above."""
    standing = percent(spent, amount)
    return [threshold for threshold in thresholds if standing >= threshold]


def forecast(history: Sequence[int]) -> Fraction | None:
    """The weighted mean of up to six complete periods, newest first; None where there is none.

    F = Σ wₘsₘ / Σ wₘ with w = 3, 2, 1, 1, 1, 1.
    """
    weighed = list(zip(FORECAST_WEIGHTS, history, strict=False))
    if not weighed:
        return None
    return Fraction(
        sum(weight * spent for weight, spent in weighed), sum(weight for weight, _ in weighed)
    )


def since_first_spending(history: Sequence[int]) -> Sequence[int]:
    """The history, newest first, without its empty beginning: nobody kept books yet, which says nothing."""
    first = next((index for index in reversed(range(len(history))) if history[index]), -1)
    return history[: first + 1]


def projected(
    so_far: int, ahead: int, *, elapsed_days: int, days: int, history: Sequence[int]
) -> int:
    """What the period will have cost when it ends, in minor units, halves to the even one.

    Of `days`, `elapsed_days` have begun, today included, and cost `so_far`; `ahead` is what is known
    already of the days to come. With λ = elapsed ÷ days, a whole period is expected to cost
    D = λ·(so_far ÷ λ) + (1 − λ)·F: today's pace, leaning on the forecast F of `history` (newest first)
    the more, the less of the period has been seen. The projection is so_far + ahead + D·(1 − λ).
    Without history the pace alone decides.
    """
    assert 0 <= elapsed_days <= days
    seen = Fraction(elapsed_days, days)
    return round(so_far + ahead + _whole_period(so_far, seen, forecast(history)) * (1 - seen))


def _whole_period(so_far: int, seen: Fraction, usual: Fraction | None) -> Fraction:
    if usual is not None:
        return so_far + (1 - seen) * usual
    return so_far / seen if seen else Fraction(0)


def positive(amount: Money) -> Money:
    """Refuses: `BudgetNotPositive`, `UnknownCurrency`, `AmountTooLarge`."""
    if amount.checked().minor <= 0:
        raise BudgetNotPositive("A budget is more than nothing.", path=("amount",))
    return amount


def clean_categories(ids: Sequence[UUID]) -> tuple[UUID, ...]:
    """Without doubles, in order. Refuses: `TooManyCategories`."""
    cleaned = tuple(sorted(set(ids)))
    if len(cleaned) > MOST_CATEGORIES:
        raise TooManyCategories(
            f"A budget has at most {MOST_CATEGORIES} categories.", path=("categoryIds",)
        )
    return cleaned


def clean_thresholds(thresholds: Sequence[int]) -> tuple[int, ...]:
    """Without doubles, ascending; none at all is fine.

    Refuses: `ThresholdOutOfRange`, `TooManyThresholds`.
    """
    cleaned = tuple(sorted(set(thresholds)))
    if len(cleaned) > MOST_THRESHOLDS:
        raise TooManyThresholds(
            f"A budget has at most {MOST_THRESHOLDS} thresholds.", path=("thresholds",)
        )
    if cleaned and not 1 <= cleaned[0] <= cleaned[-1] <= HIGHEST_THRESHOLD:
        raise ThresholdOutOfRange(
            f"A threshold is 1 to {HIGHEST_THRESHOLD} percent.", path=("thresholds",)
        )
    return cleaned
