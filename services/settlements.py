"""Payments between members: recording them and taking them back."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from uuid import UUID

from sqlmodel import case, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.db import Tx
from core.prepared import Where
from domain import rate
from domain.actor import Actor
from domain.fingerprint import fingerprint
from domain.log import EventKind
from domain.money import Money
from domain.pages import Page, Slice
from domain.role import Role
from domain.settlement import Payment, overpaid
from models.base import select_shown
from models.expense import Debt, Settlement
from models.ledger import Balance
from services import access, deletion, editing, events, parties, postings
from services.once import insert_once
from services.paging import Key, PagedInLedger
from services.postings import Posting

_STANDING = PagedInLedger(
    select_shown(Settlement).where(col(Settlement.deleted_at).is_(None)),
    col(Settlement.ledger_id),
    Key(col(Settlement.day), date.fromisoformat),
    Key(col(Settlement.id), UUID),
)


async def record(tx: Tx, actor: Actor, payment: Payment) -> Settlement:
    """Record a payment once, however often the client repeats itself. Paying too much flips the balance.

    Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`, `IdNotVersion7`, `IdAlreadyUsed`, `NotMembers`,
    `LockedByAge`, and whatever the payment itself refuses.
    """
    payment = payment.checked()
    seat = await access.lock_ledger(
        tx, actor, payment.ledger_id, at_least=Role.VIEWER, archived_too=True
    )
    editing.require_settling(seat, {payment.payer_id, payment.payee_id})
    settlement = _new(payment, actor)
    # Before the insert, where a foreign key would tell who is a member somewhere and who nowhere.
    await postings.seats_of(tx, seat.ledger, sorted(settlement.members))
    settlement.overpaid_minor = await overpaid_minor(tx, settlement)
    if first := await insert_once(tx, settlement):
        return first
    access.require_open(seat.ledger)
    editing.require_unlocked(seat.ledger, settlement.day)
    balances = await postings.post(
        tx, seat.ledger, settlement, posting_of(settlement), already_in=settlement.members
    )
    events.record_row(tx, seat, EventKind.SETTLEMENT_RECORDED, settlement, None, balances)
    return settlement


async def delete(
    tx: Tx, actor: Actor, settlement_id: UUID, if_version: int | None = None
) -> Settlement:
    """Take a settlement back. See `deletion.delete`."""
    return await deletion.delete(tx, actor, Settlement, settlement_id, if_version)


async def restore(
    tx: Tx, actor: Actor, settlement_id: UUID, if_version: int | None = None
) -> Settlement:
    """Bring a settlement back. Whether it pays too much is seen anew. See `deletion.restore`."""
    return await deletion.restore(tx, actor, Settlement, settlement_id, _posted, if_version)


async def page(where: Where, viewer: UUID, ledger_id: UUID, slice: Slice) -> Page[Settlement]:
    """The ledger's settlements that stand, newest day first. Refuses: `NotFound`, `CursorUnreadable`."""
    return await _STANDING.of(where, viewer, ledger_id, slice)


async def _posted(tx: Tx, settlement: Settlement) -> Sequence[Posting]:
    settlement.overpaid_minor = await overpaid_minor(tx, settlement)
    return [posting_of(settlement)]


def _new(payment: Payment, actor: Actor) -> Settlement:
    paid_as = payment.paid_as
    return Settlement(
        id=payment.id,
        ledger_id=payment.ledger_id,
        payer_id=payment.payer_id,
        payee_id=payment.payee_id,
        amount_minor=payment.amount.minor,
        currency=payment.amount.currency,
        paid_as_minor=paid_as.minor if paid_as else None,
        paid_as_currency=paid_as.currency if paid_as else None,
        rate=rate.implied(payment.day, paid_as, payment.amount).rate if paid_as else None,
        method=payment.method,
        note=payment.note,
        external_ref=payment.external_ref,
        day=payment.day,
        created_by=actor.user_id,
        fingerprint=fingerprint(actor.user_id, payment),
    ).written_by(actor.device_id)


def posting_of(settlement: Settlement) -> Posting:
    amount = Money(settlement.amount_minor, settlement.currency)
    return Posting(
        paid={settlement.payer_id: amount},
        owed={settlement.payee_id: amount},
        day=settlement.day,
    )


async def overpaid_minor(
    session: AsyncSession, settlement: Settlement, *, counted_minor: int = 0
) -> int:
    """How much of it lies beyond what its payer owes. `counted_minor` of it is in the balances already.

    Who settles as one with others pays for all of them, and to all with whom the payee does.
    """
    payers, payees = await _sides(session, settlement)
    in_all = (
        select(func.sum(col(Balance.net_minor)))
        .where(
            Balance.ledger_id == settlement.ledger_id,
            col(Balance.member_id).in_(payers),
            Balance.currency == settlement.currency,
        )
        .scalar_subquery()
    )
    to_payee = (
        select(
            func.sum(
                case((col(Debt.debtor_id).in_(payers), col(Debt.minor)), else_=-col(Debt.minor))
            )
        )
        .where(
            Debt.ledger_id == settlement.ledger_id,
            Debt.currency == settlement.currency,
            (col(Debt.debtor_id).in_(payers) & col(Debt.creditor_id).in_(payees))
            | (col(Debt.debtor_id).in_(payees) & col(Debt.creditor_id).in_(payers)),
        )
        .scalar_subquery()
    )
    net, owed = (
        await session.exec(select(func.coalesce(in_all, 0), func.coalesce(to_payee, 0)))
    ).one()
    return overpaid(
        settlement.amount_minor,
        owed_in_all=counted_minor - int(net),
        owed_to_payee=counted_minor + int(owed),
    )


async def _sides(
    session: AsyncSession, settlement: Settlement
) -> tuple[AbstractSet[UUID], AbstractSet[UUID]]:
    """Whom the payer pays for and whom the payee is paid for; within a party, only for themselves."""
    ledger_id, payer, payee = settlement.ledger_id, settlement.payer_id, settlement.payee_id
    party = (await parties.of_ledgers(session, [ledger_id]))[ledger_id]
    if party.of(payer) == party.of(payee):
        return {payer}, {payee}
    return party.members(payer), party.members(payee)
