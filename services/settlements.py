"""Payments between members."""

from datetime import date
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now
from core.db import Tx
from domain.actor import Actor
from domain.fingerprint import fingerprint
from domain.log import EventKind
from domain.money import Money
from domain.pages import Page, Slice
from domain.settlement import Payment
from models.expense import Settlement
from services import access, events, paging, postings
from services.once import insert_once
from services.paging import Key
from services.postings import Posting


async def record(tx: Tx, actor: Actor, payment: Payment) -> Settlement:
    """Record a payment once, however often the client repeats itself. Paying too much flips the balance.

    Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`, `IdNotVersion7`, `IdAlreadyUsed`, `NotMembers`,
    `MemberHasLeft`, and whatever the payment itself refuses.
    """
    payment = payment.checked()
    seat = await access.lock_ledger(tx, actor, payment.ledger_id, archived_too=True)
    settlement = _new(payment, actor)
    if first := await insert_once(tx, settlement):
        return first
    access.require_open(seat.ledger)
    balances = await postings.post(
        tx, seat.ledger, settlement, _posting(settlement), already_in=settlement.members
    )
    events.record(
        tx,
        seat.ledger,
        seat.author,
        EventKind.SETTLEMENT_RECORDED,
        settlement.id,
        after=settlement.facts(),
        balances=balances,
    )
    return settlement


async def delete(tx: Tx, actor: Actor, settlement_id: UUID) -> Settlement:
    """Take a settlement back. Doing so twice is no different.

    Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`.
    """
    seat, settlement = await access.lock_row(tx, actor, Settlement, settlement_id)
    if settlement.deleted_at is not None:
        return settlement
    before = settlement.facts()
    settlement.deleted_at = now()
    settlement.written_by(actor.device_id, "deleted")
    await tx.flush()
    balances = await postings.withdraw(tx, seat.ledger, settlement)
    events.record(
        tx,
        seat.ledger,
        seat.author,
        EventKind.SETTLEMENT_DELETED,
        settlement.id,
        before=before,
        after=settlement.facts(),
        balances=balances,
    )
    return settlement


async def restore(tx: Tx, actor: Actor, settlement_id: UUID) -> Settlement:
    """Bring a settlement back that was taken back, between members who have left since too.

    Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`.
    """
    seat, settlement = await access.lock_row(tx, actor, Settlement, settlement_id)
    if settlement.deleted_at is None:
        return settlement
    before = settlement.facts()
    settlement.deleted_at = None
    settlement.written_by(actor.device_id, "deleted")
    await tx.flush()
    balances = await postings.post(
        tx, seat.ledger, settlement, _posting(settlement), already_in=settlement.members
    )
    events.record(
        tx,
        seat.ledger,
        seat.author,
        EventKind.SETTLEMENT_RESTORED,
        settlement.id,
        before=before,
        after=settlement.facts(),
        balances=balances,
    )
    return settlement


async def page(
    session: AsyncSession, viewer: UUID, ledger_id: UUID, slice: Slice
) -> Page[Settlement]:
    """The ledger's settlements that stand, newest day first. Refuses: `NotFound`, `CursorUnreadable`."""
    await access.ledger_of(session, viewer, ledger_id)
    query = select(Settlement).where(
        Settlement.ledger_id == ledger_id, col(Settlement.deleted_at).is_(None)
    )
    day = Key(col(Settlement.day), date.fromisoformat)
    return await paging.page(session, query, slice, day, Key(col(Settlement.id), UUID))


def _new(payment: Payment, actor: Actor) -> Settlement:
    return Settlement(
        id=payment.id,
        ledger_id=payment.ledger_id,
        payer_id=payment.payer_id,
        payee_id=payment.payee_id,
        amount_minor=payment.amount.minor,
        currency=payment.amount.currency,
        method=payment.method,
        note=payment.note,
        day=payment.day,
        created_by=actor.user_id,
        fingerprint=fingerprint(actor.user_id, payment),
    ).written_by(actor.device_id)


def _posting(settlement: Settlement) -> Posting:
    amount = Money(settlement.amount_minor, settlement.currency)
    return Posting(
        paid={settlement.payer_id: amount},
        owed={settlement.payee_id: amount},
        day=settlement.day,
    )
