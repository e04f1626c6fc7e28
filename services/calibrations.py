"""How sure to be of what is read, learnt from what users confirmed."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.db import Tx
from domain.receipt import Line
from domain.receipt.calibration import FEWEST_EXAMPLES, Curves
from domain.receipt.correction import Correction
from domain.receipt.stored import (
    restored_correction,
    restored_curves,
    restored_lines,
    stored_curves,
)
from models.calibration import Calibration
from models.ledger import Ledger
from models.receipt import Receipt
from services.receipt_list import CONFIRMED_READINGS

_MOST_EXAMPLES = 1000
_REFIT_AFTER = timedelta(days=1)


class Example(NamedTuple):
    """What a reader saw on `day` in a ledger of `currency`, and what was right."""

    lines: Sequence[Line]
    currency: str
    day: date
    truth: Correction


async def current(session: AsyncSession) -> Curves:
    newest = await _newest(session)
    return restored_curves(newest.curves) if newest else {}


async def is_due(session: AsyncSession, at: datetime) -> bool:
    """Whether the curves are a day old, or there are none, and there is enough to fit them to."""
    newest = await _newest(session)
    if newest and at < newest.created_at + _REFIT_AFTER:
        return False
    few = select(Receipt.id).where(*CONFIRMED_READINGS).limit(FEWEST_EXAMPLES).subquery()
    return (await session.exec(select(func.count()).select_from(few))).one() == FEWEST_EXAMPLES


async def examples(session: AsyncSession) -> list[Example]:
    """The newest receipts that somebody confirmed."""
    query = (
        select(Receipt, Ledger.currency)
        .join(Ledger, col(Ledger.id) == Receipt.ledger_id)
        .where(*CONFIRMED_READINGS)
        .order_by(col(Receipt.read_at).desc(), col(Receipt.id).desc())
        .limit(_MOST_EXAMPLES)
    )
    return [_example(*row) for row in (await session.exec(query)).all()]


def keep(tx: Tx, curves: Curves, examples: int) -> None:
    """From now on, receipts are read with these."""
    tx.add(Calibration(curves=stored_curves(curves), examples=examples))


async def _newest(session: AsyncSession) -> Calibration | None:
    query = select(Calibration).order_by(col(Calibration.created_at).desc()).limit(1)
    return (await session.exec(query)).one_or_none()


def _example(receipt: Receipt, currency: str) -> Example:
    assert receipt.lines is not None, "it was read"
    assert receipt.read_at is not None, "it was read"
    assert receipt.correction is not None, "it was confirmed"
    truth = restored_correction(receipt.correction)
    return Example(restored_lines(receipt.lines), currency, receipt.read_at.date(), truth)
