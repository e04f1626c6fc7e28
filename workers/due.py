"""Asks for the delivery of what has come due, and for what comes round. No event does.

Everything lies in PostgreSQL, so a lost queue or a dead worker costs minutes and loses nothing. Several
may ask at the same time.
"""

import asyncio
import logging
from collections.abc import Sequence
from functools import partial
from itertools import chain

from dramatiq import Broker, Message
from redis.exceptions import RedisError

from core.clock import now
from core.db import TROUBLE, Database
from core.rounds import keep
from services import deliveries, upkeep
from workers.jobs import come_round, deliver_due

_LOOK_SECONDS = 5.0

_log = logging.getLogger(__name__)


async def run(db: Database, broker: Broker) -> None:
    """Ask until cancelled, through restarts of PostgreSQL and Redis."""
    await keep(
        partial(ask, db, broker),
        "ask for what is due",
        every_seconds=_LOOK_SECONDS,
        log=_log,
        troubles=(RedisError, *TROUBLE),
    )


async def ask(db: Database, broker: Broker) -> None:
    async with db.transaction() as tx:
        ledger_ids = await deliveries.ask_for_due(tx, now())
        kinds = await upkeep.take_due(tx, now())
    messages = [*map(deliver_due, ledger_ids), *chain.from_iterable(map(come_round, kinds))]
    if messages:
        await asyncio.to_thread(_enqueue, broker, messages)


def _enqueue(broker: Broker, messages: Sequence[Message[None]]) -> None:
    for message in messages:
        broker.enqueue(message)  # pyright: ignore[reportUnknownMemberType] - half typed
