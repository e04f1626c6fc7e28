"""How budgets stand: what is spent, what is left, and where it leads."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from domain import budget
from domain.budget import Standing
from domain.expense import day_in_range
from domain.money import Money
from domain.period import Period, PeriodKind, around, preceding
from models.budget import Budget
from services import access, spending
from services.spending import Spending

Wanted = tuple[UUID, date | None]
"""A budget's id and a day of the period to look at."""


async def of(
    session: AsyncSession, viewer: UUID, wanted: Iterable[Wanted], today: date
) -> Mapping[Wanted, Standing]:
    """How those of the budgets that are the viewer's stand in the periods that the days are in.

    Without a day it is today's period. One query for all budgets of the same day. Refuses: `DayOutOfRange`.
    """
    by_day: defaultdict[date | None, list[UUID]] = defaultdict(list)
    for budget_id, on in wanted:
        by_day[on].append(budget_id)
    return {
        (row.id, on): standing
        for on, ids in by_day.items()
        for row, standing in await _standings_on(session, viewer, ids, on or today, today)
    }


async def _standings_on(
    session: AsyncSession, viewer: UUID, ids: Sequence[UUID], on: date, today: date
) -> Sequence[tuple[Budget, Standing]]:
    day_in_range(on)
    rows = await access.rows_of(session, viewer, Budget, ids)
    views = {kind: _view(kind, on, today) for kind in {row.period for row in rows.values()}}
    asked = [(kind, period) for kind, view in views.items() for period in view.asked]
    spent = await spending.by_period(session, rows, asked)
    return [(row, _standing(row, views[row.period], spent.get(id, {}))) for id, row in rows.items()]


class _View(NamedTuple):
    """A period, what of it has begun and what is to come, and the complete ones before, newest first."""

    period: Period
    begun: Period
    ahead: Period
    past: Sequence[Period]

    @property
    def asked(self) -> Sequence[Period]:
        return self.begun, self.ahead, *self.past


def _view(kind: PeriodKind, on: date, today: date) -> _View:
    period = around(on, kind)
    latest = around(min(on, today), kind)  # what precedes a period to come is not yet complete
    past = islice(preceding(latest, kind), len(budget.FORECAST_WEIGHTS))
    return _View(period, *period.parted(today), list(past))


def _standing(row: Budget, view: _View, spent: Spending) -> Standing:
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


def _uncounted(row: Budget, view: _View, spent: Spending) -> Sequence[Money]:
    currencies = {currency for _, currency in spent} - {row.currency}
    sums = (
        Money(spent.get((view.begun, other), 0) + spent.get((view.ahead, other), 0), other)
        for other in sorted(currencies)
    )
    return [money for money in sums if money.minor]
