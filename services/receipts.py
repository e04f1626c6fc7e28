"""Receipts as their owners handle them: uploaded, asked for again, confirmed, deleted."""

from typing import NamedTuple
from uuid import UUID

from sqlmodel import select

from core.db import Tx
from domain import split
from domain.actor import Actor
from domain.errors import Conflict
from domain.fingerprint import IdAlreadyUsed, fingerprint, require_version_7
from domain.log import EventKind
from domain.receipt.confirmation import Confirmation
from domain.receipt.correction import Correction, discount_in
from domain.receipt.stored import restored_lines, stored_correction
from domain.receipt.upload import NewReceipt
from models.claim import Claiming, ClaimingStatus
from models.event import Event
from models.expense import Expense
from models.receipt import Receipt, ReceiptStatus
from services import access, events, expenses, shops
from services.once import insert_once


class DuplicateReceipt(Conflict):
    code = "DUPLICATE_RECEIPT"


class ReceiptNotReadYet(Conflict):
    code = "RECEIPT_NOT_READ_YET"


class ReceiptAlreadyRead(Conflict):
    code = "RECEIPT_ALREADY_READ"


class ReceiptAlreadyConfirmed(Conflict):
    code = "RECEIPT_ALREADY_CONFIRMED"


class ReceiptOpenForClaiming(Conflict):
    code = "RECEIPT_OPEN_FOR_CLAIMING"


class KeptFile(NamedTuple):
    """A file that lies under `object_key` as it came; `sha256` is of its bytes."""

    object_key: str
    content_type: str
    size_bytes: int
    sha256: bytes


async def allow_upload(tx: Tx, actor: Actor, wanted: NewReceipt) -> None:
    """Let it begin, so that no file travels in vain. One that came through may begin again: it is answered.

    Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`, `IdNotVersion7`, `IdAlreadyUsed` when it was deleted.
    """
    require_version_7(wanted.id)
    seat = await access.lock_ledger(tx, actor, wanted.ledger_id, archived_too=True)
    query = select(Receipt.id).where(Receipt.id == wanted.id, Receipt.ledger_id == wanted.ledger_id)
    if (await tx.exec(query)).first() is None:
        access.require_open(seat.ledger)
        await _require_not_deleted(tx, wanted)


async def register(tx: Tx, actor: Actor, wanted: NewReceipt, file: KeptFile) -> Receipt:
    """Queue a file to be read, once, however often the client repeats itself.

    A retry answers with the receipt of the first time, which keeps the object of the first time.
    Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`, `IdNotVersion7`, `IdAlreadyUsed`,
    `DuplicateReceipt` when the ledger has the very same file already.
    """
    seat = await access.lock_ledger(tx, actor, wanted.ledger_id, archived_too=True)
    await _require_new_file(tx, wanted, file)
    receipt = Receipt(
        id=wanted.id,
        ledger_id=wanted.ledger_id,
        priority=wanted.priority,
        uploaded_by=actor.user_id,
        fingerprint=fingerprint(actor.user_id, [wanted, file.sha256.hex()]),
        **file._asdict(),
    ).written_by(actor.device_id)
    if first := await insert_once(tx, receipt):
        return first
    access.require_open(seat.ledger)
    await _require_not_deleted(tx, wanted)
    events.record_row(tx, seat, EventKind.RECEIPT_UPLOADED, receipt)
    return receipt


async def retry(tx: Tx, actor: Actor, receipt_id: UUID) -> Receipt:
    """Have the receipt read again, before anything else. For one that failed, or that seems stuck.

    Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`, `ReceiptAlreadyRead`, `ReceiptOpenForClaiming`.
    """
    seat, receipt = await access.lock_row(tx, actor, Receipt, receipt_id)
    await require_not_claimed(tx, receipt)
    if receipt.status in (ReceiptStatus.READ, ReceiptStatus.CONFIRMED):
        raise ReceiptAlreadyRead("It has been read.", entity=("Receipt", receipt.id))
    before = receipt.facts()
    receipt.status, receipt.failure, receipt.attempts = ReceiptStatus.QUEUED, None, 0
    receipt.written_by(actor.device_id, "status")
    events.record_row(tx, seat, EventKind.RECEIPT_RETRIED, receipt, before)
    return receipt


