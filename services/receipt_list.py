"""Receipts as lists, newest first, and by what leads to them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.pages import Page, Slice, instant
from models.expense import Expense
from models.receipt import Receipt, ReceiptStatus
from services import access, paging
from services.paging import Key

CONFIRMED_READINGS = (
    Receipt.status == ReceiptStatus.CONFIRMED,
    col(Receipt.read_at).is_not(None),
    col(Receipt.correction).is_not(None),
)
"""Which receipts were read by a machine and then judged by a user, as conditions of a query."""


async def page(
    session: AsyncSession,
    viewer: UUID,
    ledger_id: UUID,
    status: ReceiptStatus | None,
    slice: Slice,
) -> Page[Receipt]:
    """A ledger's receipts, newest first. Refuses: `NotFound`, `CursorUnreadable`."""
    await access.require_ledger(session, viewer, ledger_id)
    query = select(Receipt).where(Receipt.ledger_id == ledger_id)
    if status is not None:
        query = query.where(Receipt.status == status)
    created_at = Key(col(Receipt.created_at), instant)
    return await paging.page(session, query, slice, created_at, Key(col(Receipt.id), UUID))


async def expenses_of(
    session: AsyncSession, receipt_ids: Collection[UUID]
) -> Mapping[UUID | None, Expense]:
    """The expense that was made of each receipt, deleted or not. The caller has checked access."""
    rows = await session.exec(select(Expense).where(col(Expense.receipt_id).in_(receipt_ids)))
    return {row.receipt_id: row for row in rows.all()}


async def parts_of(
    session: AsyncSession, receipt_ids: Collection[UUID]
) -> Mapping[UUID, Sequence[Receipt]]:
    """The further receipts on each one's photograph. The caller has checked access."""
    query = select(Receipt).where(col(Receipt.part_of).in_(receipt_ids)).order_by(col(Receipt.id))
    parts = defaultdict[UUID, list[Receipt]](list)
    for row in (await session.exec(query)).all():
        assert row.part_of is not None, "the query asks for it"
        parts[row.part_of].append(row)
    return parts
