"""Putting a fact aside and bringing it back: alike for all that moves balances."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from core.clock import now
from core.db import Tx
from domain.actor import Actor
from domain.log import EventKind
from models.conversion import Conversion
from models.expense import Expense, Settlement
from services import editing, events, postings
from services.postings import AnyFact, Fact, Posting
from services.versions import require_seen

_DELETED: dict[type[Fact], EventKind] = {
    Expense: EventKind.EXPENSE_DELETED,
    Settlement: EventKind.SETTLEMENT_DELETED,
    Conversion: EventKind.CONVERSION_DELETED,
}
_RESTORED: dict[type[Fact], EventKind] = {
    Expense: EventKind.EXPENSE_RESTORED,
    Settlement: EventKind.SETTLEMENT_RESTORED,
    Conversion: EventKind.CONVERSION_RESTORED,
}


async def delete(
    tx: Tx, actor: Actor, table: type[AnyFact], fact_id: UUID, if_version: int | None = None
) -> AnyFact:
    """Put the fact aside; it can be restored. Doing so twice is no different.

    `if_version` keeps a repetition that comes late from undoing what others have done since.
    Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`, `Stale`, `EditNotAllowed`, `LockedByAge`.
    """
    seat, fact = await editing.lock(tx, actor, table, fact_id)
    if fact.deleted_at is not None:
        return fact
    require_seen(fact, if_version)
    editing.require_editable(seat, fact)
    before = fact.facts()
    fact.deleted_at = now()
    fact.written_by(actor.device_id, "deleted")
    await tx.flush()
    balances = await postings.withdraw(tx, seat.ledger, fact)
    events.record_row(tx, seat, _DELETED[table], fact, before, balances)
    return fact


async def restore(
    tx: Tx,
    actor: Actor,
    table: type[AnyFact],
    fact_id: UUID,
    posted: Callable[[Tx, AnyFact], Awaitable[Sequence[Posting]]],
    if_version: int | None = None,
) -> AnyFact:
    """Bring the fact back with all its people, even those who have left since.

    `posted` says what it enters again, and sets what of the fact follows from the balances of today;
    `if_version` is as in `delete`.
    Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`, `Stale`, `EditNotAllowed`, `LockedByAge`.
    """
    seat, fact = await editing.lock(tx, actor, table, fact_id)
    if fact.deleted_at is None:
        return fact
    require_seen(fact, if_version)
    editing.require_editable(seat, fact)
    before = fact.facts()
    again = await posted(tx, fact)
    fact.deleted_at = None
    fact.written_by(actor.device_id, *fact.touched_since(before))
    await tx.flush()
    people = {who for posting in again for who in posting.sides}
    balances = await postings.post(tx, seat.ledger, fact, *again, already_in=people)
    events.record_row(tx, seat, _RESTORED[table], fact, before, balances)
    return fact
