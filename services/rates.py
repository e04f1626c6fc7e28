"""What currencies are worth, as a ledger's members know it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import now_after
from core.db import Tx
from domain.actor import Actor
from domain.fingerprint import fingerprint
from domain.log import EventKind
from domain.pages import Page, Slice
from domain.rate import NewRate, Quote, RateSource
from models.conversion import Rate
from services import access, events, paging
from services.once import insert_once
from services.paging import Key


async def enter(tx: Tx, actor: Actor, wanted: NewRate) -> Rate:
    """Keep a rate for the ledger, once. Of several for one day the newest counts, from now on.

    Refuses: `NotFound`, `RoleTooLow`, `LedgerArchived`, `IdNotVersion7`, `IdAlreadyUsed`, and see `NewRate`.
    """
    wanted = wanted.checked()
    seat = await access.lock_ledger(tx, actor, wanted.ledger_id, archived_too=True)
    row = Rate(
        id=wanted.id,
        ledger_id=wanted.ledger_id,
        day=wanted.quote.day,
        base=wanted.quote.base,
        quote=wanted.quote.quote,
        source=RateSource.MANUAL,
        rate=wanted.quote.rate,
        created_at=await _after_others(tx, wanted),
        created_by=actor.user_id,
        fingerprint=fingerprint(actor.user_id, wanted),
    ).written_by(actor.device_id)
    if first := await insert_once(tx, row):
        return first
    access.require_open(seat.ledger)
    events.record_row(tx, seat, EventKind.RATE_ENTERED, row)
    return row


async def page(session: AsyncSession, viewer: UUID, ledger_id: UUID, slice: Slice) -> Page[Rate]:
    """The ledger's rates, newest day first. Refuses: `NotFound`, `CursorUnreadable`."""
    await access.require_ledger(session, viewer, ledger_id)
    query = select(Rate).where(Rate.ledger_id == ledger_id)
    day = Key(col(Rate.day), date.fromisoformat)
    return await paging.page(session, query, slice, day, Key(col(Rate.id), UUID))


async def known(
    session: AsyncSession, ledger_ids: Collection[UUID], currency: str, on: date
) -> Mapping[UUID, Sequence[Quote]]:
    """What decides about rates from or into a currency on a day, by ledger, in the order entered.

    Of each pair the newest rate of the last day up to `on` and the one of the first day after it.
    """
    later = col(Rate.day) > on
    query = (
        select(Rate)
        .ext(distinct_on(col(Rate.ledger_id), col(Rate.base), col(Rate.quote), later))
        .where(
            col(Rate.ledger_id).in_(ledger_ids),
            or_(Rate.base == currency, Rate.quote == currency),
        )
        .order_by(
            col(Rate.ledger_id),
            col(Rate.base),
            col(Rate.quote),
            later,
            func.abs(col(Rate.day) - on),
            col(Rate.created_at).desc(),
            col(Rate.id).desc(),
        )
    )
    rows = sorted((await session.exec(query)).all(), key=lambda row: (row.created_at, row.id))
    quotes: defaultdict[UUID, list[Quote]] = defaultdict(list)
    for row in rows:
        quotes[row.ledger_id].append(Quote(row.day, row.base, row.quote, row.rate))
    return quotes


async def _after_others(tx: Tx, wanted: NewRate) -> datetime:
    """When it is entered: after all that the ledger has for the day, whatever the clock says."""
    query = select(func.max(Rate.created_at)).where(
        Rate.ledger_id == wanted.ledger_id, Rate.day == wanted.quote.day
    )
    return now_after((await tx.exec(query)).one())
