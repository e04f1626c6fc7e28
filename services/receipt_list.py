"""Receipts as lists, newest first, and by what leads to them."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import col, select, tuple_
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.pages import CursorUnreadable, Page, Slice, page_of
from models.expense import Expense
from models.receipt import Receipt, ReceiptStatus
from services import access


async def page(
    session: AsyncSession,
    viewer: UUID,
    ledger_id: UUID,
    status: ReceiptStatus | None,
    slice: Slice,
) -> Page[Receipt]:
    """A ledger's receipts, newest first. Refuses: `NotFound`, `CursorUnreadable`."""
    await access.ledger_of(session, viewer, ledger_id)
    newest = (col(Receipt.created_at), col(Receipt.id))
    query = select(Receipt).where(Receipt.ledger_id == ledger_id)
    if status is not None:
        query = query.where(Receipt.status == status)
    if slice.after is not None:
        query = query.where(tuple_(*newest) < _here(slice.after))
    ordered = query.order_by(*(column.desc() for column in newest)).limit(slice.first + 1)
    rows = (await session.exec(ordered)).all()
    return page_of(rows, slice, lambda row: (row.created_at, row.id))


async def expenses_of(
    session: AsyncSession, receipt_ids: Collection[UUID]
) -> Mapping[UUID | None, Expense]:
    """The expense that was made of each receipt, deleted or not. The caller has checked access."""
    rows = await session.exec(select(Expense).where(col(Expense.receipt_id).in_(receipt_ids)))
    return {row.receipt_id: row for row in rows.all()}


def _here(place: tuple[Any, ...]) -> tuple[datetime, UUID]:
    try:
        created_at, receipt_id = place
        return datetime.fromisoformat(created_at), UUID(receipt_id)
    except (TypeError, ValueError, AttributeError) as error:
        raise CursorUnreadable("The cursor belongs to another list.", path=("after",)) from error
