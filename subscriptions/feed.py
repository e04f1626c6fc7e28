"""The newest events of one ledger, read once for everyone in this process who listens to it.

Everyone reads from the same short memory at a place of their own, so a slow reader costs nothing: whoever
falls out of the memory is told so. The log is read before it is decided who may see it, so a seat that is
found then is one that may see everything read.
"""

import asyncio
import logging
import math
from collections import deque
from collections.abc import Callable, Collection, Sequence
from contextvars import Context
from typing import Self
from uuid import UUID

from core.db import TROUBLE, Database
from core.rounds import heed_cancellation
from core.telemetry import metrics
from domain.errors import NotFound
from domain.log import EventKind
from models.event import Event
from services import access, events
from subscriptions import observed

PAGE = 100

_CHANGES_SEATS = frozenset(kind for kind in EventKind if kind.startswith(("ledger.", "member.")))
_RETRY_SECONDS = 1.0
_TOLD_AT_ONCE = 500  # then others have a turn

_log = logging.getLogger(__name__)


class FellBehind(Exception):  # noqa: N818 - not an error: the reader is told, and goes on
    """The next event is in the log, but no longer in memory."""


Take = Callable[[Event | None], bool]
"""Tells a subscriber of an event, or by None that all is quiet, if nothing has to be waited for."""


def takes_nothing(_: Event | None) -> bool:
    return False


class Listener:
    """One subscriber's ear at a feed, for a block. `seq` is how far they have come, and theirs to set.

    While they wait for news, `take` is offered each event as it comes: nobody is woken for what it takes.
    """

    def __init__(
        self, feed: "Feed", user_id: UUID, take: Take, *, quiet_seconds: float = math.inf
    ) -> None:
        self.seat = feed.ledger_id, user_id
        self.seq = feed.head
        self._feed = feed
        self._take = take
        self._quiet_seconds = quiet_seconds
        self._waiting: asyncio.Future[None] | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._ended: Exception | None = None
        self.spoke()

    async def __aenter__(self) -> Self:
        self._feed.listeners.add(self)
        metrics.SUBSCRIPTIONS.inc()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        self._take = takes_nothing  # else the two would hold each other
        metrics.SUBSCRIPTIONS.dec()
        self._feed.leave(self)

    @property
    def head(self) -> int:
        return self._feed.head

    async def news(self) -> Sequence[Event]:
        """The events after `seq`: waits for one, and answers with none when it has been quiet for long.

        Raises: `FellBehind`, or what ended the listening.
        """
        loop = asyncio.get_running_loop()
        while True:
            heed_cancellation()
            self.require_seat()
            found = self._feed.following(self.seq)
            if found or loop.time() >= self._quiet_at:
                return found
            if self._alarm is None:
                self._set_alarm()
            self._waiting = loop.create_future()
            try:
                await self._waiting
            finally:
                self._waiting = None

    def offer(self, events: Sequence[Event]) -> None:
        """What has just come. Whoever does not wait for it finds it later."""
        if self._waiting is None:
            return
        for event in events:
            if self._ended or event.seq != self.seq + 1 or not self._takes(event):
                self.wake()
                return
            self.seq = event.seq

    def spoke(self) -> None:
        """Something was said to the subscriber: for a while they know that all is well."""
        self._quiet_at = asyncio.get_running_loop().time() + self._quiet_seconds

    def require_seat(self) -> None:
        """Raises what ended the listening, once something has."""
        if self._ended:
            raise self._ended

    def wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    def end(self, because: Exception) -> None:
        self._ended = because
        self.wake()

    def _takes(self, event: Event | None) -> bool:
        """A bug is theirs alone: they are woken, and meet it again."""
        try:
            return self._take(event)
        except Exception:  # noqa: BLE001 - as that says
            return False

    def _set_alarm(self) -> None:
        """For when it will have been quiet for long, unless something is said by then."""
        if self._quiet_seconds < math.inf:
            self._alarm = asyncio.get_running_loop().call_at(self._quiet_at, self._rouse)

    def _rouse(self) -> None:
        self._alarm = None
        was_quiet = asyncio.get_running_loop().time() >= self._quiet_at
        if was_quiet and not (self._waiting and not self._ended and self._takes(None)):
            self.wake()
        else:
            self._set_alarm()


