"""What becomes of a recorded payment: it is edited, confirmed by who was paid, or disputed."""

from typing import Any
from uuid import UUID

from core.db import Tx
from domain import text
from domain.actor import Actor
from domain.edit_policy import require_involved
from domain.errors import Conflict, Forbidden
from domain.expense import day_in_range
from domain.fingerprint import NothingToChange, Stale
from domain.log import EventKind
from domain.money import Money
from domain.rate import Quote
from domain.role import Role
from domain.settlement import (
    PaymentChanges,
    SettlementState,
    Word,
    edited,
    reference,
    something,
)
from models.expense import Settlement
from services import access, editing, events, postings
from services.access import Seat
from services.settlements import overpaid_minor, posting_of


class SettlementDeleted(Conflict):
    code = "SETTLEMENT_DELETED"


class NotThePayee(Forbidden):
    code = "NOT_THE_PAYEE"


_SAID = {
    SettlementState.CONFIRMED: EventKind.SETTLEMENT_CONFIRMED,
    SettlementState.DISPUTED: EventKind.SETTLEMENT_DISPUTED,
}


async def update(
    tx: Tx, actor: Actor, settlement_id: UUID, if_version: int, changes: PaymentChanges
) -> Settlement:
    """Change a payment that nobody has changed since `if_version`; its rate stays, whatever the amount.

    Repeating an edit that is already in place answers with the settlement, whatever its version.
    Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`, `SettlementDeleted`, `Stale`, `NothingToChange`,
    `EditNotAllowed`, `LockedByAge`, and whatever `record` refuses of the same fields.
    """
    seat, settlement = await editing.lock(tx, actor, Settlement, settlement_id)
    columns = _columns(changes, settlement)
    _require_standing(settlement)
    if all(getattr(settlement, name) == value for name, value in columns.items()):
        return settlement
    _require_seen(settlement, if_version)
    editing.require_editable(seat, settlement)
    editing.require_unlocked(seat.ledger, changes.day or settlement.day)
    before = settlement.facts()
    paid_minor = settlement.amount_minor
    for name, value in columns.items():
        setattr(settlement, name, value)
    money_changed = settlement.amount_minor != paid_minor
    if money_changed:
        settlement.overpaid_minor = await overpaid_minor(tx, settlement, counted_minor=paid_minor)
    _unsettle(settlement, actor, money_changed=money_changed)
    settlement.written_by(actor.device_id, *settlement.touched_since(before))
    await tx.flush()
    balances: postings.BalanceChanges = []
    if {"amount_minor", "day"} & {*columns}:
        balances = await postings.repost(tx, seat.ledger, settlement, posting_of(settlement))
    events.record_row(tx, seat, EventKind.SETTLEMENT_UPDATED, settlement, before, balances)
    return settlement


async def confirm(tx: Tx, actor: Actor, settlement_id: UUID, if_version: int) -> Settlement:
    """The payee says that the money came. Doing so twice is no different.

    Refuses: `NotFound`, `LedgerArchived`, `NotThePayee`, `SettlementDeleted`, `Stale`.
    """
    seat, settlement = await access.lock_row(
        tx, actor, Settlement, settlement_id, at_least=Role.VIEWER
    )
    if seat.member.id != settlement.payee_id:
        raise NotThePayee("Only who was paid can confirm it.")
    return _say(tx, seat, settlement, if_version, Word(SettlementState.CONFIRMED))


async def dispute(
    tx: Tx, actor: Actor, settlement_id: UUID, if_version: int, reason: str
) -> Settlement:
    """Payer or payee says what is wrong with it. Balances stay until it is edited or taken back.

    Refuses: `NotFound`, `LedgerArchived`, `NotInvolved`, `SettlementDeleted`, `Stale`, and see `domain.text`.
    """
    reason = text.required(reason, "reason", limit=500)
    seat, settlement = await access.lock_row(
        tx, actor, Settlement, settlement_id, at_least=Role.VIEWER
    )
    require_involved(seat.member.id, settlement.members)
    return _say(tx, seat, settlement, if_version, Word(SettlementState.DISPUTED, reason))


async def reopen(tx: Tx, actor: Actor, settlement_id: UUID, before: Word) -> Settlement:
    """What stood `before` the actor's word stands again. The caller knows that the word was the last one.

    Refuses: `NotFound`, `LedgerArchived`.
    """
    seat, settlement = await access.lock_row(
        tx, actor, Settlement, settlement_id, at_least=Role.VIEWER
    )
    return _stand(tx, seat, settlement, EventKind.SETTLEMENT_REOPENED, before)


def _columns(changes: PaymentChanges, settlement: Settlement) -> dict[str, Any]:
    """The columns that an edit sets, with their checked values. Refuses: `NothingToChange`."""
    columns: dict[str, Any] = {}
    if changes.amount_minor is not None:
        amount = something(Money(changes.amount_minor, settlement.currency), "amountMinor")
        columns |= {"amount_minor": amount.minor, **_paid_for(amount, settlement)}
    if changes.day is not None:
        columns["day"] = day_in_range(changes.day)
    if changes.method is not None:
        columns["method"] = changes.method
    if changes.note is not None:
        columns["note"] = text.optional(changes.note.value, "note", limit=2000)
    if changes.external_ref is not None:
        columns["external_ref"] = reference(changes.external_ref.value)
    if not columns:
        raise NothingToChange("Name at least one field to change.")
    return columns


def _paid_for(amount: Money, settlement: Settlement) -> dict[str, int]:
    """What changed hands for another amount, at the rate that was frozen."""
    if settlement.rate is None or amount.minor == settlement.amount_minor:
        return {}
    assert settlement.paid_as_currency is not None, "a rate is between two currencies"
    frozen = Quote(
        settlement.day, settlement.paid_as_currency, settlement.currency, settlement.rate
    )
    paid_as = frozen.inverse.converted(amount)
    return {"paid_as_minor": something(paid_as, "amountMinor").minor}


def _say(tx: Tx, seat: Seat, settlement: Settlement, if_version: int, word: Word) -> Settlement:
    _require_standing(settlement)
    if (settlement.state, settlement.dispute_reason) == word:
        return settlement
    _require_seen(settlement, if_version)
    return _stand(tx, seat, settlement, _SAID[word.state], word)


def _stand(tx: Tx, seat: Seat, settlement: Settlement, kind: EventKind, word: Word) -> Settlement:
    before = settlement.facts()
    settlement.state, settlement.dispute_reason = word
    settlement.written_by(seat.author.device_id, "state")
    events.record_row(tx, seat, kind, settlement, before)
    return settlement


def _unsettle(settlement: Settlement, actor: Actor, *, money_changed: bool) -> None:
    settlement.state = edited(
        settlement.state,
        by_recorder=actor.user_id == settlement.created_by,
        money_changed=money_changed,
    )
    if settlement.state is not SettlementState.DISPUTED:
        settlement.dispute_reason = None


def _require_standing(settlement: Settlement) -> None:
    if settlement.deleted_at is not None:
        raise SettlementDeleted(
            "This settlement was taken back.", entity=("Settlement", settlement.id)
        )


def _require_seen(settlement: Settlement, if_version: int) -> None:
    if settlement.version != if_version:
        raise Stale("Somebody has changed this settlement.", entity=("Settlement", settlement.id))
