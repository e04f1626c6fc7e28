from uuid import UUID

import dramatiq

from core.clock import now
from domain.period import local_day
from services import budget_alerts
from workers import runtime


@dramatiq.actor(queue_name="budgets")
async def check_budgets(*, ledger_id: str, seqs: list[int]) -> None:
    """Alert everyone whose spending these events move, each in a transaction of their own."""
    db = runtime.database()
    for person in await budget_alerts.concerned(db, UUID(ledger_id), seqs):
        today = local_day(now(), person.time_zone)
        async with db.transaction() as tx:
            await budget_alerts.check(tx, person.ledger_id, today)