class Feed:
    """Starts at `head`, the `seq` that its first listener has seen in the ledger.

    `abandoned` is told when its last listener has left.
    """

    def __init__(
        self,
        db: Database,
        ledger_id: UUID,
        head: int,
        *,
        remembers: int,
        abandoned: Callable[["Feed"], object],
    ) -> None:
        self.ledger_id = ledger_id
        self.head = head
        self.listeners: set[Listener] = set()
        self._db = db
        self._recent: deque[Event] = deque(maxlen=remembers)
        self._is_rung = False
        self._reading: asyncio.Task[None] | None = None
        self._abandoned = abandoned

    def leave(self, listener: Listener) -> None:
        self.listeners.discard(listener)
        if not self.listeners:
            self._abandoned(self)

    def following(self, seq: int) -> Sequence[Event]:
        """The remembered events after `seq`. Raises: `FellBehind`."""
        missing = self.head - seq
        if missing > len(self._recent):
            raise FellBehind
        return [self._recent[-ago] for ago in range(missing, 0, -1)]

    def ring(self) -> None:
        """Have the log read. Rings that come while it is read are one."""
        self._is_rung = True
        if self._reading is None:
            self._reading = asyncio.create_task(  # in the context of nobody's operation
                self._read_while_rung(), name=f"feed {self.ledger_id}", context=Context()
            )

    def stop(self) -> asyncio.Task[None] | None:
        """Read no more. The answer is what may still be at it."""
        if self._reading is not None:
            self._reading.cancel()
        return self._reading

    def end(self, because: Exception) -> None:
        for listener in self.listeners:
            listener.end(because)

    async def _read_while_rung(self) -> None:
        try:
            while self._is_rung:
                heed_cancellation()
                self._is_rung = False
                await self._try_to_read()
        except Exception as bug:  # noqa: BLE001 - whatever it is, its listeners must hear of it
            _log.critical("The feed of ledger %s ended.", self.ledger_id, exc_info=bug)
            self._abandoned(self)
            self.end(bug)
        finally:
            self._reading = None

    async def _try_to_read(self) -> None:
        try:
            await self._read()
        except TROUBLE as problem:
            _log.warning("Cannot read the log of ledger %s: %s", self.ledger_id, problem)
            await asyncio.sleep(_RETRY_SECONDS)
            self._is_rung = True

    async def _read(self) -> None:
        while found := await events.since(self._db, self.ledger_id, self.head, limit=PAGE):
            if any(event.kind in _CHANGES_SEATS for event in found):
                await end_the_unseated(self._db, self.listeners)
            await self._tell(found)
            if len(found) < PAGE:
                break

    async def _tell(self, found: Sequence[Event]) -> None:
        assert found[0].seq == self.head + 1, "a ledger's log has no gaps"
        observed.arrived(found, len(self.listeners))
        self._recent.extend(found)
        self.head = found[-1].seq
        listeners = list(self.listeners)
        for start in range(0, len(listeners), _TOLD_AT_ONCE):
            for listener in listeners[start : start + _TOLD_AT_ONCE]:
                listener.offer(found)
            await asyncio.sleep(0)
        observed.told(found)


async def end_the_unseated(db: Database, listeners: Collection[Listener]) -> None:
    """End the listening of everyone who has no seat in the ledger any more."""
    asked = list(listeners)  # whoever comes meanwhile is checked when they read
    unseated = await access.unseated(db, {one.seat for one in asked})
    for listener in asked if unseated else ():
        if listener.seat in unseated:
            listener.end(NotFound("No such ledger."))
