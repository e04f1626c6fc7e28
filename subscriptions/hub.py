"""Who listens to what in this process, and a look around in case a ring was lost."""

import asyncio
import logging
import math
from contextvars import Context
from uuid import UUID

from broadcaster import Broadcast

from core.db import Database
from core.rounds import keep
from domain.errors import Refusal
from services import events
from subscriptions.feed import Feed, Listener, Take, end_the_unseated, takes_nothing
from subscriptions.rings import RedisRings

_log = logging.getLogger(__name__)


class Closing(Refusal):
    code = "CLOSING"


class Hub:
    """One feed per ledger that someone here listens to.

    `look_seconds` is how late a lost ring or an unseen end of a membership can be noticed, and `remembers`
    how many events a slow subscriber may fall behind before it is told to read anew.
    """

    def __init__(
        self, db: Database, redis_url: str, *, look_seconds: float, remembers: int = 256
    ) -> None:
        self._db = db
        self._rings = RedisRings(redis_url)
        self._broadcast = Broadcast(backend=self._rings)
        self._look_seconds = look_seconds
        self._remembers = remembers
        self._feeds: dict[UUID, Feed] = {}
        self._running: dict[Feed, asyncio.Task[None]] = {}
        self._looking: asyncio.Task[None] | None = None

    async def open(self) -> None:
        await self._broadcast.connect()
        looking = keep(self._look_around, "look around", every_seconds=self._look_seconds, log=_log)
        self._looking = asyncio.create_task(looking, name="look around")

    async def close(self) -> None:
        """End every stream that is still open."""
        for feed in self._feeds.values():
            feed.end(Closing("The server is closing: connect again and resume."))
        tasks = [task for task in (self._looking, *self._running.values()) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._broadcast.disconnect()

    @property
    def healthy(self) -> bool:
        """Whether it still listens and looks around. If not, only a restart helps."""
        looks = self._looking is not None and not self._looking.done()
        return looks and self._rings.alive

    @property
    def connected(self) -> bool:
        """Whether Redis rings. Without it, news come as late as the next look around."""
        return self._rings.connected

    def listening(
        self,
        ledger_id: UUID,
        head: int,
        user_id: UUID,
        take: Take = takes_nothing,
        *,
        quiet_seconds: float = math.inf,
    ) -> Listener:
        """An ear at the feed of a ledger whose newest event was `head` just now.

        Listen first and read second: then nothing falls between.
        """
        feed = self._feeds.get(ledger_id) or self._start_feed(ledger_id, head)
        return Listener(feed, user_id, take, quiet_seconds=quiet_seconds)

    def _start_feed(self, ledger_id: UUID, head: int) -> Feed:
        feed = Feed(self._db, ledger_id, head, remembers=self._remembers, abandoned=self._stop)
        self._feeds[ledger_id] = feed
        task = asyncio.create_task(  # in the context of nobody's operation: it may outlive them
            self._run(feed), name=f"feed {ledger_id}", context=Context()
        )
        task.add_done_callback(lambda _: self._running.pop(feed))
        self._running[feed] = task
        return feed

    async def _run(self, feed: Feed) -> None:
        try:
            await feed.run(self._broadcast)
        except Exception as bug:  # noqa: BLE001 - whatever it is, its listeners must hear of it
            _log.critical("The feed of ledger %s ended.", feed.ledger_id, exc_info=bug)
            self._forget(feed)
            feed.end(bug)

    def _stop(self, feed: Feed) -> None:
        self._forget(feed)
        if feed in self._running:
            self._running[feed].cancel()

    def _forget(self, feed: Feed) -> None:
        if self._feeds.get(feed.ledger_id) is feed:
            del self._feeds[feed.ledger_id]

    async def _look_around(self) -> None:
        """Two short reads for the whole process, however many listen."""
        feeds = list(self._feeds.values())
        if not feeds:
            return
        async with self._db.reading() as session:
            listeners = [listener for feed in feeds for listener in feed.listeners]
            await end_the_unseated(session, listeners)
            heads = await events.heads(session, [feed.ledger_id for feed in feeds])
        for feed in feeds:
            if heads.get(feed.ledger_id, feed.head) > feed.head:
                feed.ring()
