"""The expenses that a receipt may be the receipt of."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlmodel import and_, col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.money import MAX_MINOR
from domain.receipt.matching import (
    MOST_DAYS_APART,
    Facts,
    Match,
    Unspent,
    amounts_that_fit,
    offers,
)
from models.expense import Expense

_DAYS = timedelta(days=MOST_DAYS_APART)


async def of(
    session: AsyncSession, receipts: Sequence[Unspent]
) -> Mapping[Unspent, Sequence[tuple[Expense, Match]]]:
    """For each receipt the best expenses of its ledger that have none. The caller has checked access."""
    near = [condition for one in receipts if (condition := _near(one)) is not None]
    if not near:
        return {}
    query = (
        select(Expense)
        .where(col(Expense.receipt_id).is_(None), col(Expense.deleted_at).is_(None), or_(*near))
        .order_by(col(Expense.day).desc(), col(Expense.id).desc())
    )
    rows = (await session.exec(query)).all()
    return {one: _offers(one, rows) for one in receipts}


def _near(receipt: Unspent) -> Any:
    """That an expense is worth a look, as a condition of a statement; None if no expense can be."""
    total, currency, day, _ = receipt.facts
    if total is None or currency is None or day is None or abs(total) > MAX_MINOR:
        return None
    return and_(
        Expense.ledger_id == receipt.ledger_id,
        Expense.currency == currency,
        col(Expense.amount_minor).between(*amounts_that_fit(total)),
        col(Expense.day).between(day - _DAYS, day + _DAYS),
    )


def _offers(receipt: Unspent, rows: Sequence[Expense]) -> list[tuple[Expense, Match]]:
    by_id = {row.id: row for row in rows if row.ledger_id == receipt.ledger_id}
    facts = {row.id: _facts(row) for row in by_id.values()}
    return [(by_id[id], match) for id, match in offers(receipt.facts, facts)]


def _facts(expense: Expense) -> Facts:
    return Facts(expense.amount_minor, expense.currency, expense.day, expense.merchant)
