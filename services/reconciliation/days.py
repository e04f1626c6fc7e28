"""What everyone spent on each day in a ledger, summed up when it was entered, against the entries."""

from collections import defaultdict
from collections.abc import AsyncGenerator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select as columns_of
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.difference import Difference, Differs, differing
from models.expense import Entry
from models.ledger import Ledger
from models.spending import ALL_CATEGORIES, SpentOnDay


class _Day(NamedTuple):
    user_id: UUID
    category_id: UUID
    day: date
    currency: str


async def differences(session: AsyncSession, ledger: Ledger) -> AsyncGenerator[Difference]:
    query = select(SpentOnDay).where(SpentOnDay.ledger_id == ledger.id)
    stored = {
        _Day(row.user_id, row.category_id, row.day, row.currency): row.minor
        for row in (await session.exec(query)).all()
    }
    for at, there, due in differing(stored, await _entered(session, ledger), 0):
        about = f"{at.currency} spent by User {at.user_id} on {at.day} in Category {at.category_id}"
        yield Difference(ledger.id, Differs.DAY_DIFFERS, about, str(there), str(due))


async def _entered(session: AsyncSession, ledger: Ledger) -> Mapping[_Day, int]:
    of_day = col(Entry.user_id), col(Entry.category_id), col(Entry.day), col(Entry.currency)
    query = (
        columns_of(*of_day, func.sum(Entry.owed_minor))
        .where(
            col(Entry.ledger_id) == ledger.id,
            col(Entry.user_id).is_not(None),
            col(Entry.expense_id).is_not(None),
        )
        .group_by(*of_day)
    )
    rows: Sequence[Any] = (await (await session.connection()).execute(query)).all()
    entered: defaultdict[_Day, int] = defaultdict(int)
    for user_id, category_id, day, currency, minor in rows:
        for counted in {ALL_CATEGORIES, category_id or ALL_CATEGORIES}:
            entered[_Day(user_id, counted, day, currency)] += int(minor)
    return entered
