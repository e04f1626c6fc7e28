"""Sessions that are listening, and a look whether they have ended: one read for all of them."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Generator
from contextlib import contextmanager
from uuid import UUID

from adapters.tokens import TokenExpired
from core.clock import now
from core.db import TROUBLE, Database
from domain.actor import Identity, Unauthenticated
from services import sessions
from services.sessions import SessionNotLive

_log = logging.getLogger(__name__)

End = Callable[[], None]


class SessionWatch:
    """An ended session is noticed within `look_seconds`."""

    def __init__(self, db: Database, *, look_seconds: float) -> None:
        self._db = db
        self._look_seconds = look_seconds
        self._open: defaultdict[UUID, set[End]] = defaultdict(set)
        self._looking: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._looking = asyncio.create_task(self._keep_looking(), name="look at sessions")

    async def stop(self) -> None:
        if self._looking:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)

    @property
    def healthy(self) -> bool:
        """Whether it still looks. If not, only a restart helps."""
        return self._looking is not None and not self._looking.done()

    async def over(self, identity: Identity) -> Unauthenticated:
        """Wait until the token has expired or its session has ended, and say which."""
        ended = asyncio.Event()
        with self._watching(identity.actor.session_id, ended.set):
            try:
                async with asyncio.timeout((identity.expires_at - now()).total_seconds()):
                    await ended.wait()
            except TimeoutError:
                return TokenExpired("The access token has expired.")
        return SessionNotLive("This session has ended.")

    @contextmanager
    def _watching(self, session_id: UUID, end: End) -> Generator[None]:
        """Call `end` when the session has ended, if that is before the block has."""
        self._open[session_id].add(end)
        try:
            yield
        finally:
            self._open[session_id].discard(end)
            if not self._open[session_id]:
                del self._open[session_id]

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(self._look_seconds)
            try:
                await self._look()
            except TROUBLE as problem:
                _log.warning("Cannot look for ended sessions: %s", problem)

    async def _look(self) -> None:
        if not self._open:
            return
        asked = set(self._open)
        async with self._db.reading() as session:
            ended = asked - await sessions.live(session, asked)
        for session_id in ended:
            for end in list(self._open.get(session_id, ())):
                end()
