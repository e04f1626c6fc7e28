"""Confirmed receipts that may train reading models: those of users who gave leave."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import NamedTuple
from uuid import UUID

from sqlmodel import col, select, tuple_
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.receipt.stored import restored, restored_correction, restored_lines
from domain.receipt.training import Labelled, labelled
from models.account import User
from models.receipt import Receipt
from services.receipt_list import CONFIRMED_READINGS

_AT_ONCE = 100


class Example(NamedTuple):
    """A receipt's image and what stands where on it; `labels` is None where that is not certain."""

    receipt_id: UUID
    image_key: str
    labels: Sequence[Labelled] | None
    read_at: datetime


async def next_after(
    session: AsyncSession, since: date | None, last: Example | None
) -> list[Example]:
    """Some more, in the order in which they were read; none at the end. `since` is a day in UTC."""
    query = (
        select(Receipt)
        .join(User, col(User.id) == Receipt.uploaded_by)
        .where(
            col(User.shares_receipts_for_training),
            *CONFIRMED_READINGS,
        )
        .order_by(col(Receipt.read_at), col(Receipt.id))
        .limit(_AT_ONCE)
    )
    if since:
        query = query.where(col(Receipt.read_at) >= datetime.combine(since, time(), UTC))
    if last:
        query = query.where(
            tuple_(col(Receipt.read_at), col(Receipt.id)) > (last.read_at, last.receipt_id)
        )
    return [_example(row) for row in (await session.exec(query)).all()]


def _example(receipt: Receipt) -> Example:
    assert receipt.image_key is not None, "it was looked at"
    assert receipt.read_at is not None, "it was read"
    assert receipt.lines is not None, "it was read"
    assert receipt.reading is not None, "it was read"
    assert receipt.correction is not None, "it was confirmed"
    labels = labelled(
        restored_lines(receipt.lines),
        restored(receipt.reading),
        restored_correction(receipt.correction),
    )
    return Example(receipt.id, receipt.image_key, labels, receipt.read_at)
