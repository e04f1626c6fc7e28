"""Gives another Redis than before the jobs of the last seconds of that one. They may come twice.

A Redis that answers before it has written (`appendfsync everysec`) loses up to two seconds when it is killed.
What was carried lies in PostgreSQL, and so does when which Redis was there: the relay may have ended with it.
"""

import asyncio
import logging
from datetime import timedelta
from functools import partial

from core.clock import now
from core.db import Database
from core.rounds import keep
from services import events, queue_servers
from workers.broker import Broker
from workers.jobs import JOBS, Jobs, caused_by
from workers.trouble import PASSING

_LOOK_SECONDS = 2.0
_WRITTEN = timedelta(seconds=10)  # after which a Redis that lives has its jobs on disk

_log = logging.getLogger(__name__)


async def run(db: Database, broker: Broker) -> None:
    """Look for them until cancelled, through restarts of PostgreSQL and Redis."""
    await keep(
        partial(look, db, broker),
        "look for lost jobs",
        every_seconds=_LOOK_SECONDS,
        log=_log,
        troubles=PASSING,
    )


async def look(db: Database, broker: Broker, jobs: Jobs = JOBS) -> None:
    server = await asyncio.to_thread(broker.server)
    async with db.reading() as session:
        gone_at = await queue_servers.last_seen_before(session, server)
    if gone_at:
        lately = await events.published_since(db, gone_at - _WRITTEN)
        await asyncio.to_thread(broker.enqueue_all, caused_by(lately, jobs))
    async with db.transaction() as tx:
        await queue_servers.note(tx, server, now())
