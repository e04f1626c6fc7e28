"""Taking back the last change of an expense, a settlement or a conversion, by whoever made it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from uuid import UUID

from sqlmodel import col, select

from core.db import Tx
from domain import undo
from domain.actor import Actor
from domain.errors import NotFound
from domain.log import EventKind
from domain.role import Role
from domain.undo import ChangedSince, NotYourChange
from models.event import Event
from models.expense import Expense
from services import (
    access,
    conversions,
    events,
    expense_disputes,
    expenses,
    receipt_attachments,
    settlement_edits,
    settlements,
)
from services.postings import FACTS, Fact

_WHOLE: Mapping[EventKind, Callable[[Tx, Actor, UUID], Awaitable[Fact]]] = {
    EventKind.EXPENSE_DELETED: expenses.delete,
    EventKind.EXPENSE_RESTORED: expenses.restore,
    EventKind.SETTLEMENT_DELETED: settlements.delete,
    EventKind.SETTLEMENT_RESTORED: settlements.restore,
    EventKind.CONVERSION_DELETED: conversions.delete,
    EventKind.CONVERSION_RESTORED: conversions.restore,
}
"""The steps that take nothing but the thing itself."""


async def last_change(tx: Tx, actor: Actor, ledger_id: UUID, seq: int) -> Fact:
    """Undo the change that the event `seq` tells of. It is the actor's, and nobody changed the thing since.

    Repeating it is no different. Refuses: `NotFound`, `NotYourChange`, `CannotBeUndone`, `ChangedSince`, and
    whatever is refused to who deletes, restores or edits the thing.
    """
    await access.lock_ledger(tx, actor, ledger_id, at_least=Role.VIEWER, archived_too=True)
    change, *later = await _from(tx, ledger_id, seq)
    if change.actor_id != actor.user_id:
        raise NotYourChange("Only who made a change can undo it.")
    step = undo.opposite(change.kind)
    if not later:
        return await _take(tx, actor, step, change)
    if len(later) == 1 and undo.is_undone(events.fact_of(change), events.fact_of(later[0])):
        return await tx.get_one(_table(change.kind), change.entity_id)
    entity = (_table(change.kind).__name__, change.entity_id)
    raise ChangedSince("It has been changed since.", entity=entity)


async def _from(tx: Tx, ledger_id: UUID, seq: int) -> Sequence[Event]:
    """The event, and up to two later ones of the same thing. Refuses: `NotFound`."""
    change = await tx.get(Event, (ledger_id, seq))
    if change is None:
        raise NotFound("No such event.")
    later = (
        select(Event)
        .where(
            Event.ledger_id == ledger_id,
            Event.entity_id == change.entity_id,
            col(Event.seq) > seq,
        )
        .order_by(col(Event.seq))
        .limit(2)
    )
    return [change, *(await tx.exec(later)).all()]


async def _take(tx: Tx, actor: Actor, step: EventKind, change: Event) -> Fact:
    id = change.entity_id
    if whole := _WHOLE.get(step):
        return await whole(tx, actor, id)
    version = (await tx.get_one(_table(step), id)).version
    match step:
        case EventKind.SETTLEMENT_REOPENED:
            word = undo.word_before(events.fact_of(change))
            return await settlement_edits.reopen(tx, actor, id, word)
        case EventKind.SETTLEMENT_UPDATED:
            payment = undo.payment_way_back(events.fact_of(change))
            return await settlement_edits.update(tx, actor, id, version, payment)
        case EventKind.EXPENSE_DISPUTE_WITHDRAWN:
            return await expense_disputes.withdraw(tx, actor, id, version)
        case EventKind.EXPENSE_RECEIPT_ATTACHED | EventKind.EXPENSE_RECEIPT_DETACHED:
            return await _move_receipt(tx, actor, step, change, version)
        case _:
            bill = undo.way_back(events.fact_of(change))
            return await expenses.update(tx, actor, id, version, bill)


async def _move_receipt(
    tx: Tx, actor: Actor, step: EventKind, change: Event, version: int
) -> Expense:
    receipt_id, expense_id = undo.receipt_of(events.fact_of(change)), change.entity_id
    if step is EventKind.EXPENSE_RECEIPT_ATTACHED:
        await receipt_attachments.attach(tx, actor, receipt_id, expense_id, version)
    else:
        await receipt_attachments.detach(tx, actor, receipt_id, version)
    return await tx.get_one(Expense, expense_id)


def _table(kind: EventKind) -> type[Fact]:
    entity, _, _ = kind.partition(".")
    return FACTS[entity]
