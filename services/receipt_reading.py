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
from domain.receipt.calibration import Curves, calibrated
from domain.receipt.failure import Failure
from domain.receipt.numbers import numbers_on
from domain.receipt.shop import improved
from domain.receipt.stored import stored, stored_lines
from models.event import Event
from models.ledger import Ledger
from models.receipt import Receipt, ReceiptStatus
from services import access, calibrations, events, receipts, shops

MOST_ATTEMPTS = 3


class ToRead(NamedTuple):
    """`currency` is the ledger's, for paper that names none."""

    object_key: str
    currency: str


class Seen(NamedTuple):
    """The file's image, kept under `image_key`; `width` and `height` are pixels, `looks` is how it looks."""

    image_key: str
    width: int
    height: int
    looks: int | None


class Proposal(NamedTuple):
    lines: Sequence[Line]
    reading: Reading


async def was_begun(session: AsyncSession, receipt_id: UUID) -> bool:
    """Whether somebody began to read it and did not come to an end, as far as is known."""
    query = select(Receipt.attempts).where(Receipt.id == receipt_id)
    return bool((await session.exec(query)).one_or_none())


async def begin(tx: Tx, receipt_id: UUID) -> ToRead | Failure | None:
    """Take the receipt to read it. None when there is nothing (more) to read.

    Whoever took it before may be dead, so it can be taken again; but not for ever, since it may be the
    image that kills its readers: then it is `GIVEN_UP`.
    """
    found = await _lock(tx, receipt_id, ReceiptStatus.QUEUED, ReceiptStatus.READING)
    if found is None:
        return None
    ledger, receipt = found
    if receipt.attempts == MOST_ATTEMPTS:
        _move(tx, ledger, receipt, EventKind.RECEIPT_FAILED, ReceiptStatus.FAILED, Failure.GIVEN_UP)
        return Failure.GIVEN_UP
    receipt.attempts += 1
    if receipt.status is ReceiptStatus.QUEUED:
        _move(tx, ledger, receipt, EventKind.RECEIPT_READING, ReceiptStatus.READING)
    return ToRead(receipt.object_key, ledger.currency)


async def put_back(tx: Tx, receipt_id: UUID) -> None:
    """Take back that it was begun: what kept it from being read says nothing about it."""
    found = await _lock(tx, receipt_id, ReceiptStatus.READING)
    if found is not None:
        _, receipt = found
        receipt.attempts = max(0, receipt.attempts - 1)


async def finish(
    tx: Tx, receipt_id: UUID, seen: Seen, proposals: Sequence[Proposal], took_millis: int
) -> bool:
    """Keep what was read, unless another reader was faster. False when the receipt is gone.

    Where there are several proposals, the photograph shows as many receipts: the first is the one that was
    uploaded, and each other one becomes a receipt beside it.
    """
    found = await _lock(tx, receipt_id, ReceiptStatus.READING)
    if found is None:
        return await _is_there(tx, receipt_id)
    ledger, receipt = found
    _show(receipt, seen)
    curves = await calibrations.current(tx)
    for row, proposal in zip(_rows(receipt, len(proposals)), proposals, strict=True):
        await _propose(tx, row, proposal, curves)
        row.read_at, row.reading_millis = now(), took_millis
        tx.add(row)
        _move(tx, ledger, row, EventKind.RECEIPT_READ, ReceiptStatus.READ)
    return True


async def fail(tx: Tx, receipt_id: UUID, failure: Failure, seen: Seen | None = None) -> bool:
    """Tell the owner why it cannot be read, unless another reader could. False when the receipt is gone."""
    found = await _lock(tx, receipt_id, ReceiptStatus.READING)
    if found is None:
        return await _is_there(tx, receipt_id)
    ledger, receipt = found
    if seen:
        _show(receipt, seen)
    _move(tx, ledger, receipt, EventKind.RECEIPT_FAILED, ReceiptStatus.FAILED, failure)
    return True


async def ask_again(tx: Tx, receipt_id: UUID) -> None:
    """Have a receipt read that failed, as if for the first time. Refuses: `ReceiptOpenForClaiming`."""
    found = await _lock(tx, receipt_id, ReceiptStatus.FAILED)
    if found is not None:
        ledger, receipt = found
        await receipts.require_not_claimed(tx, receipt)
        receipt.attempts = 0
        _move(tx, ledger, receipt, EventKind.RECEIPT_RETRIED, ReceiptStatus.QUEUED)


async def erased_objects(session: AsyncSession, ledger_id: UUID, seq: int) -> Sequence[str]:
    """The keys of the objects that an event of the ledger has left without an owner."""
    event = await session.get_one(Event, (ledger_id, seq))
    assert event.after is not None, "such an event names its objects"
    return event.after["object_keys"]


async def _propose(tx: Tx, row: Receipt, proposal: Proposal, curves: Curves) -> None:
    """Keep what was read, as sure as experience tells, and with what the uploader knows of the shop."""
    reading = calibrated(proposal.reading, curves)
    if known := await shops.recall(tx, row.uploaded_by, proposal.lines):
        reading = improved(reading, known)
        row.suggested_category_id = known.shop.category_id
    row.lines, row.reading = stored_lines(proposal.lines), stored(reading)
    row.numbers = numbers_on(proposal.lines)


def _show(receipt: Receipt, seen: Seen) -> None:
    receipt.image_key, receipt.width, receipt.height, receipt.looks = seen


def _rows(receipt: Receipt, count: int) -> list[Receipt]:
    """The receipt, and new ones beside it on the same photograph."""
    shared = {"ledger_id", "uploaded_by", "object_key", "content_type", "size_bytes", "priority"}
    values = receipt.model_dump(include=shared | {*Seen._fields})
    return [receipt, *(Receipt(part_of=receipt.id, **values) for _ in range(1, count))]


async def _is_there(session: AsyncSession, receipt_id: UUID) -> bool:
    return (
        await session.exec(select(Receipt.id).where(Receipt.id == receipt_id))
    ).first() is not None


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
    before = receipt.facts() if receipt.version else None  # a new row was nothing before
    receipt.status, receipt.failure = status, failure
    receipt.written_by(SYSTEM.device_id, *(["status"] if before else []))
    events.record(tx, ledger, SYSTEM, kind, receipt.id, before=before, after=receipt.facts())
