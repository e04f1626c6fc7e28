"""Rings: "look at this ledger's log". They carry nothing else, so a lost one costs time and never truth.

broadcaster's own Redis backend goes deaf with redis-py 8 and after every lost connection. This one keeps
one line to Redis per process, tries it with its own PING and dials again. Redis confirms every subscription,
and that is told like a ring: whoever listens may have missed something until then. So a reconnection puts
everyone in doubt, and nobody ever has to wait for Redis.
"""

# pyright: reportUnknownMemberType=false
# redis is half typed

import asyncio
import logging
from typing import Any, cast
from uuid import UUID

from broadcaster import BroadcastBackend, Event
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff, NoBackoff
from redis.exceptions import RedisError

RING, DOUBT = "ring", "doubt"

_TOLD = {"message": RING, "subscribe": DOUBT}
_CONTROL = "outgo:rings"  # keeps the line subscribed, as Redis demands of one that waits
_PING_SECONDS = 5.0
_CONNECT_SECONDS = 5.0
_PUBLISH_SECONDS = 3.0

_log = logging.getLogger(__name__)


def channel_of(ledger_id: UUID) -> str:
    return f"ledger:{ledger_id}"


class RedisRings(BroadcastBackend):
    """Bounded: however often a channel rings before anyone looks, it is one ring."""

    def __init__(self, url: str) -> None:
        self._line = Redis.from_url(
            url,
            socket_timeout=None,  # silence is normal; our own PING tells a dead line
            socket_connect_timeout=_CONNECT_SECONDS,
            retry=Retry(NoBackoff(), 0),  # we dial again ourselves, and then ring everyone
        )
        self._publisher = Redis.from_url(
            url,
            socket_timeout=_PUBLISH_SECONDS,
            socket_connect_timeout=_PUBLISH_SECONDS,
            retry=Retry(ExponentialWithJitterBackoff(base=0.05, cap=0.5), 3),
        )
        self._wanted: set[str] = {_CONTROL}
        self._asked: set[str] = set()
        self._wishes: set[str] = set()
        self._wishes_changed = asyncio.Event()
        self._rung: dict[str, str] = {}
        self._ringing = asyncio.Event()
        self._heard = 0
        self._listening: asyncio.Task[None] | None = None
        self.connected = False

    async def connect(self) -> None:
        self._listening = asyncio.create_task(self._listen_for_ever(), name="rings")

    async def disconnect(self) -> None:
        if self._listening:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
        await self._line.aclose()
        await self._publisher.aclose()

    @property
    def alive(self) -> bool:
        """Whether it listens, or keeps trying to."""
        return self._listening is not None and not self._listening.done()

    def listen(self, channel: str) -> None:
        """Never waits and never fails: what cannot be asked for now is asked later."""
        self._wanted.add(channel)
        if channel in self._asked:  # left and wanted again before the line was told
            self._tell(channel, DOUBT)  # since no confirmation comes
        self._wish(channel)

    def ignore(self, channel: str) -> None:
        self._wanted.discard(channel)
        self._wish(channel)

    async def subscribe(self, group: str) -> None:
        self.listen(group)

    async def unsubscribe(self, group: str) -> None:
        self.ignore(group)

    async def publish(self, channel: str, message: Any) -> None:
        await self._publisher.publish(channel, message)

    async def next_published(self) -> Event:
        while not self._rung:
            self._ringing.clear()
            await self._ringing.wait()
        channel = next(iter(self._rung))
        return Event(channel, self._rung.pop(channel))

    def _wish(self, channel: str) -> None:
        self._wishes.add(channel)
        self._wishes_changed.set()

    def _tell(self, channel: str, what: str) -> None:
        if what == RING or channel not in self._rung:
            self._rung[channel] = what
        self._ringing.set()

    async def _listen_for_ever(self) -> None:
        pauses = ExponentialWithJitterBackoff(base=0.05, cap=2.0)
        failures = 0
        while True:
            try:
                await self._listen()
            except* (RedisError, OSError) as lost:
                failures = 1 if self.connected else failures + 1
                _log.warning("Rings are lost for now: %s", lost.exceptions[0])
            finally:
                self.connected, self._asked = False, set()
            await asyncio.sleep(pauses.compute(failures))

    async def _listen(self) -> None:
        self._wishes = set(self._wanted)
        async with self._line.pubsub() as line, asyncio.TaskGroup() as tasks:
            await self._ask(line)
            tasks.create_task(self._keep_asking(line))
            tasks.create_task(self._hear(line))
            tasks.create_task(self._try_the_line(line))

    async def _keep_asking(self, line: PubSub) -> None:
        while True:
            await self._wishes_changed.wait()
            await self._ask(line)

    async def _ask(self, line: PubSub) -> None:
        """Only for what has changed: there may be many thousands."""
        self._wishes_changed.clear()
        wishes, self._wishes = self._wishes, set()
        new, old = (wishes & self._wanted) - self._asked, (wishes & self._asked) - self._wanted
        self._asked |= new
        self._asked -= old
        if new:
            await line.subscribe(*new)
        if old:
            await line.unsubscribe(*old)

    async def _hear(self, line: PubSub) -> None:
        while True:
            heard = cast("dict[str, Any] | None", await line.get_message(timeout=None))
            self._heard += 1
            self.connected = True
            if heard and (what := _TOLD.get(heard["type"])):
                self._tell(heard["channel"].decode(errors="replace"), what)

    async def _try_the_line(self, line: PubSub) -> None:
        """Half-open connections swallow what is sent and never answer."""
        while True:
            heard_before = self._heard
            await line.ping()
            await asyncio.sleep(_PING_SECONDS)
            if self._heard == heard_before:
                raise ConnectionError("Redis fell silent.")
