"""What budgets say is spent, against the shares of all the seats that their owner has or had."""

from collections import defaultdict
from collections.abc import AsyncGenerator, Mapping
from datetime import date
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domain.difference import Difference, Differs, differing
from domain.period import Period, around, before
from models.budget import Budget
from models.category import Category
from models.expense import Entry
from models.ledger import Ledger, Member
from services import spending


async def differences(
    session: AsyncSession, ledger: Ledger, today: date
) -> AsyncGenerator[Difference]:
    """Of the budgets in a personal ledger, in the period that `today` is in and the one before it."""
    query = select(Budget).where(Budget.ledger_id == ledger.id, col(Budget.deleted_at).is_(None))
    for budget in (await session.exec(query)).all():
        period = around(today, budget.period)
        asked = before(period, budget.period), period
        told = await spending.by_period(session, [budget.id], [(budget.period, at) for at in asked])
        for at in asked:
            stored = {
                currency: minor
                for (of, currency), minor in told.get(budget.id, {}).items()
                if of == at
            }
            expected = await _shares(session, ledger.owner_id, budget, at)
            for currency, spent, shares in differing(stored, expected, 0):
                about = f"{currency} spent on Budget {budget.id} from {at.start}"
                what = Differs.SPENDING_DIFFERS
                yield Difference(ledger.id, what, about, str(spent), str(shares))


async def _shares(
    session: AsyncSession, owner_id: UUID | None, budget: Budget, period: Period
) -> Mapping[str, int]:
    """By seat instead of by user, and counted here instead of by the database."""
    query = (
        select(Entry.currency, Entry.owed_minor, Entry.category_id, Category.parent_id)
        .join(Member, col(Member.id) == Entry.member_id)
        .outerjoin(Category, col(Category.id) == Entry.category_id)
        .where(
            Member.user_id == owner_id,
            col(Entry.expense_id).is_not(None),
            col(Entry.day) >= period.start,
            col(Entry.day) < period.end,
        )
    )
    wanted = set(budget.category_ids)
    shares: defaultdict[str, int] = defaultdict(int)
    for currency, minor, category_id, parent_id in (await session.exec(query)).all():
        if not wanted or wanted & {category_id, parent_id}:
            shares[currency] += minor
    return shares
