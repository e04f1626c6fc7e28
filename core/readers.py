"""The driver's own connections, each lent for one statement at a time."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# asyncpg is half typed

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg
import orjson
from sqlalchemy.ext.asyncio import AsyncEngine


class Readers:
    """Up to `size` connections to where an engine's go, opened when they are needed.

    `connecting` is what the engine is given to connect with besides its URL.

    The one that came back last is lent first, so that few of them serve as long as little is asked.
    Each statement is alone and begins no transaction, so there is nothing to undo when one comes back.
    """

    def __init__(self, engine: AsyncEngine, *, size: int, connecting: Mapping[str, Any]) -> None:
        _, options = engine.dialect.create_connect_args(engine.url)
        self._options = {**options, **connecting}
        self.size, self.lent = size, 0
        self._idle: list[asyncpg.Connection] = []
        self._places = asyncio.Semaphore(size)

    async def fetch(self, sql: str, values: Sequence[Any], row: type[asyncpg.Record]) -> list[Any]:
        async with self._places:
            self.lent += 1
            try:
                return await self._fetch(sql, values, row)
            finally:
                self.lent -= 1

    async def close(self) -> None:
        while self._idle:
            await self._idle.pop().close()

    async def _fetch(self, sql: str, values: Sequence[Any], row: type[asyncpg.Record]) -> list[Any]:
        connection = await self._connection()
        try:
            found = await connection.fetch(sql, *values, record_class=row)
        except asyncpg.PostgresError:  # it has answered, and is as good as before
            self._idle.append(connection)
            raise
        except BaseException:
            connection.terminate()
            raise
        self._idle.append(connection)
        return found

    async def _connection(self) -> asyncpg.Connection:
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
        connection = await asyncpg.connect(**self._options)
        for type in ("json", "jsonb"):  # read as the engine's own connections read them
            await connection.set_type_codec(
                type, schema="pg_catalog", encoder=str, decoder=orjson.loads
            )
        return connection
