"""A receipt while it is being read. Every step looks at the state, since every job may run twice."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.db import Tx
from domain.actor import SYSTEM
from domain.log import EventKind
from domain.receipt import Line, Reading
from domain.receipt.failure import Failure
from domain.receipt.stored import stored, stored_lines
from models.event import Event
from models.ledger import Ledger
from models.receipt import Receipt, ReceiptStatus
from services import access, events

MOST_ATTEMPTS = 3


class ToRead(NamedTuple):
    """`currency` is the ledger's, for paper that names none."""

    object_key: str
    currency: str


async def begin(tx: Tx, receipt_id: UUID) -> ToRead | None:
    """Take the receipt to read it. None when there is nothing (more) to read.

    Whoever took it before may be dead, so it can be taken again; but not for ever, since it may be the
    image that kills its readers.
    """
    found = await _lock(tx, receipt_id, ReceiptStatus.QUEUED, ReceiptStatus.READING)
    if found is None:
        return None
    ledger, receipt = found
    if receipt.attempts == MOST_ATTEMPTS:
        _move(tx, ledger, receipt, EventKind.RECEIPT_FAILED, ReceiptStatus.FAILED, Failure.GIVEN_UP)
        return None
    receipt.attempts += 1
    if receipt.status is ReceiptStatus.QUEUED:
        _move(tx, ledger, receipt, EventKind.RECEIPT_READING, ReceiptStatus.READING)
    return ToRead(receipt.object_key, ledger.currency)


async def finish(
    tx: Tx, receipt_id: UUID, lines: Sequence[Line], reading: Reading, took_millis: int
) -> None:
    """Keep what was read, unless another reader was faster or the receipt is gone."""
    found = await _lock(tx, receipt_id, ReceiptStatus.READING)
    if found is None:
        return
    ledger, receipt = found
    receipt.lines, receipt.reading = stored_lines(lines), stored(reading)
    receipt.read_at, receipt.reading_millis = now(), took_millis
    _move(tx, ledger, receipt, EventKind.RECEIPT_READ, ReceiptStatus.READ)


async def fail(tx: Tx, receipt_id: UUID, failure: Failure) -> None:
    """Tell the owner why it cannot be read, unless another reader could or the receipt is gone."""
    found = await _lock(tx, receipt_id, ReceiptStatus.READING)
    if found is not None:
        _move(tx, *found, EventKind.RECEIPT_FAILED, ReceiptStatus.FAILED, failure)


async def erased_objects(session: AsyncSession, ledger_id: UUID, seq: int) -> Sequence[str]:
    """The keys of the objects that an event of the ledger has left without an owner."""
    event = await session.get_one(Event, (ledger_id, seq))
    assert event.after is not None, "such an event names its objects"
    return event.after["object_keys"]


async def _lock(
    tx: Tx, receipt_id: UUID, *expected: ReceiptStatus
) -> tuple[Ledger, Receipt] | None:
    """The receipt with its ledger locked, if it is in a state expected here."""
    query = select(Receipt.ledger_id).where(Receipt.id == receipt_id)
    ledger_id = (await tx.exec(query)).one_or_none()
    ledger = await access.lock_ledger_for_job(tx, ledger_id) if ledger_id else None
    receipt = await tx.get(Receipt, receipt_id) if ledger else None
    if ledger is None or receipt is None or receipt.status not in expected:
        return None
    return ledger, receipt


def _move(
    tx: Tx,
    ledger: Ledger,
    receipt: Receipt,
    kind: EventKind,
    status: ReceiptStatus,
    failure: Failure | None = None,
) -> None:
    before = receipt.facts()
    receipt.status, receipt.failure = status, failure and failure.value
    receipt.written_by(SYSTEM.device_id, "status")
    events.record(tx, ledger, SYSTEM, kind, receipt.id, before=before, after=receipt.facts())
