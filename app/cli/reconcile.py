"""`outgo reconcile`: whether all that is stored more than once agrees. Changes nothing."""

import asyncio
from collections.abc import AsyncGenerator
from uuid import UUID

from app.cli import environment
from app.cli.console import complain, say, waiting
from core.clock import now
from core.db import Database
from domain.difference import Difference
from services import reconciliation

_LEDGERS_AT_A_TIME = 1000


def reconcile_ledgers(ledger: UUID | None) -> None:
    """End with 1 when something differs."""
    settings = environment.read()
    url = environment.needed(settings.database_url, "OUTGO_DATABASE_URL")
    with waiting("Reconciling"):
        count, found = asyncio.run(_reconcile(url, ledger))
    for difference in found:
        complain(str(difference))
    say(f"{count} ledgers, {len(found)} differences.")
    if found:
        raise SystemExit(1)


async def _reconcile(url: str, ledger: UUID | None) -> tuple[int, list[Difference]]:
    db = Database(url, pool_size=1)
    count, found = 0, list[Difference]()
    try:
        async for ledger_id in _every(db) if ledger is None else _one(ledger):
            count += 1
            async with db.snapshot() as session:
                today = now().date()
                found += [
                    each async for each in reconciliation.of_ledger(session, ledger_id, today)
                ]
    finally:
        await db.close()
    return count, found


async def _every(db: Database) -> AsyncGenerator[UUID]:
    last: UUID | None = None
    while True:
        async with db.reading() as session:
            ids = await reconciliation.ledgers_after(session, last, _LEDGERS_AT_A_TIME)
        if not ids:
            return
        for last in ids:
            yield last


async def _one(ledger: UUID) -> AsyncGenerator[UUID]:
    yield ledger
