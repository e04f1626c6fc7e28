"""Gives another Redis than before the jobs of the last seconds of that one. They may come twice.

A Redis that answers before it has written (`appendfsync everysec`) loses up to two seconds when it is killed.
What was carried lies in PostgreSQL, and so does when which Redis was there: the relay may have ended with it.
"""

import asyncio
import time
from datetime import timedelta

from core.clock import now
from core.db import Database
from services import events, queue_servers
from workers.broker import Broker
from workers.jobs import Jobs, caused_by

_LOOK_SECONDS = 2.0
_WRITTEN = timedelta(seconds=10)  # after which a Redis that lives has its jobs on disk


class Watch:
    """Looks now and then whether another Redis is there.

    Only the relay that has the turn looks, and between its batches: it would miss one that is enqueued and
    not yet marked as published.
    """

    def __init__(self, db: Database, broker: Broker, jobs: Jobs) -> None:
        self._db, self._broker, self._jobs = db, broker, jobs
        self._looks_at = time.monotonic()

    async def look(self) -> None:
        """Unless the last look was a moment ago."""
        if time.monotonic() < self._looks_at:
            return
        server = await asyncio.to_thread(self._broker.server)
        async with self._db.reading() as session:
            gone_at = await queue_servers.last_seen_before(session, server)
        if gone_at:
            lately = await events.published_since(self._db, gone_at - _WRITTEN)
            messages = caused_by(lately, self._jobs)
            await asyncio.to_thread(self._broker.enqueue_all, messages)
        async with self._db.transaction() as tx:
            await queue_servers.note(tx, server, now())
        self._looks_at = time.monotonic() + _LOOK_SECONDS
