"""Expenses as lists: filtered, in order, page by page, and what they sum to."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, exists
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.listing import ExpenseFilter, ExpenseOrder
from domain.money import Money
from domain.pages import Page, Slice, instant, whole
from models.expense import Entry, Expense
from services import access, categories, paging
from services.paging import Key

_DAY = Key(col(Expense.day), date.fromisoformat)
_AMOUNT = Key(col(Expense.amount_minor), whole)
_ADDED = Key(col(Expense.created_at), instant)
_ID = Key(col(Expense.id), UUID)

_ORDERS = {
    ExpenseOrder.NEWEST: (_DAY, True),
    ExpenseOrder.OLDEST: (_DAY, False),
    ExpenseOrder.LARGEST: (_AMOUNT, True),
    ExpenseOrder.SMALLEST: (_AMOUNT, False),
    ExpenseOrder.LAST_ADDED: (_ADDED, True),
}
"""What decides first, and whether the greatest comes first; the id decides ties."""


async def page(
    session: AsyncSession,
    viewer: UUID,
    wanted: ExpenseFilter,
    order: ExpenseOrder,
    slice: Slice,
) -> Page[Expense]:
    """One page of the viewer's expenses, over one ledger or all of theirs.

    Refuses: `NotFound` for a ledger that is not the viewer's, `CursorUnreadable`.
    """
    key, descending = _ORDERS[order]
    query = select(Expense).where(*_conditions(viewer, wanted))
    page = await paging.page(session, query, slice, key, _ID, descending=descending)
    if not page.rows and wanted.ledger_id is not None:
        await access.ledger_of(session, viewer, wanted.ledger_id)
    return page


async def totals(session: AsyncSession, viewer: UUID, wanted: ExpenseFilter) -> Sequence[Money]:
    """What all expenses that the filter lets through sum to, per currency, by code."""
    query = (
        select(Expense.currency, func.sum(Expense.amount_minor))
        .where(*_conditions(viewer, wanted))
        .group_by(col(Expense.currency))
        .order_by(col(Expense.currency))
    )
    return [Money(int(minor), currency) for currency, minor in (await session.exec(query)).all()]


def _conditions(viewer: UUID, wanted: ExpenseFilter) -> list[ColumnElement[bool]]:
    ledger, column = col(Expense.ledger_id), col(Expense.deleted_at)
    return [
        *([ledger == wanted.ledger_id] if wanted.ledger_id else []),
        ledger.in_(access.ledger_ids_of(viewer)),
        column.is_not(None) if wanted.deleted else column.is_(None),
        *_by_value(wanted),
        *_by_reference(wanted),
    ]


def _by_value(wanted: ExpenseFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.from_day is not None:
        conditions.append(col(Expense.day) >= wanted.from_day)
    if wanted.before_day is not None:
        conditions.append(col(Expense.day) < wanted.before_day)
    if wanted.at_least_minor is not None:
        conditions.append(col(Expense.amount_minor) >= wanted.at_least_minor)
    if wanted.at_most_minor is not None:
        conditions.append(col(Expense.amount_minor) <= wanted.at_most_minor)
    if wanted.currency is not None:
        conditions.append(col(Expense.currency) == wanted.currency)
    if wanted.source is not None:
        conditions.append(col(Expense.source) == wanted.source)
    if wanted.text:
        conditions.append(col(Expense.search_text).contains(wanted.text.lower(), autoescape=True))
    return conditions


def _by_reference(wanted: ExpenseFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.category_id is not None:
        wider = categories.with_children([wanted.category_id])
        conditions.append(col(Expense.category_id).in_(wider))
    if wanted.member_id is not None:
        takes_part = exists().where(
            col(Entry.expense_id) == Expense.id, col(Entry.member_id) == wanted.member_id
        )
        conditions.append(takes_part)
    if wanted.has_receipt is not None:
        column = col(Expense.receipt_id)
        conditions.append(column.is_not(None) if wanted.has_receipt else column.is_(None))
    return conditions
