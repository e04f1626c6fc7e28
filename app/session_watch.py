"""Sessions that are listening, and a look whether they have ended: one read for all of them."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable
from uuid import UUID

from adapters.tokens import TokenExpired
from core.clock import now
from core.db import Database
from core.rounds import keep
from domain.actor import Identity, Unauthenticated
from services import sessions
from services.sessions import SessionNotLive

_log = logging.getLogger(__name__)

Tell = Callable[[Unauthenticated], object]
Leave = Callable[[], None]


class SessionWatch:
    """An ended session is noticed within `look_seconds`."""

    def __init__(self, db: Database, *, look_seconds: float) -> None:
        self._db = db
        self._look_seconds = look_seconds
        self._open: defaultdict[UUID, set[Tell]] = defaultdict(set)
        self._looking: asyncio.Task[None] | None = None

    def start(self) -> None:
        looking = keep(
            self._look, "look for ended sessions", every_seconds=self._look_seconds, log=_log
        )
        self._looking = asyncio.create_task(looking, name="look at sessions")

    async def stop(self) -> None:
        if self._looking:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)

    @property
    def healthy(self) -> bool:
        """Whether it still looks. If not, only a restart helps."""
        return self._looking is not None and not self._looking.done()

    def watch(self, identity: Identity, tell: Tell) -> Leave:
        """Tell when the token has expired or its session has ended, until whoever listens leaves."""
        session_id = identity.actor.session_id
        seconds = (identity.expires_at - now()).total_seconds()
        expired = TokenExpired("The access token has expired.")
        expiring = asyncio.get_running_loop().call_later(max(0, seconds), tell, expired)
        self._open[session_id].add(tell)

        def leave() -> None:
            expiring.cancel()
            self._open[session_id].discard(tell)
            if not self._open[session_id]:
                del self._open[session_id]

        return leave

    async def over(self, identity: Identity) -> Unauthenticated:
        """Wait for what `watch` would tell."""
        told: asyncio.Future[Unauthenticated] = asyncio.get_running_loop().create_future()
        leave = self.watch(identity, lambda why: told.done() or told.set_result(why))
        try:
            return await told
        finally:
            leave()

    async def _look(self) -> None:
        if not self._open:
            return
        for session_id in await sessions.ended(self._db, list(self._open)):
            for tell in list(self._open.get(session_id, ())):
                tell(SessionNotLive("This session has ended."))
