"""The driver's own connections, each lent for a statement or for a transaction."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# asyncpg is half typed

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import asyncpg
import orjson
from sqlalchemy import StaticPool
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.ext.asyncio import AsyncEngine

_ROLL_BACK_SECONDS = 0.5
_DYING = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)


def cut_off(connection: Any, *_: object) -> None:
    """What is given up in the middle is not closed politely: a server that stands still takes two seconds."""
    connection.driver_connection.terminate()


class Driver(asyncpg.Connection):
    """`known_as` is how SQLAlchemy knows it, once it has been asked for something there."""

    known_as: StaticPool | None = None


class Connections:
    """Up to `size` connections to where an engine's go, opened when they are needed.

    `connecting` is what the engine is given to connect with besides its URL. Who waits longer than
    `patience_seconds` for one of them meets `NoneFree`.

    The one that came back last is lent first, so that few of them serve as long as little is asked.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        size: int,
        connecting: Mapping[str, Any],
        patience_seconds: float,
    ) -> None:
        _, options = engine.dialect.create_connect_args(engine.url)
        self._options = {**options, **connecting}
        self._patience_seconds = patience_seconds
        self._idle: list[Driver] = []
        self._places = asyncio.Semaphore(size)
        self.size = size
        self.lent = 0

    async def fetch(self, sql: str, values: Sequence[Any], row: type[asyncpg.Record]) -> list[Any]:
        """What one statement says. It is alone, and begins no transaction."""
        connection = await self.take()
        try:
            return await connection.fetch(sql, *values, record_class=row)
        except asyncpg.PostgresError:  # it has answered, and is as good as before
            raise
        except BaseException:
            connection.terminate()
            raise
        finally:
            self.put_back(connection)

    async def take(self) -> Driver:
        """To be put back, whatever happens."""
        if self._places.locked():
            await self._wait()
        else:
            await self._places.acquire()  # at once
        try:
            connection = self._open_one() or await self._connected()
        except BaseException:
            self._places.release()
            raise
        self.lent += 1
        return connection

    async def begin(self) -> Driver:
        """One with a transaction. Whatever died while it was idle is left for another: nothing was done."""
        for _ in range(self.size):
            if not self._idle:
                break
            with suppress(*_DYING):
                return await self._begun()
        return await self._begun()

    async def commit(self, connection: Driver) -> None:
        """PostgreSQL only rolls back, without a word, what has a failed statement in it."""
        if await connection.execute("COMMIT") != "COMMIT":
            raise asyncpg.InFailedSQLTransactionError("Nothing was committed: a statement failed.")

    async def roll_back(self, connection: Driver) -> None:
        """As far as it can be: whatever went wrong before tells more than what goes wrong now.

        A server that stands still is not waited for: losing the connection undoes the same.
        """
        with suppress(*_DYING):
            async with asyncio.timeout(_ROLL_BACK_SECONDS):
                await connection.execute("ROLLBACK")

    def put_back(self, connection: Driver) -> None:
        """A transaction that nobody has ended, perhaps because they gave up even that, goes with it."""
        self.lent -= 1
        self._places.release()
        if connection.is_closed():
            return
        if connection.is_in_transaction():
            connection.terminate()
        else:
            self._idle.append(connection)

    async def close(self) -> None:
        while self._idle:
            await self._idle.pop().close()

    async def _begun(self) -> Driver:
        connection = await self.take()
        try:
            await connection.execute("BEGIN")
        except BaseException:
            connection.terminate()
            self.put_back(connection)
            raise
        return connection

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(self._patience_seconds):
                await self._places.acquire()
        except TimeoutError as error:
            raise NoneFree(f"All {self.size} connections are in use.") from error

    def _open_one(self) -> Driver | None:
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
        return None

    async def _connected(self) -> Driver:
        connection = await asyncpg.connect(**self._options, connection_class=Driver)
        for type in ("json", "jsonb"):  # read as the engine's own connections read them
            await connection.set_type_codec(
                type, schema="pg_catalog", encoder=str, decoder=orjson.loads
            )
        return connection
