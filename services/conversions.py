"""Moving what one member owes another from one currency into another, at a frozen rate."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.db import Tx
from domain import rate
from domain.actor import Actor
from domain.conversion import Exchange, something
from domain.fingerprint import fingerprint
from domain.log import EventKind
from domain.money import Money
from domain.pages import Page, Slice
from domain.rate import Quote
from models.conversion import Conversion
from services import access, deletion, editing, events, paging, postings, rates
from services.once import insert_once, made_before
from services.paging import Key
from services.postings import Posting


async def convert(tx: Tx, actor: Actor, wanted: Exchange) -> Conversion:
    """Convert once, however often the client repeats itself; the first answer keeps its rate.

    Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`, `IdNotVersion7`, `IdAlreadyUsed`, `NotMembers`,
    `MemberHasLeft`, `RateMissing`, `NothingToConvert`, `LockedByAge`, and whatever the exchange itself
    refuses.
    """
    wanted = wanted.checked()
    seat = await access.lock_ledger(tx, actor, wanted.ledger_id, archived_too=True)
    asked = fingerprint(actor.user_id, wanted)
    if first := await made_before(tx, Conversion, wanted.id, asked):
        return first
    # Before the insert, where a foreign key would tell who is a member somewhere and who nowhere.
    await postings.seats_of(tx, seat.ledger, [wanted.debtor_id, wanted.creditor_id])
    conversion = _new(wanted, actor, asked, await _quote(tx, wanted))
    if first := await insert_once(tx, conversion):
        return first
    access.require_open(seat.ledger)
    editing.require_unlocked(seat.ledger, conversion.day)
    balances = await postings.post(tx, seat.ledger, conversion, *postings_of(conversion))
    events.record_row(tx, seat, EventKind.CONVERSION_POSTED, conversion, None, balances)
    return conversion


async def delete(
    tx: Tx, actor: Actor, conversion_id: UUID, if_version: int | None = None
) -> Conversion:
    """Take a conversion back. See `deletion.delete`."""
    return await deletion.delete(tx, actor, Conversion, conversion_id, if_version)


async def restore(
    tx: Tx, actor: Actor, conversion_id: UUID, if_version: int | None = None
) -> Conversion:
    """Bring a conversion back, at the rate that it had. See `deletion.restore`."""
    return await deletion.restore(tx, actor, Conversion, conversion_id, _posted, if_version)


async def page(
    session: AsyncSession, viewer: UUID, ledger_id: UUID, slice: Slice
) -> Page[Conversion]:
    """The ledger's conversions that stand, newest day first. Refuses: `NotFound`, `CursorUnreadable`."""
    await access.require_ledger(session, viewer, ledger_id)
    query = select(Conversion).where(
        Conversion.ledger_id == ledger_id, col(Conversion.deleted_at).is_(None)
    )
    day = Key(col(Conversion.day), date.fromisoformat)
    return await paging.page(session, query, slice, day, Key(col(Conversion.id), UUID))


async def _posted(_: Tx, conversion: Conversion) -> Sequence[Posting]:
    return postings_of(conversion)


async def _quote(session: AsyncSession, wanted: Exchange) -> Quote:
    if wanted.rate is not None:
        return wanted.quoted(wanted.rate)
    known = await rates.known(session, [wanted.ledger_id], wanted.to, wanted.day)
    of_ledger = known.get(wanted.ledger_id, [])
    return rate.latest(of_ledger, wanted.amount.currency, wanted.to, wanted.day)


def _new(wanted: Exchange, actor: Actor, asked: bytes, quote: Quote) -> Conversion:
    becomes = something(quote.converted(wanted.amount))
    return Conversion(
        id=wanted.id,
        ledger_id=wanted.ledger_id,
        debtor_id=wanted.debtor_id,
        creditor_id=wanted.creditor_id,
        from_minor=wanted.amount.minor,
        from_currency=wanted.amount.currency,
        to_minor=becomes.minor,
        to_currency=becomes.currency,
        rate=quote.rate,
        rate_day=quote.day,
        day=wanted.day,
        created_by=actor.user_id,
        fingerprint=asked,
    ).written_by(actor.device_id)


def postings_of(conversion: Conversion) -> tuple[Posting, Posting]:
    """As if the debtor paid in the one currency and the creditor lent as much in the other."""
    debtor, creditor = conversion.debtor_id, conversion.creditor_id
    before = Money(conversion.from_minor, conversion.from_currency)
    after = Money(conversion.to_minor, conversion.to_currency)
    return (
        Posting(paid={debtor: before}, owed={creditor: before}, day=conversion.day),
        Posting(paid={creditor: after}, owed={debtor: after}, day=conversion.day),
    )
