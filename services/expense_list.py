"""Expenses as lists: filtered, in order, page by page, and what they sum to."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, exists
from sqlmodel import col, func, select, tuple_
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.listing import ExpenseFilter, ExpenseOrder
from domain.money import Money
from domain.pages import CursorUnreadable, Page, Slice, page_of
from models.expense import Entry, Expense
from services import access, categories


class _Order(NamedTuple):
    """The column that decides first (the id decides ties), which way, and its value in a cursor."""

    column: str
    descending: bool
    parsed: Callable[[Any], Any]


_ORDERS = {
    ExpenseOrder.NEWEST: _Order("day", descending=True, parsed=date.fromisoformat),
    ExpenseOrder.OLDEST: _Order("day", descending=False, parsed=date.fromisoformat),
    ExpenseOrder.LARGEST: _Order("amount_minor", descending=True, parsed=int),
    ExpenseOrder.SMALLEST: _Order("amount_minor", descending=False, parsed=int),
    ExpenseOrder.LAST_ADDED: _Order("created_at", descending=True, parsed=datetime.fromisoformat),
}


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
    by = _ORDERS[order]
    keys = (getattr(Expense, by.column), col(Expense.id))
    query = select(Expense).where(*await _conditions(session, viewer, wanted))
    if slice.after is not None:
        here = _here(by, slice.after)
        query = query.where(tuple_(*keys) < here if by.descending else tuple_(*keys) > here)
    ordered = query.order_by(*(key.desc() if by.descending else key.asc() for key in keys))
    rows = (await session.exec(ordered.limit(slice.first + 1))).all()
    return page_of(rows, slice, lambda row: (getattr(row, by.column), row.id))


async def totals(session: AsyncSession, viewer: UUID, wanted: ExpenseFilter) -> Sequence[Money]:
    """What all expenses that the filter lets through sum to, per currency, by code."""
    query = (
        select(Expense.currency, func.sum(Expense.amount_minor))
        .where(*await _conditions(session, viewer, wanted))
        .group_by(col(Expense.currency))
        .order_by(col(Expense.currency))
    )
    return [Money(int(minor), currency) for currency, minor in (await session.exec(query)).all()]


def _here(by: _Order, place: tuple[Any, ...]) -> tuple[Any, UUID]:
    try:
        value, row_id = place
        return by.parsed(value), UUID(row_id)
    except (TypeError, ValueError, AttributeError) as error:
        raise CursorUnreadable("The cursor belongs to another order.", path=("after",)) from error


async def _conditions(
    session: AsyncSession, viewer: UUID, wanted: ExpenseFilter
) -> list[ColumnElement[bool]]:
    if wanted.ledger_id is not None:
        await access.ledger_of(session, viewer, wanted.ledger_id)
    column = col(Expense.deleted_at)
    return [
        col(Expense.ledger_id) == wanted.ledger_id
        if wanted.ledger_id
        else col(Expense.ledger_id).in_(access.ledger_ids_of(viewer)),
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
