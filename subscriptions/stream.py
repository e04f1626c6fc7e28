"""One subscriber's stream: a snapshot or the replay of what was missed, then what happens, in order.

All that is kept of a subscriber is the `seq` it has come to, so nothing can be told twice or left out.
Where events must be left out, it is told to forget what it holds and gets a snapshot. No session is held
while it waits or while the client reads.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from functools import lru_cache, partial
from typing import Any, Generic, Protocol, TypeVar

from sqlmodel.ext.asyncio.session import AsyncSession

from core.recent import Recent
from models.event import Event
from models.ledger import Ledger
from schema.live import Heartbeat, Resync, ResyncReason
from schema.permissions import actor
from schema.scalars import BigInt
from services import access, events
from subscriptions import shortcut
from subscriptions.context import LiveInfo
from subscriptions.feed import PAGE, FellBehind

_MADE: Recent[Event, Any] = Recent(most=256)
"""Messages, made once for all who follow the same in the same way."""


class Numbered(Protocol):
    seq: BigInt


Snapshot = TypeVar("Snapshot", bound=Numbered)
Delta = TypeVar("Delta")
Message = Snapshot | Delta | Heartbeat | Resync


class Stream(Generic[Snapshot, Delta]):
    """Of what `delta` makes of a ledger's events, None being nothing; `snapshot` is where it begins.

    `ledger` is as the viewer was allowed to see it just now.
    """

    def __init__(
        self,
        info: LiveInfo,
        ledger: Ledger,
        snapshot: Callable[[AsyncSession], Awaitable[Snapshot]],
        delta: Callable[[Event], Delta | None],
        *,
        is_last: Callable[[Message[Snapshot, Delta]], bool] = lambda _: False,
    ) -> None:
        self._db, self._live = info.context.db, info.context.live
        self._viewer = actor(info).user_id
        self._snapshot, self._delta = snapshot, delta
        self._is_last = is_last
        self._shortcut = shortcut.current()
        self._ledger_id, self._head = ledger.id, ledger.seq
        self._begins, self._resumes, self._is_over = True, False, False
        self._due: Iterator[Message[Snapshot, Delta]] = iter(())

    async def messages(self, after: int | None) -> AsyncGenerator[Message[Snapshot, Delta]]:
        """For ever, or through the last one. Refuses: `NotFound` when the viewer's membership ends.

        What a shortcut takes is not among them.
        """
        hub, quiet_seconds = self._live.hub, self._live.heartbeat_seconds
        async with hub.listening(
            self._ledger_id, self._head, self._viewer, self._take, quiet_seconds=quiet_seconds
        ) as self._listener:
            if after is not None:
                self._resume(after)
            while not self._is_over:
                yield await self._message()
                self._listener.spoke()

    def _resume(self, after: int) -> None:
        """Set out from there, unless that is out of reach."""
        missing = self._head - after
        if 0 <= missing <= self._live.resume_limit:
            self._begins, self._resumes, self._listener.seq = False, True, after
        else:
            reason = ResyncReason.TOO_NEW if missing < 0 else ResyncReason.TOO_OLD
            self._due = iter([Resync(seq=BigInt(self._head), reason=reason)])

    async def _message(self) -> Message[Snapshot, Delta]:
        while (message := next(self._due, None)) is None:
            self._due = iter(await self._next())
        self._listener.require_seat()
        self._is_over = self._is_last(message)
        return message

    async def _next(self) -> Sequence[Message[Snapshot, Delta]]:
        """What there is to say, as soon as there is something."""
        if self._begins:
            return [await self._begin()]
        found: Sequence[Event] = await self._missed() if self._resumes else ()
        self._resumes = bool(found)
        if not found:
            try:
                found = await self._listener.news()
            except FellBehind:
                self._begins = True
                return [Resync(seq=BigInt(self._listener.head), reason=ResyncReason.TOO_SLOW)]
        if not found:
            return [_heartbeat(self._listener.seq)]
        self._listener.seq = found[-1].seq
        return [message for message in map(self._made, found) if message is not None]

    async def _begin(self) -> Snapshot:
        async with self._db.reading() as session:
            snapshot = await self._snapshot(session)
        self._begins, self._listener.seq = False, snapshot.seq
        return snapshot

    async def _missed(self) -> Sequence[Event]:
        missed = await events.since(self._db, self._ledger_id, self._listener.seq, limit=PAGE)
        # After the read: whoever has a seat now may see all of it.
        await access.require_ledger(self._db, self._viewer, self._ledger_id)
        return missed

    def _made(self, event: Event) -> Delta | None:
        return _MADE.of(event, self._delta, partial(self._delta, event))

    def _take(self, event: Event | None) -> bool:
        """Tell of an event, or that there is none, by the shortcut."""
        message = self._made(event) if event else _heartbeat(self._listener.seq)
        if message is None:
            return True
        if self._shortcut is None or self._is_last(message) or not self._shortcut.take(message):
            return False
        self._listener.spoke()
        return True


@lru_cache(maxsize=256)
def _heartbeat(seq: int) -> Heartbeat:
    """The same for all who have come as far."""
    return Heartbeat(seq=BigInt(seq))
