"""Whether what is stored more than once agrees: recomputed, compared, and never mended in silence.

Facts are held against the log, entries and debts against the facts, balances against what the facts post and
against what the log told of them, what was spent by day against entries, budgets against the shares of their
owner's seats, and the log against itself. Nothing is locked: all of a ledger is read as of one moment
(`Database.snapshot`).
"""

from collections.abc import AsyncGenerator, Sequence
from datetime import date
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.difference import Difference
from models.ledger import Ledger
from services.reconciliation import budgets, chain, days
from services.reconciliation.recount import Recount


async def of_ledger(
    session: AsyncSession, ledger_id: UUID, today: date
) -> AsyncGenerator[Difference]:
    """Every difference in a ledger; budgets are looked at in the periods around `today`."""
    ledger = await session.get(Ledger, ledger_id)
    if ledger is None:
        return
    recount = await Recount.begin(session, ledger)
    async for difference in recount.differences():
        yield difference
    async for difference in chain.differences(session, ledger, recount.balances):
        yield difference
    async for difference in days.differences(session, ledger):
        yield difference
    async for difference in budgets.differences(session, ledger, today):
        yield difference


async def ledgers_after(session: AsyncSession, after: UUID | None, limit: int) -> Sequence[UUID]:
    """The ids of up to `limit` ledgers that follow one, in an order that stays."""
    query = select(Ledger.id).order_by(col(Ledger.id)).limit(limit)
    if after is not None:
        query = query.where(col(Ledger.id) > after)
    return (await session.exec(query)).all()
