"""Who listens to what in this process, and a look around in case a ring was lost."""

import asyncio
import logging
import math
from collections.abc import Sequence
from uuid import UUID

from core.db import Database
from core.rounds import keep
from domain.errors import Refusal
from services import events
from subscriptions.feed import Feed, Listener, Take, end_the_unseated, takes_nothing
from subscriptions.rings import RING, RedisRings, channel_of

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
        self._in_doubt: list[Feed] = []
        self._is_in_doubt = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        await self._rings.connect()
        looking = keep(self._look_around, "look around", every_seconds=self._look_seconds, log=_log)
        doubting = keep(self._dispel_doubts, "look for what was missed", every_seconds=0, log=_log)
        self._tasks = [
            asyncio.create_task(self._hear(), name="hear rings"),
            asyncio.create_task(looking, name="look around"),
            asyncio.create_task(doubting, name="look for what was missed"),
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
            feed = self._feeds.get(rung.channel)
            if feed and rung.message == RING:
                feed.ring()
            elif feed:
                self._in_doubt.append(feed)
                self._is_in_doubt.set()

    async def _dispel_doubts(self) -> None:
        """One read for all that may have missed something. Where it fails, the next look around finds it."""
        await self._is_in_doubt.wait()
        self._is_in_doubt.clear()
        feeds, self._in_doubt = self._in_doubt, []
        await self._ring_the_grown(feeds)

    async def _look_around(self) -> None:
        """Two short reads for the whole process, however many listen."""
        if feeds := list(self._feeds.values()):
            await end_the_unseated(self._db, [each for feed in feeds for each in feed.listeners])
            await self._ring_the_grown(feeds)

    async def _ring_the_grown(self, feeds: Sequence[Feed]) -> None:
        grown = await events.grown(self._db, {feed.ledger_id: feed.head for feed in feeds})
        for feed in feeds:
            if feed.ledger_id in grown:
                feed.ring()
