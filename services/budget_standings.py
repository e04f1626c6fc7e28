"""How budgets stand: what is spent, what is left, and where it leads."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import col

from core.clock import now
from core.prepared import Prepared, Where, an_id, one_of
from domain import budget
from domain.budget import Standing
from domain.expense import day_in_range
from domain.money import Money
from domain.period import Period, PeriodKind, around, local_day, preceding
from models.account import User
from models.base import select_shown
from models.budget import Budget
from services import access, spending
from services.spending import Spending

_BUDGETS = Prepared(
    select_shown(Budget)
    .add_columns(col(User.time_zone))
    .join(User, col(User.id) == an_id("viewer"))
    .where(one_of(Budget.id), Budget.ledger_id == access.personal_ledger_id_of(an_id("viewer")))
)

_MOST_VIEWS = 256  # nearly everyone's budgets are about the same few days

Wanted = tuple[UUID, date | None]
"""A budget's id and a day of the period to look at."""


async def of(
    where: Where, viewer: UUID, wanted: Iterable[Wanted], at: datetime | None = None
) -> Mapping[Wanted, Standing]:
    """How those of the budgets that are the viewer's stand in the periods that the days are in.

    Without a day it is the period of today, `at` which is now, where the viewer lives. One query for all
    budgets of the same day. Refuses: `DayOutOfRange`.
    """
    by_day: defaultdict[date | None, list[UUID]] = defaultdict(list)
    for budget_id, on in wanted:
        by_day[on].append(budget_id)
    return {
        (row.id, on): standing
        for on, ids in by_day.items()
        for row, standing in await _standings_on(where, viewer, ids, on, at or now())
    }


async def _standings_on(
    where: Where, viewer: UUID, ids: Sequence[UUID], on: date | None, at: datetime
) -> Sequence[tuple[Any, Standing]]:
    if on is not None:
        day_in_range(on)
    rows = await _BUDGETS.rows(where, ids=ids, viewer=viewer)
    if not rows:
        return []
    today = local_day(at, rows[0].time_zone)
    views = {kind: _view(kind, on or today, today) for kind in {row.period for row in rows}}
    asked = [(kind, period) for kind, view in views.items() for period in view.asked]
    spent = await spending.by_period(where, [row.id for row in rows], asked)
    return [(row, _standing(row, views[row.period], spent.get(row.id, {}))) for row in rows]


class _View(NamedTuple):
    """A period, what of it has begun and what is to come, and the complete ones before, newest first."""

    period: Period
    begun: Period
    ahead: Period
    past: Sequence[Period]

    @property
    def asked(self) -> Sequence[Period]:
        return self.begun, self.ahead, *self.past


@lru_cache(_MOST_VIEWS)
def _view(kind: PeriodKind, on: date, today: date) -> _View:
    period = around(on, kind)
    latest = around(min(on, today), kind)  # what precedes a period to come is not yet complete
    past = islice(preceding(latest, kind), len(budget.FORECAST_WEIGHTS))
    return _View(period, *period.parted(today), tuple(past))


def _standing(row: Any, view: _View, spent: Spending) -> Standing:
    begun, ahead, *past = (spent.get((period, row.currency), 0) for period in view.asked)
    projected = budget.projected(
        begun,
        ahead,
        elapsed_days=view.begun.days,
        days=view.period.days,
        history=budget.since_first_spending(past),
    )
    return Standing(
        amount=Money(row.amount_minor, row.currency),
        period=view.period,
        spent=Money(begun + ahead, row.currency),
        projected=Money(projected, row.currency),
        uncounted=_uncounted(row, view, spent),
    )


def _uncounted(row: Any, view: _View, spent: Spending) -> Sequence[Money]:
    currencies = {currency for _, currency in spent} - {row.currency}
    sums = (
        Money(spent.get((view.begun, other), 0) + spent.get((view.ahead, other), 0), other)
        for other in sorted(currencies)
    )
    return [money for money in sums if money.minor]
