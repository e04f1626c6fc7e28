"""Asks for the delivery of what has come due. Without it, only what is sent at once would ever be sent.

Everything lies in PostgreSQL, so a lost queue or a dead worker costs minutes and loses nothing. Several
may ask at the same time.
"""

import asyncio
import logging
from collections.abc import Sequence
from uuid import UUID

from dramatiq import Broker
from redis.exceptions import RedisError

from core.clock import now
from core.db import TROUBLE, Database
from services import deliveries
from workers.jobs import deliver_due

_LOOK_SECONDS = 5.0

_log = logging.getLogger(__name__)


async def run(db: Database, broker: Broker) -> None:
    """Ask until cancelled, through restarts of PostgreSQL and Redis."""
    while True:
        try:
            await ask(db, broker)
        except (RedisError, *TROUBLE) as problem:
            _log.warning("Cannot ask for what is due for now: %s", problem)
        await asyncio.sleep(_LOOK_SECONDS)


async def ask(db: Database, broker: Broker) -> None:
    async with db.transaction() as tx:
        ledger_ids = await deliveries.ask_for_due(tx, now())
    if ledger_ids:
        await asyncio.to_thread(_enqueue, broker, ledger_ids)


def _enqueue(broker: Broker, ledger_ids: Sequence[UUID]) -> None:
    for ledger_id in ledger_ids:
        broker.enqueue(deliver_due(ledger_id))  # pyright: ignore[reportUnknownMemberType] - half typed
