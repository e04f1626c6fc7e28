"""Asks for the delivery of what has come due, and for what comes round. No event does.

Everything lies in PostgreSQL, so a lost queue or a dead worker costs minutes and loses nothing. Several
may ask at the same time.
"""

import asyncio
import logging
from functools import partial
from itertools import chain

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
    async with db.transaction() as tx:
        ledger_ids = await deliveries.ask_for_due(tx, now())
        kinds = await upkeep.take_due(tx, now())
    messages = [*map(deliver_due, ledger_ids), *chain.from_iterable(map(come_round, kinds))]
    if messages:
        await asyncio.to_thread(broker.enqueue_all, messages)
