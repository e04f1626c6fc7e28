"""The newest events of one ledger, read once for everyone in this process who listens to it.

Everyone reads from the same short memory at a place of their own, so a slow reader costs nothing: whoever
falls out of the memory is told so. The log is read before it is decided who may see it, so a seat that is
found then is one that may see everything read.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Collection, Sequence
from uuid import UUID

from broadcaster import Broadcast
from broadcaster._base import Subscriber
from sqlmodel.ext.asyncio.session import AsyncSession

from core.db import TROUBLE, Database
from domain.errors import NotFound
from domain.log import EventKind
from models.event import Event
from services import access, events
from subscriptions import observed
from subscriptions.rings import channel_of

PAGE = 100

_CHANGES_SEATS = frozenset(kind for kind in EventKind if kind.startswith(("ledger.", "member.")))
_RETRY_SECONDS = 1.0

_log = logging.getLogger(__name__)


class FellBehind(Exception):  # noqa: N818 - not an error: the reader is told, and goes on
    """The next event is in the log, but no longer in memory."""


class Listener:
    """One subscriber's ear at a feed."""

    def __init__(self, feed: "Feed", user_id: UUID) -> None:
        self.user_id = user_id
        self.ledger_id = feed.ledger_id
        self._feed = feed
        self._woken = asyncio.Event()
        self._alarm: asyncio.TimerHandle | None = None
        self._ended: Exception | None = None

    @property
    def head(self) -> int:
        return self._feed.head

    async def news(self, after: int, *, until: float | None = None) -> Sequence[Event]:
        """The events that follow `after`: waits for one, and answers with none when the time has come.

        `until` is by the loop's clock. Raises: `FellBehind`, or what ended the listening.
        """
        loop = asyncio.get_running_loop()
        while True:
            self.require_seat()
            found = self._feed.following(after)
            if found or (until is not None and loop.time() >= until):
                return found
            if (
                self._alarm is None and until is not None
            ):  # set for longer ago it only wakes too early, once
                self._alarm = loop.call_at(until, self._rouse)
            self._woken.clear()
            await self._woken.wait()

    def stop(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()

    def _rouse(self) -> None:
        self._alarm = None
        self.wake()

    def require_seat(self) -> None:
        """Raises what ended the listening, once something has."""
        if self._ended:
            raise self._ended

    def wake(self) -> None:
        self._woken.set()

    def end(self, because: Exception) -> None:
        self._ended = because
        self.wake()


class Feed:
    """Starts at `head`, the `seq` that its first listener has seen in the ledger."""

    def __init__(self, db: Database, ledger_id: UUID, head: int, *, remembers: int) -> None:
        self.ledger_id = ledger_id
        self.head = head
        self.listeners: set[Listener] = set()
        self._db = db
        self._recent: deque[Event] = deque(maxlen=remembers)
        self._rung = asyncio.Event()

    def following(self, seq: int) -> Sequence[Event]:
        """The remembered events after `seq`. Raises: `FellBehind`."""
        missing = self.head - seq
        if missing > len(self._recent):
            raise FellBehind
        return [self._recent[-ago] for ago in range(missing, 0, -1)]

    def ring(self) -> None:
        self._rung.set()

    def end(self, because: Exception) -> None:
        for listener in self.listeners:
            listener.end(because)

    async def run(self, broadcast: Broadcast) -> None:
        """Read the log now and at every ring, until cancelled. Rings that come while it reads are one."""
        async with broadcast.subscribe(channel_of(self.ledger_id)) as rings:
            self.ring()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._read_when_rung())
                tasks.create_task(self._hear(rings))

    async def _hear(self, rings: Subscriber) -> None:
        while True:
            await rings.get()
            self.ring()

    async def _read_when_rung(self) -> None:
        while True:
            await self._rung.wait()
            self._rung.clear()
            try:
                await self._read()
            except TROUBLE as problem:
                _log.warning("Cannot read the log of ledger %s: %s", self.ledger_id, problem)
                await asyncio.sleep(_RETRY_SECONDS)
                self.ring()

    async def _read(self) -> None:
        while found := await events.since(self._db, self.ledger_id, self.head, limit=PAGE):
            if any(event.kind in _CHANGES_SEATS for event in found):
                async with self._db.reading() as session:
                    await end_the_unseated(session, self.listeners)
            self._remember(found)
            if len(found) < PAGE:
                break

    def _remember(self, found: Sequence[Event]) -> None:
        assert found[0].seq == self.head + 1, "a ledger's log has no gaps"
        observed.arrived(found, len(self.listeners))
        self._recent.extend(found)
        self.head = found[-1].seq
        for listener in self.listeners:
            listener.wake()


async def end_the_unseated(session: AsyncSession, listeners: Collection[Listener]) -> None:
    """End the listening of everyone who has no seat in the ledger any more."""
    asked = list(listeners)  # whoever comes meanwhile is checked when they read
    ledgers, users = {one.ledger_id for one in asked}, {one.user_id for one in asked}
    seated = await access.seats(session, ledgers, users)
    for listener in asked:
        if (listener.ledger_id, listener.user_id) not in seated:
            listener.end(NotFound("No such ledger."))
