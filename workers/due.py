"""Asks for the delivery of what has come due, and for what comes round. No event does.

Everything lies in PostgreSQL, so a lost queue or a dead worker costs minutes and loses nothing. Several
may ask at the same time.
"""

import asyncio
import logging
from collections.abc import Sequence
from functools import partial
from itertools import chain

from dramatiq import Message

from core.clock import now
from core.db import Database
from core.rounds import keep
from services import deliveries, upkeep
from workers.broker import Broker
from workers.jobs import come_round, deliver_due
from workers.trouble import PASSING

_LOOK_SECONDS = 5.0

_log = logging.getLogger(__name__)


async def run(db: Database, broker: Broker) -> None:
    """Ask until cancelled, through restarts of PostgreSQL and Redis."""
    await keep(
        partial(ask, db, broker),
        "ask for what is due",
        every_seconds=_LOOK_SECONDS,
        log=_log,
        troubles=PASSING,
    )


async def ask(db: Database, broker: Broker) -> None:
    """A delivery whose job is lost is asked for again. Upkeep is not: its jobs go out before the commit."""
    async with db.transaction() as tx:
        ledger_ids = await deliveries.ask_for_due(tx, now())
    await _enqueue(broker, [*map(deliver_due, ledger_ids)])
    async with db.transaction() as tx:
        kinds = await upkeep.take_due(tx, now())
        await _enqueue(broker, [*chain.from_iterable(map(come_round, kinds))])


async def _enqueue(broker: Broker, messages: Sequence[Message[None]]) -> None:
    if messages:
        await asyncio.to_thread(broker.enqueue_all, messages)
