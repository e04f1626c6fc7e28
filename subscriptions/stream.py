"""One subscriber's stream: a snapshot or the replay of what was missed, then what happens, in order.

All that is kept of a subscriber is the `seq` it has come to, so nothing can be told twice or left out.
Where events must be left out, it is told to forget what it holds and gets a snapshot. No session is held
while it waits or while the client reads.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

from sqlmodel.ext.asyncio.session import AsyncSession

from core.recent import Recent
from models.event import Event
from models.ledger import Ledger
from schema.live import Heartbeat, Resync, ResyncReason
from schema.permissions import actor
from schema.scalars import BigInt
from services import access, events
from subscriptions import observed, shortcut
from subscriptions.context import LiveInfo
from subscriptions.feed import PAGE, FellBehind, Listener

_MADE: Recent[Event, Any] = Recent(most=256)
"""Messages, made once for all who follow the same in the same way."""


class Numbered(Protocol):
    seq: BigInt


Snapshot = TypeVar("Snapshot", bound=Numbered)
Delta = TypeVar("Delta")


class _Batch(list[Delta]):
    """Messages that belong together; `is_shared` if others who follow get the very same ones."""

    def __init__(self, messages: Sequence[Delta], *, is_shared: bool = False) -> None:
        super().__init__(messages)
        self.is_shared = is_shared


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
        self._quiet_at = 0.0

    async def messages(
        self, after: int | None
    ) -> AsyncGenerator[Snapshot | Delta | Heartbeat | Resync]:
        """For ever, or through the last one. Refuses: `NotFound` when the viewer's membership ends.

        What a shortcut takes is not among them.
        """
        async with (
            self._live.hub.listening(self._ledger, self._viewer) as listener,
            aclosing(self._batches(listener, after)) as batches,
        ):
            self._spoke()
            async for batch in batches:
                for message in batch:
                    listener.require_seat()
                    if not (batch.is_shared and await self._takes_shortcut(message)):
                        yield message
                    if self._is_last(message):
                        return
                    self._spoke()

    async def _batches(
        self, listener: Listener, after: int | None
    ) -> AsyncGenerator["_Batch[Snapshot | Delta | Heartbeat | Resync]"]:
        seq = after
        if seq is not None and (reason := self._out_of_reach(seq)):
            yield _Batch([Resync(seq=BigInt(self._ledger.seq), reason=reason)])
            seq = None
        while seq is not None and (missed := await self._missed(seq)):
            yield _Batch(self._told(missed))
            seq = missed[-1].seq
        while True:
            if seq is None:
                snapshot = await self._begin()
                yield _Batch([snapshot])
                seq = snapshot.seq
            try:
                news = await listener.news(seq, until=self._quiet_at)
            except FellBehind:
                yield _Batch([Resync(seq=BigInt(listener.head), reason=ResyncReason.TOO_SLOW)])
                seq = None
                continue
            if not news:
                yield _Batch([Heartbeat(seq=BigInt(seq))])
                continue
            if told := self._told(news):
                yield _Batch(told, is_shared=True)
                observed.sent(news[0])
            seq = news[-1].seq

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
        made = (_MADE.of(event, self._delta, partial(self._delta, event)) for event in found)
        return [message for message in made if message is not None]

    async def _takes_shortcut(self, message: Delta | Snapshot | Heartbeat | Resync) -> bool:
        return self._shortcut is not None and await self._shortcut.take(message)

    def _spoke(self) -> None:
        self._quiet_at = asyncio.get_running_loop().time() + self._live.heartbeat_seconds