async def confirm(
    tx: Tx,
    actor: Actor,
    receipt_id: UUID,
    confirmation: Confirmation,
    *,
    claiming_id: UUID | None = None,
) -> Receipt:
    """Make an expense of the receipt and keep beside the reading what the user made of it.

    Who confirms teaches their own next readings of the shop; asking twice teaches once.
    One that could not be read may be typed in. Asking again with the same expense is no different.
    `claiming_id` is the claiming that closes by it.
    Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`, `ReceiptNotReadYet`, `ReceiptAlreadyConfirmed`,
    `ReceiptOpenForClaiming`, and whatever `expenses.create` refuses.
    """
    seat, receipt = await access.lock_row(tx, actor, Receipt, receipt_id, archived_too=True)
    draft = confirmation.draft(receipt.ledger_id, receipt_id)
    await require_confirmable(tx, receipt, draft.id, claiming_id=claiming_id)
    expense = (await expenses.create(tx, actor, draft)).expense
    if expense.receipt_id != receipt_id:
        raise IdAlreadyUsed("The receipt was taken off this expense: attach it.")
    if receipt.status is ReceiptStatus.CONFIRMED:
        return receipt
    before = receipt.facts()
    truth = _correction(expense)
    receipt.status, receipt.correction = ReceiptStatus.CONFIRMED, stored_correction(truth)
    await shops.remember(tx, actor.user_id, restored_lines(receipt.lines or []), truth)
    receipt.written_by(actor.device_id, "status", "correction")
    events.record_row(tx, seat, EventKind.RECEIPT_CONFIRMED, receipt, before)
    return receipt


async def delete(tx: Tx, actor: Actor, receipt_id: UUID) -> None:
    """Forget the receipt, its file and its reading. An expense made of it stays, without a receipt.

    What other receipts of the same photograph need stays, too.

    Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`, `ReceiptOpenForClaiming`, and of that expense
    `EditNotAllowed`, `LockedByAge`.
    """
    seat, receipt = await access.lock_row(tx, actor, Receipt, receipt_id)
    await require_not_claimed(tx, receipt)
    await expenses.detach_receipt(tx, seat, receipt_id)
    await tx.delete(receipt)
    await tx.flush()
    events.record(
        tx,
        seat.ledger,
        seat.author,
        EventKind.RECEIPT_DELETED,
        receipt_id,
        before=receipt.facts(),
        after={"object_keys": await _unused(tx, receipt)},
    )


async def _unused(tx: Tx, deleted: Receipt) -> list[str]:
    """The deleted receipt's objects, unless another receipt lies on the same photograph."""
    query = select(Receipt.id).where(
        Receipt.ledger_id == deleted.ledger_id, Receipt.object_key == deleted.object_key
    )
    if (await tx.exec(query)).first():
        return []
    return [key for key in (deleted.object_key, deleted.image_key) if key]


async def _require_not_deleted(tx: Tx, wanted: NewReceipt) -> None:
    """The log knows what the table has forgotten. Refuses: `IdAlreadyUsed`."""
    query = select(Event.seq).where(
        Event.ledger_id == wanted.ledger_id,
        Event.entity_id == wanted.id,
        Event.kind == EventKind.RECEIPT_DELETED,
    )
    if (await tx.exec(query)).first() is not None:
        raise IdAlreadyUsed("The receipt of this id was deleted: upload it under another one.")


async def _require_new_file(tx: Tx, wanted: NewReceipt, file: KeptFile) -> None:
    query = select(Receipt.id).where(
        Receipt.ledger_id == wanted.ledger_id,
        Receipt.sha256 == file.sha256,
        Receipt.id != wanted.id,
    )
    if (same := (await tx.exec(query)).one_or_none()) is not None:
        raise DuplicateReceipt("This ledger has this file already.", entity=("Receipt", same))


async def require_not_claimed(tx: Tx, receipt: Receipt, *, but_by: UUID | None = None) -> None:
    """Nobody takes a receipt away from those who are claiming it. Refuses: `ReceiptOpenForClaiming`."""
    query = select(Claiming.id).where(
        Claiming.receipt_id == receipt.id,
        Claiming.status == ClaimingStatus.OPEN,
        Claiming.id != but_by,
    )
    if (running := (await tx.exec(query)).one_or_none()) is not None:
        raise ReceiptOpenForClaiming(
            "Its lines are being claimed: close or cancel that.", entity=("Claiming", running)
        )


async def require_confirmable(
    tx: Tx,
    receipt: Receipt,
    expense_id: UUID | None = None,
    *,
    claiming_id: UUID | None = None,
) -> None:
    """That it can become this expense, or has, by this claiming if any.

    Refuses: `ReceiptOpenForClaiming`, `ReceiptNotReadYet`, `ReceiptAlreadyConfirmed`.
    """
    await require_not_claimed(tx, receipt, but_by=claiming_id)
    match receipt.status:
        case ReceiptStatus.QUEUED | ReceiptStatus.READING:
            raise ReceiptNotReadYet("It is still being read.", entity=("Receipt", receipt.id))
        case ReceiptStatus.CONFIRMED:
            query = select(Expense.id).where(Expense.receipt_id == receipt.id)
            made = (await tx.exec(query)).one()
            if made != expense_id:
                raise ReceiptAlreadyConfirmed(
                    "There is an expense of it already.", entity=("Expense", made)
                )
        case ReceiptStatus.READ | ReceiptStatus.FAILED:
            pass


def _correction(expense: Expense) -> Correction:
    return Correction(
        merchant=expense.merchant,
        day=expense.day,
        total_minor=expense.amount_minor,
        currency=expense.currency,
        category_id=expense.category_id,
        discount_minor=discount_in(split.restored(expense.split)),
    )
