"""What people spent: their own shares of expenses, in every ledger, whoever paid."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Date, Integer, bindparam, true
from sqlmodel import col, func, or_, select

from core.prepared import Prepared, Where, one_of
from domain.period import Period, PeriodKind
from models.base import text_enum
from models.budget import Budget
from models.category import Category
from models.expense import Entry
from models.ledger import Ledger

Spending = Mapping[tuple[Period, str], int]
"""Minor units by period and currency. What is not there is nothing."""


def _is_counted() -> ColumnElement[bool]:
    """Whether the entry's category, or the one above it, is one of the budget's; none means any."""
    wanted = col(Budget.category_ids)
    return or_(
        func.cardinality(wanted) == 0,
        col(Entry.category_id) == func.any(wanted),
        col(Category.parent_id) == func.any(wanted),
    )


def _by_period() -> Any:
    stretch = (
        func.unnest(
            *(
                bindparam(name, type_=ARRAY(type))
                for name, type in (
                    ("numbers", Integer()),
                    ("kinds", text_enum(PeriodKind)),
                    ("starts", Date()),
                    ("ends", Date()),
                )
            )
        )
        .table_valued("number", "kind", "start", "end")
        .render_derived(name="stretches")
    ).c
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
    return (
        select(col(Budget.id), stretch.number, shares.c.currency, shares.c.minor)
        .join(Ledger, col(Ledger.id) == Budget.ledger_id)
        .join(stretch.number.table, stretch.kind == Budget.period)
        .join(shares, true())
        .where(one_of(Budget.id))
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
        numbers=list(range(len(asked))),
        kinds=[kind for kind, _ in asked],
        starts=[period.start for _, period in asked],
        ends=[period.end for _, period in asked],
    )
    spent: defaultdict[UUID, dict[tuple[Period, str], int]] = defaultdict(dict)
    for row in rows:
        spent[row.id][asked[row.number][1], row.currency] = int(row.minor)
    return spent
