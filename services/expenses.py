"""Recording and changing expenses, in personal ledgers and groups alike."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import select

from core.db import Tx
from domain import split
from domain.actor import Actor
from domain.errors import Conflict
from domain.expense import Bill, Changes, Cost, Draft, clean_tags, day_in_range
from domain.fingerprint import NothingToChange, Stale, fingerprint
from domain.log import EventKind
from domain.text import optional
from models.expense import Expense
from services import (
    access,
    categories,
    costs,
    default_splits,
    deletion,
    editing,
    events,
    expense_duplicates,
    postings,
)
from services.access import Seat
from services.costs import Agreed
from services.once import made_before
from services.postings import Entered, Posting

_POSTED = frozenset({"money", "day", "category"})
"""The registers that entries repeat: changing one of them posts anew."""


class ExpenseDeleted(Conflict):
    code = "EXPENSE_DELETED"


class Recorded(NamedTuple):
    """An expense, with its entries if they were just made and are at hand."""

    expense: Expense
    entries: Sequence[Entered] | None = None


async def create(tx: Tx, actor: Actor, draft: Draft, *, unless_duplicate: bool = False) -> Recorded:
    """Record the expense once, however often the client repeats itself.

    Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`, `IdNotVersion7`, `IdAlreadyUsed`, `NotMembers`,
    `MemberHasLeft`, `MemberDeactivated`, `NoSuchCategory`, `DefaultSplitStale`, `LockedByAge`, and whatever
    the draft's texts, day, amount and split refuse; `unless_duplicate`, `PossibleDuplicate`.
    """
    draft = draft.checked()
    seat = await access.lock_ledger(tx, actor, draft.ledger_id, archived_too=True)
    agreed = await costs.agreed(tx, seat, draft.bill.split, draft.category_id)
    cost = draft.bill.first(seat.member.id, agreed.split)
    expense = _new(draft, actor, cost, await costs.precedence(tx, seat.ledger, cost))
    posting = costs.posting(expense, cost)
    if draft.category_id is not None:
        await categories.require(tx, [draft.category_id])
    seats = await postings.seated(tx, seat.ledger, [posting], agreed.members)
    balances = await postings.write_once(tx, seat.ledger, expense, posting, seats)
    if balances is None:
        first = await made_before(tx, Expense, expense.id, expense.fingerprint)
        assert first is not None, "its id is there"
        return Recorded(first)
    access.require_open(seat.ledger)
    editing.require_unlocked(seat.ledger, expense.day)
    await default_splits.require_fresh(tx, agreed.default)
    if unless_duplicate:
        await expense_duplicates.require_none(tx, expense.id)
    postings.require_all_open_to(posting.sides, seats, expense)
    events.record_row(tx, seat, EventKind.EXPENSE_CREATED, expense, balances=balances)
    return Recorded(expense, postings.entered(posting, agreed.members))


async def update(
    tx: Tx, actor: Actor, expense_id: UUID, if_version: int, changes: Changes
) -> Expense:
    """Change some registers of an expense that nobody has changed since `if_version`.

    Repeating an edit that is already in place answers with the expense, whatever its version, and whatever
    standing weights and defaults have become. Another cost ends all disputes: what they were about is gone.
    Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`, `ExpenseDeleted`, `Stale`, `NothingToChange`,
    `EditNotAllowed`, `LockedByAge` on the day that it was or is to be on, and whatever `create` refuses of
    the same fields.
    """
    seat, expense = await access.lock_row(tx, actor, Expense, expense_id)
    cost, agreed = await _new_cost(tx, seat, expense, changes.bill)
    columns = _columns(changes, cost)
    require_standing(expense)
    moved = {name for name, value in columns.items() if getattr(expense, name) != value}
    if not moved:
        return expense
    if expense.version != if_version:
        if moved == {"split"} and await _split_so(tx, seat, expense, if_version, changes.bill):
            return expense
        raise Stale("Somebody has changed this expense.", entity=("Expense", expense.id))
    editing.require_editable(seat, expense)
    editing.require_unlocked(seat.ledger, changes.day or expense.day)
    if changes.category_id and changes.category_id.value:
        await categories.require(tx, [changes.category_id.value])
    if agreed:
        await default_splits.require_fresh(tx, agreed.default)
    before = expense.facts()
    registers = [*changes.registers]
    if cost and cost != costs.of(expense):
        columns["precedence"] = await costs.precedence(tx, seat.ledger, cost, instead_of=expense)
        if expense.disputes:
            columns["disputes"] = None
            registers.append("disputes")
    for name, value in columns.items():
        setattr(expense, name, value)
    expense.written_by(actor.device_id, *registers)
    await tx.flush()
    balances: postings.BalanceChanges = []
    if _POSTED & {*registers}:
        balances = await postings.repost(tx, seat.ledger, expense, costs.posting(expense))
    events.record_row(tx, seat, EventKind.EXPENSE_UPDATED, expense, before, balances)
    return expense


async def delete(tx: Tx, actor: Actor, expense_id: UUID, if_version: int | None = None) -> Expense:
    """See `deletion.delete`."""
    return await deletion.delete(tx, actor, Expense, expense_id, if_version)


async def restore(tx: Tx, actor: Actor, expense_id: UUID, if_version: int | None = None) -> Expense:
    """As it was. See `deletion.restore`."""
    return await deletion.restore(tx, actor, Expense, expense_id, _posted, if_version)


async def detach_receipt(tx: Tx, seat: Seat, receipt_id: UUID) -> None:
    """Let go of a receipt, if any expense has it. Refuses: `EditNotAllowed`, `LockedByAge`."""
    query = select(Expense).where(Expense.receipt_id == receipt_id)
    expense = (await tx.exec(query)).one_or_none()
    if expense is None:
        return
    editing.require_editable(seat, expense)
    before = expense.facts()
    expense.receipt_id = None
    expense.written_by(seat.author.device_id, "receipt")
    await tx.flush()
    events.record_row(tx, seat, EventKind.EXPENSE_RECEIPT_DETACHED, expense, before)


def require_standing(expense: Expense) -> None:
    """Refuses: `ExpenseDeleted`."""
    if expense.deleted_at is not None:
        raise ExpenseDeleted("Restore the expense first.", entity=("Expense", expense.id))


async def _posted(_: Tx, expense: Expense) -> Sequence[Posting]:
    return [costs.posting(expense)]


async def _new_cost(
    tx: Tx, seat: Seat, expense: Expense, bill: Bill | None
) -> tuple[Cost | None, Agreed | None]:
    """The cost after an edit, if the edit is about it, and how it is split, if it says so."""
    if bill is None:
        return None, None
    bill = bill.checked()
    if bill.split is None:
        return bill.instead_of(costs.of(expense), None), None
    agreed = await costs.agreed(tx, seat, bill.split)
    return bill.instead_of(costs.of(expense), agreed.split), agreed


async def _split_so(
    tx: Tx, seat: Seat, expense: Expense, if_version: int, bill: Bill | None
) -> bool:
    """Whether the caller's edit of that version has split it so, by what weights or a default were then."""
    how = costs.of(expense).split
    if bill is None or not split.may_have_become(how, bill.split, seat.member.id):
        return False
    since = await events.after_version(tx, expense.ledger_id, expense.id, if_version)
    return any(
        event.actor_id == seat.author.user_id
        and event.after is not None
        and event.after["split"] == expense.split
        for event in since[:1]
    )


