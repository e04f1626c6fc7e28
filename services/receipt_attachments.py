"""Receipts and expenses that were there before them: put together, and taken apart again."""

from uuid import UUID

from sqlmodel import select

from core.db import Tx
from domain.actor import Actor
from domain.errors import Conflict, Invalid
from domain.fingerprint import Stale
from domain.log import EventKind
from models.expense import Expense
from models.receipt import Receipt, ReceiptStatus
from services import access, editing, events, expenses, receipts
from services.access import Seat


class ReceiptOfAnotherLedger(Invalid):
    code = "RECEIPT_OF_ANOTHER_LEDGER"


class ExpenseHasReceipt(Conflict):
    code = "EXPENSE_HAS_RECEIPT"


async def attach(
    tx: Tx, actor: Actor, receipt_id: UUID, expense_id: UUID, if_version: int
) -> Receipt:
    """Say that an expense is what the receipt is of. The expense keeps its own values.

    `if_version` is the expense's. Attaching what is attached is no different. It corrects no reading: nobody
    has compared what the expense says with the paper.
    Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`, `ReceiptOfAnotherLedger`, `ReceiptNotReadYet`,
    `ReceiptAlreadyConfirmed`, `ReceiptOpenForClaiming`, `ExpenseDeleted`, `ExpenseHasReceipt`, `Stale`,
    `EditNotAllowed`, `LockedByAge`.
    """
    seat, receipt = await access.lock_row(tx, actor, Receipt, receipt_id)
    expense = await access.row_of(tx, actor.user_id, Expense, expense_id)
    if expense.ledger_id != receipt.ledger_id:
        raise ReceiptOfAnotherLedger("They are in different ledgers.", path=("expenseId",))
    if expense.receipt_id == receipt.id:
        return receipt
    await receipts.require_confirmable(tx, receipt)
    expenses.require_standing(expense)
    if expense.receipt_id is not None:
        raise ExpenseHasReceipt("It has one already.", entity=("Receipt", expense.receipt_id))
    _require_editable(seat, expense, if_version)
    before = expense.facts()
    expense.receipt_id = receipt.id
    expense.written_by(actor.device_id, "receipt")
    events.record_row(tx, seat, EventKind.EXPENSE_RECEIPT_ATTACHED, expense, before)
    _move(tx, seat, receipt, EventKind.RECEIPT_CONFIRMED, ReceiptStatus.CONFIRMED)
    return receipt


async def detach(tx: Tx, actor: Actor, receipt_id: UUID, if_version: int) -> Receipt:
    """Take the receipt off its expense, whichever way it came there. It is again as it was read.

    `if_version` is the expense's. Doing so twice is no different.
    Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`, `Stale`, `EditNotAllowed`, `LockedByAge`.
    """
    seat, receipt = await access.lock_row(tx, actor, Receipt, receipt_id)
    if receipt.status is not ReceiptStatus.CONFIRMED:
        return receipt
    expense = (await tx.exec(select(Expense).where(Expense.receipt_id == receipt.id))).one()
    _require_editable(seat, expense, if_version)
    await expenses.detach_receipt(tx, seat, receipt.id)
    status = ReceiptStatus.FAILED if receipt.failure else ReceiptStatus.READ
    _move(tx, seat, receipt, EventKind.RECEIPT_REOPENED, status)
    return receipt


def _require_editable(seat: Seat, expense: Expense, if_version: int) -> None:
    if expense.version != if_version:
        raise Stale("Somebody has changed this expense.", entity=("Expense", expense.id))
    editing.require_editable(seat, expense)


def _move(tx: Tx, seat: Seat, receipt: Receipt, kind: EventKind, status: ReceiptStatus) -> None:
    before = receipt.facts()
    receipt.status, receipt.correction = status, None
    receipt.written_by(seat.author.device_id, *receipt.touched_since(before))
    events.record_row(tx, seat, kind, receipt, before)
