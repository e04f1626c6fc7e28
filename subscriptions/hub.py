"""Who listens to what in this process, and a look around in case a ring was lost."""

import asyncio
import logging
import math
from uuid import UUID

from core.db import Database
from core.rounds import keep
from domain.errors import Refusal
from services import events
from subscriptions.feed import Feed, Listener, Take, end_the_unseated, takes_nothing
from subscriptions.rings import RedisRings, channel_of

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
        self._look_seconds = look_seconds
        self._remembers = remembers
        self._feeds: dict[str, Feed] = {}  # by the channels that ring them
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        await self._rings.connect()
        looking = keep(self._look_around, "look around", every_seconds=self._look_seconds, log=_log)
        self._tasks = [
            asyncio.create_task(self._hear(), name="hear rings"),
            asyncio.create_task(looking, name="look around"),
        ]

    async def close(self) -> None:
        """End every stream that is still open."""
        for feed in self._feeds.values():
            feed.end(Closing("The server is closing: connect again and resume."))
        reading = [feed.stop() for feed in self._feeds.values()]
        for task in self._tasks:
            task.cancel()
        tasks = [*self._tasks, *filter(None, reading)]
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._rings.disconnect()

    @property
    def healthy(self) -> bool:
        """Whether it still listens and looks around. If not, only a restart helps."""
        at_work = bool(self._tasks) and not any(task.done() for task in self._tasks)
        return at_work and self._rings.alive

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
        channel = channel_of(ledger_id)
        feed = self._feeds.get(channel) or self._start_feed(channel, ledger_id, head)
        return Listener(feed, user_id, take, quiet_seconds=quiet_seconds)

    def _start_feed(self, channel: str, ledger_id: UUID, head: int) -> Feed:
        feed = Feed(self._db, ledger_id, head, remembers=self._remembers, abandoned=self._stop)
        self._feeds[channel] = feed
        self._rings.listen(channel)
        return feed

    def _stop(self, feed: Feed) -> None:
        channel = channel_of(feed.ledger_id)
        if self._feeds.get(channel) is feed:
            del self._feeds[channel]
            self._rings.ignore(channel)
            feed.stop()

    async def _hear(self) -> None:
        """One task for the whole process, and none for a ledger of which there is no news."""
        while True:
            rung = await self._rings.next_published()
            if feed := self._feeds.get(rung.channel):
                feed.ring()

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
