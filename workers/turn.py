"""One at a time across all machines: whoever holds the advisory lock has the turn.

The lock lives as long as the connection that took it, so a dead holder gives it up.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# asyncpg is half typed

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

import asyncpg
from sqlalchemy import make_url

_LOOK_SECONDS = 1.0
_ANSWER_SECONDS = 5


class Turn:
    """The connection that holds the lock. It also hears what is notified on one channel."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._notified = asyncio.Event()

    async def begin(self, lock: int, channel: str) -> None:
        """Return when nobody else holds the lock. A statement that waits for it would hold back vacuum."""
        take = "SELECT pg_try_advisory_lock($1)"
        while not await self._connection.fetchval(take, lock):  # noqa: ASYNC110 - others hold it
            await asyncio.sleep(_LOOK_SECONDS)
        await self._connection.add_listener(channel, self._wake)
        self._connection.add_termination_listener(self._wake)

    async def notified(self) -> None:
        """Wait for a notification, but a second at most. Raises when the turn may be another's by now."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_SECONDS):
                await self._notified.wait()
        is_heard = self._notified.is_set() and not self._connection.is_closed()
        self._notified.clear()
        if not is_heard:
            await self._connection.execute("SELECT 1", timeout=_ANSWER_SECONDS)

    def _wake(self, *_: object) -> None:
        self._notified.set()


@asynccontextmanager
async def turn(database_url: str, *, lock: int, channel: str) -> AsyncGenerator[Turn]:
    """Wait for the turn and keep it for the block."""
    connection = await asyncpg.connect(_dsn(database_url), timeout=_ANSWER_SECONDS)
    try:
        mine = Turn(connection)
        await mine.begin(lock, channel)
        yield mine
    finally:
        connection.terminate()


def _dsn(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