def _new(draft: Draft, actor: Actor, cost: Cost, precedence: dict[str, int] | None) -> Expense:
    return Expense(
        id=draft.id,
        ledger_id=draft.ledger_id,
        **costs.columns(cost),
        precedence=precedence,
        category_id=draft.category_id,
        merchant=draft.merchant,
        note=draft.note,
        day=draft.day,
        tags=list(draft.tags),
        source=draft.source,
        receipt_id=draft.receipt_id,
        created_by=actor.user_id,
        fingerprint=fingerprint(actor.user_id, draft),
    ).written_by(actor.device_id)


def _columns(changes: Changes, cost: Cost | None) -> dict[str, Any]:
    """The columns that an edit sets, with their checked values. Refuses: `NothingToChange`."""
    columns: dict[str, Any] = costs.columns(cost) if cost else {}
    if changes.day is not None:
        columns["day"] = day_in_range(changes.day)
    if changes.category_id is not None:
        columns["category_id"] = changes.category_id.value
    if changes.merchant is not None:
        columns["merchant"] = optional(changes.merchant.value, "merchant", limit=200)
    if changes.note is not None:
        columns["note"] = optional(changes.note.value, "note", limit=2000)
    if changes.tags is not None:
        columns["tags"] = clean_tags(changes.tags)
    if not columns:
        raise NothingToChange("Name at least one field to change.")
    return columns
