"""Budgets and what they tell, as tests need them: through the real services."""

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.budget import Draft, Standing
from domain.log import EventKind
from domain.money import Money
from domain.period import PeriodKind
from models.budget import Budget, BudgetAlert
from models.category import Category
from models.notification import Notification
from services import budget_alerts, budget_standings, budgets
from tests.groups import log, personal_ledger

TODAY = date(2026, 5, 15)


def draft(minor: int = 10_000, *, currency: str = "EUR", **overrides: Any) -> Draft:
    wanted: dict[str, Any] = {"id": new_id(), "name": "All", "period": PeriodKind.MONTHLY}
    return Draft(amount=Money(minor, currency), **(wanted | overrides))


async def make_budget(
    db: Database, owner: Actor, minor: int = 10_000, *, today: date = TODAY, **overrides: Any
) -> Budget:
    """Unless said otherwise, 100.00 EUR a month for everything, from the middle of May on."""
    async with db.transaction() as tx:
        return await budgets.create(tx, owner, draft(minor, **overrides), today)


async def standing(
    db: Database, viewer: Actor, budget_id: UUID, *, on: date | None = None, today: date = TODAY
) -> Standing:
    noon = datetime.combine(today, time(12), UTC)
    found = await budget_standings.of(db, viewer.user_id, [(budget_id, on)], noon)
    return found[budget_id, on]


async def check(db: Database, owner: Actor, *, today: date = TODAY) -> None:
    ledger = await personal_ledger(db, owner)
    async with db.transaction() as tx:
        await budget_alerts.check(tx, ledger.id, today)


async def alerts(db: Database, owner: Actor) -> list[tuple[int, int]]:
    """The threshold and the spending of every alert in the owner's log, in order."""
    ledger = await personal_ledger(db, owner)
    return [
        (event.after["threshold"], event.after["spent"]["minor"])
        for event in await log(db, ledger.id)
        if event.kind is EventKind.BUDGET_ALERTED and event.after
    ]


async def told(db: Database, owner: Actor) -> list[Notification]:
    ledger = await personal_ledger(db, owner)
    query = select(Notification).where(Notification.ledger_id == ledger.id)
    async with db.reading() as session:
        return list((await session.exec(query.order_by(col(Notification.seq)))).all())


async def known(db: Database, budget_id: UUID) -> list[tuple[date, int, bool]]:
    """What is written down of a budget: period, threshold, and whether it alerted."""
    query = (
        select(BudgetAlert)
        .where(BudgetAlert.budget_id == budget_id)
        .order_by(col(BudgetAlert.period_start), col(BudgetAlert.threshold))
    )
    async with db.reading() as session:
        rows = (await session.exec(query)).all()
    return [(row.period_start, row.threshold, row.alerted) for row in rows]


async def category(db: Database, key: str) -> UUID:
    async with db.reading() as session:
        return (await session.exec(select(Category.id).where(Category.key == key))).one()
