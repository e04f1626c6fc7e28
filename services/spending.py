"""What people spent: their own shares of expenses, in every ledger, whoever paid."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Integer, column, true, values
from sqlmodel import col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.period import Period, PeriodKind
from models.base import text_enum
from models.budget import Budget
from models.category import Category
from models.expense import Entry
from models.ledger import Ledger

Spending = Mapping[tuple[Period, str], int]
"""Minor units by period and currency. What is not there is nothing."""


async def by_period(
    session: AsyncSession,
    budgets: Iterable[UUID],
    periods: Iterable[tuple[PeriodKind, Period]],
) -> Mapping[UUID, Spending]:
    """What each budget's owner spent on its categories, in the periods that are named for its kind.

    One query, however much is asked. Money that only changes hands (a settlement) is not spent.
    """
    asked = list(periods)
    if not asked:
        return {}
    stretches = values(
        column("number", Integer()),
        column("kind", text_enum(PeriodKind)),
        column("start", Date()),
        column("end", Date()),
        name="stretches",
    ).data([(number, kind, at.start, at.end) for number, (kind, at) in enumerate(asked)])
    stretch = stretches.c
    shares = (
        select(Entry.currency, func.sum(Entry.owed_minor).label("minor"))
        .outerjoin(Category, col(Category.id) == Entry.category_id)
        .where(
            col(Entry.user_id) == Ledger.owner_id,
            col(Entry.day) >= stretch.start,
            col(Entry.day) < stretch.end,
            col(Entry.expense_id).is_not(None),
            _is_counted(),
        )
        .group_by(col(Entry.currency))
        .lateral("shares")  # one short range of the index for each budget and period
    )
    query = (
        select(col(Budget.id), stretch.number, shares.c.currency, shares.c.minor)
        .join(Ledger, col(Ledger.id) == Budget.ledger_id)
        .join(stretches, stretch.kind == Budget.period)
        .join(shares, true())
        .where(col(Budget.id).in_(budgets))
    )
    spent: defaultdict[UUID, dict[tuple[Period, str], int]] = defaultdict(dict)
    for budget_id, number, currency, minor in (await session.exec(query)).all():
        spent[budget_id][asked[number][1], currency] = int(minor)
    return spent


def _is_counted() -> ColumnElement[bool]:
    """Whether the entry's category, or the one above it, is one of the budget's; none means any."""
    wanted = col(Budget.category_ids)
    return or_(
        func.cardinality(wanted) == 0,
        col(Entry.category_id) == func.any(wanted),
        col(Category.parent_id) == func.any(wanted),
    )
