"""Saying that an expense is wrong, instead of deleting it. Balances stay until somebody edits it."""

from uuid import UUID

from core.db import Tx
from domain import text
from domain.actor import Actor
from domain.edit_policy import require_involved
from domain.fingerprint import Stale
from domain.log import EventKind
from domain.role import Role
from models.expense import Expense
from services import access, events
from services.access import Seat
from services.expenses import require_standing


async def dispute(tx: Tx, actor: Actor, expense_id: UUID, if_version: int, reason: str) -> Expense:
    """A member who is part of the expense says what is wrong with it, whoever may edit it and until when.

    The last reason of each counts, until they withdraw it or somebody changes the cost.
    Refuses: `NotFound`, `LedgerArchived`, `NotInvolved`, `ExpenseDeleted`, `Stale`, and see `domain.text`.
    """
    reason = text.required(reason, "reason", limit=500)
    seat, expense = await _lock(tx, actor, expense_id)
    require_involved(seat.member.id, expense.members)
    require_standing(expense)
    said = {**(expense.disputes or {}), str(seat.member.id): reason}
    return _say(tx, seat, expense, if_version, said, EventKind.EXPENSE_DISPUTED)


async def withdraw(tx: Tx, actor: Actor, expense_id: UUID, if_version: int) -> Expense:
    """Take one's own dispute back. Doing so twice is no different.

    Refuses: `NotFound`, `LedgerArchived`, `Stale`.
    """
    seat, expense = await _lock(tx, actor, expense_id)
    me = str(seat.member.id)
    said = {who: reason for who, reason in (expense.disputes or {}).items() if who != me}
    return _say(tx, seat, expense, if_version, said, EventKind.EXPENSE_DISPUTE_WITHDRAWN)


async def _lock(tx: Tx, actor: Actor, expense_id: UUID) -> tuple[Seat, Expense]:
    return await access.lock_row(tx, actor, Expense, expense_id, at_least=Role.VIEWER)


def _say(
    tx: Tx, seat: Seat, expense: Expense, if_version: int, said: dict[str, str], kind: EventKind
) -> Expense:
    if said == (expense.disputes or {}):
        return expense
    if expense.version != if_version:
        raise Stale("Somebody has changed this expense.", entity=("Expense", expense.id))
    before = expense.facts()
    expense.disputes = said or None
    expense.written_by(seat.author.device_id, "disputes")
    events.record_row(tx, seat, kind, expense, before)
    return expense
