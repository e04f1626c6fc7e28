"""What people spent: their own shares of expenses, in every ledger, whoever paid."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Integer, any_, column, literal, true
from sqlmodel import col, func, or_, select

from core.db import Tx
from core.prepared import Prepared, Where, listed, one_of
from domain.period import Period, PeriodKind
from models.base import text_enum
from models.budget import Budget
from models.category import Category
from models.ledger import Ledger
from models.spending import ALL_CATEGORIES, SpentOnDay

Spending = Mapping[tuple[Period, str], int]
"""Minor units by period and currency. What is not there is nothing."""


def _by_period() -> Any:
    stretch = listed(
        "stretches",
        column("number", Integer()),
        column("kind", text_enum(PeriodKind)),
        column("start", Date()),
        column("end", Date()),
    ).c
    wanted = col(Budget.category_ids)
    counted = (
        select(literal(ALL_CATEGORIES).label("id"))
        .where(func.cardinality(wanted) == 0)
        .correlate(Budget)
        .union_all(
            select(col(Category.id))
            .where(or_(col(Category.id) == any_(wanted), col(Category.parent_id) == any_(wanted)))
            .correlate(Budget)
        )
        .lateral("counted")
    )
    days = (
        select(SpentOnDay.currency, func.sum(SpentOnDay.minor).label("minor"))
        .where(
            col(SpentOnDay.user_id) == Ledger.owner_id,
            col(SpentOnDay.category_id) == counted.c.id,
            col(SpentOnDay.day) >= stretch.start,
            col(SpentOnDay.day) < stretch.end,
        )
        .group_by(col(SpentOnDay.currency))
        .lateral("days")  # one short range of the index for each category and period
    )
    return (
        select(
            col(Budget.id),
            stretch.number,
            days.c.currency,
            func.sum(days.c.minor).label("minor"),
        )
        .join(Ledger, col(Ledger.id) == Budget.ledger_id)
        .join(stretch.number.table, stretch.kind == Budget.period)
        .join(counted, true())
        .join(days, true())
        .where(one_of(Budget.id))
        .group_by(col(Budget.id), stretch.number, days.c.currency)
    )


_BY_PERIOD = Prepared(_by_period())


async def by_period(
    where: Where, budgets: Iterable[UUID], periods: Iterable[tuple[PeriodKind, Period]]
) -> Mapping[UUID, Spending]:
    """What each budget's owner spent on its categories, in the periods that are named for its kind.

    One query, however much is asked. Money that only changes hands (a settlement) is not spent.
    """
    asked = list(periods)
    rows = await _BY_PERIOD.rows(
        where,
        ids=list(budgets),
        stretches=[
            {"number": number, "kind": kind, "start": period.start, "end": period.end}
            for number, (kind, period) in enumerate(asked)
        ],
    )
    spent: defaultdict[UUID, dict[tuple[Period, str], int]] = defaultdict(dict)
    for row in rows:
        spent[row.id][asked[row.number][1], row.currency] = int(row.minor)
    return spent


async def recount(tx: Tx, ledger_id: UUID) -> None:
    """Lock a ledger and sum up anew what was spent in it on each day."""
    await tx.exec(select(func.outgo_recount_spent(ledger_id)))
