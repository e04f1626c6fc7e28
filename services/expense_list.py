"""Expenses as lists: filtered, in order, page by page, and what they sum to.

A list is read by a statement that is prepared for its shape: which of the filter's conditions ask anything,
and in what order. The filter's values are its parameters.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, exists
from sqlmodel import col, func, select

from core.prepared import Prepared, Where, an_id
from domain.listing import ExpenseFilter, ExpenseOrder
from domain.money import Money
from domain.pages import Page, Slice, instant, whole
from models.base import select_shown
from models.expense import Entry, Expense
from services import access, categories
from services.paging import Key, Paged

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


_is_mine = col(Expense.ledger_id).in_(access.ledger_ids_of(an_id("viewer")))

_SPECIAL = re.compile("[%_/]")


def _value(name: str, column: Any) -> Any:
    return bindparam(name, type_=column.type)


_CONDITIONS: Mapping[str, ColumnElement[bool]] = {
    "ledger_id": col(Expense.ledger_id) == an_id("ledger_id"),
    "from_day": col(Expense.day) >= _value("from_day", Expense.day),
    "before_day": col(Expense.day) < _value("before_day", Expense.day),
    "at_least_minor": col(Expense.amount_minor) >= _value("at_least_minor", Expense.amount_minor),
    "at_most_minor": col(Expense.amount_minor) <= _value("at_most_minor", Expense.amount_minor),
    "currency": col(Expense.currency) == _value("currency", Expense.currency),
    "source": col(Expense.source) == _value("source", Expense.source),
    "text": col(Expense.search_text).like(_value("text", Expense.search_text), escape="/"),
    "category_id": col(Expense.category_id).in_(categories.with_children(an_id("category_id"))),
    "member_id": exists().where(
        col(Entry.expense_id) == Expense.id, col(Entry.member_id) == an_id("member_id")
    ),
}
"""What the fields of a filter ask for, each with a parameter of the field's name."""


async def page(
    where: Where, viewer: UUID, wanted: ExpenseFilter, order: ExpenseOrder, slice: Slice
) -> Page[Expense]:
    """One page of the viewer's expenses, over one ledger or all of theirs.

    Refuses: `NotFound` for a ledger that is not the viewer's, `CursorUnreadable`.
    """
    asked = _asked(wanted)
    listed = _listed(order, *asked, deleted=wanted.deleted, has_receipt=wanted.has_receipt)
    page = await listed.page(where, slice, viewer=viewer, **asked)
    if not page.rows and wanted.ledger_id is not None:
        await access.require_ledger(where, viewer, wanted.ledger_id)
    return page


async def totals(where: Where, viewer: UUID, wanted: ExpenseFilter) -> Sequence[Money]:
    """What all expenses that the filter lets through sum to, per currency, by code."""
    asked = _asked(wanted)
    summed = _summed(*asked, deleted=wanted.deleted, has_receipt=wanted.has_receipt)
    rows = await summed.rows(where, viewer=viewer, **asked)
    return [Money(int(row.minor), row.currency) for row in rows]


def _asked(wanted: ExpenseFilter) -> dict[str, Any]:
    """The values of the fields that ask something."""
    values = {name: getattr(wanted, name) for name in _CONDITIONS}
    if wanted.text:
        values["text"] = "%" + _SPECIAL.sub(r"/\g<0>", wanted.text.lower()) + "%"
    return {name: value for name, value in values.items() if value not in (None, "")}


@lru_cache(512)
def _listed(order: ExpenseOrder, *asked: str, deleted: bool, has_receipt: bool | None) -> Paged:
    key, descending = _ORDERS[order]
    query = select_shown(Expense).where(
        *_conditions(*asked, deleted=deleted, has_receipt=has_receipt)
    )
    if "ledger_id" in asked:
        return Paged(query.where(_is_mine), key, _ID, descending=descending)
    mine = access.ledger_ids_of(an_id("viewer")).subquery("mine")
    in_one = query.where(col(Expense.ledger_id) == mine.c.ledger_id)
    return Paged(in_one, key, _ID, descending=descending, of_each=mine)


@lru_cache(512)
def _summed(*asked: str, deleted: bool, has_receipt: bool | None) -> Prepared:
    return Prepared(
        select(Expense.currency, func.sum(Expense.amount_minor).label("minor"))
        .where(_is_mine, *_conditions(*asked, deleted=deleted, has_receipt=has_receipt))
        .group_by(col(Expense.currency))
        .order_by(col(Expense.currency))
    )


def _conditions(
    *asked: str, deleted: bool, has_receipt: bool | None
) -> Sequence[ColumnElement[bool]]:
    deletion, receipt = col(Expense.deleted_at), col(Expense.receipt_id)
    conditions = [
        deletion.is_not(None) if deleted else deletion.is_(None),
        *(_CONDITIONS[name] for name in asked),
    ]
    if has_receipt is not None:
        conditions.append(receipt.is_not(None) if has_receipt else receipt.is_(None))
    return conditions
