"""One subscriber's stream: a snapshot or the replay of what was missed, then what happens, in order.

All that is kept of a subscriber is the `seq` it has come to, so nothing can be told twice or left out.
Where events must be left out, it is told to forget what it holds and gets a snapshot. No session is held
while it waits or while the client reads.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
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
from subscriptions.feed import PAGE, FellBehind, Listener

_MADE: Recent[Event, Any] = Recent(most=256)
"""Messages, made once for all who follow the same in the same way."""


class Numbered(Protocol):
    seq: BigInt


Snapshot = TypeVar("Snapshot", bound=Numbered)
Delta = TypeVar("Delta")


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
        is_last: Callable[[Snapshot | Delta | Heartbeat | Resync], bool] = lambda _: False,
    ) -> None:
        self._db, self._live = info.context.db, info.context.live
        self._viewer, self._ledger = actor(info).user_id, ledger
        self._snapshot, self._delta = snapshot, delta
        self._is_last = is_last
        self._shortcut = shortcut.current()

    async def messages(
        self, after: int | None
    ) -> AsyncGenerator[Snapshot | Delta | Heartbeat | Resync]:
        """For ever, or through the last one. Refuses: `NotFound` when the viewer's membership ends.

        What a shortcut takes is not among them.
        """
        hub, quiet_seconds = self._live.hub, self._live.heartbeat_seconds
        async with (
            hub.listening(
                self._ledger, self._viewer, self._take, quiet_seconds=quiet_seconds
            ) as self._listener,
            aclosing(self._batches(self._listener, after)) as batches,
        ):
            async for batch in batches:
                for message in batch:
                    self._listener.require_seat()
                    yield message
                    if self._is_last(message):
                        return
                    self._listener.spoke()

    async def _batches(
        self, listener: Listener, after: int | None
    ) -> AsyncGenerator[Sequence[Snapshot | Delta | Heartbeat | Resync]]:
        seq = after
        if seq is not None and (reason := self._out_of_reach(seq)):
            yield [Resync(seq=BigInt(self._ledger.seq), reason=reason)]
            seq = None
        while seq is not None and (missed := await self._missed(seq)):
            yield self._told(missed)
            seq = missed[-1].seq
        while True:
            if seq is None:
                snapshot = await self._begin()
                yield [snapshot]
                seq = snapshot.seq
            listener.seq = seq
            try:
                news = await listener.news()
            except FellBehind:
                yield [Resync(seq=BigInt(listener.head), reason=ResyncReason.TOO_SLOW)]
                seq = None
                continue
            yield self._told(news) if news else [_heartbeat(listener.seq)]
            seq = news[-1].seq if news else listener.seq

    def _out_of_reach(self, seq: int) -> ResyncReason | None:
        missing = self._ledger.seq - seq
        if missing < 0:
            return ResyncReason.TOO_NEW
        return ResyncReason.TOO_OLD if missing > self._live.resume_limit else None

    async def _missed(self, seq: int) -> Sequence[Event]:
        async with self._db.reading() as session:
            missed = await events.since(session, self._ledger.id, seq, limit=PAGE)
            # After the read: whoever has a seat now may see all of it.
            await access.ledger_of(session, self._viewer, self._ledger.id)
        return missed

    async def _begin(self) -> Snapshot:
        async with self._db.reading() as session:
            return await self._snapshot(session)

    def _told(self, found: Sequence[Event]) -> Sequence[Delta]:
        return [message for message in map(self._made, found) if message is not None]

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
