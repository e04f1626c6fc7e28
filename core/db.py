"""One engine, two ways in: `transaction()` writes, `reading()` does not.

`Tx` in a signature says "this writes": only `transaction()` makes one, and only it commits.
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
import orjson
from sqlalchemy import QueuePool, event
from sqlalchemy.exc import DisconnectionError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from core.connections import Connections, cut_off
from core.replica import Replica
from core.telemetry import metrics, traces, trail
from core.tx import Tx

TROUBLE = (
    SQLAlchemyError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a connection whose server has just said goodbye
    OSError,
)
"""What is raised while the database is away or coming back: worth another try."""
_CONNECT_SECONDS = 5  # to get a connection, new or of the pool


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds a statement, a wait for a lock and an idle transaction may take; 0 is for ever."""

    statement: float = 0
    lock: float = 0
    idle_transaction: float = 0

    def settings(self) -> dict[str, str]:
        """As PostgreSQL takes them."""
        return {
            "statement_timeout": _milliseconds(self.statement),
            "lock_timeout": _milliseconds(self.lock),
            "idle_in_transaction_session_timeout": _milliseconds(self.idle_transaction),
        }


class Database:
    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 10,
        patience: Patience = Patience(),
        replica_url: str | None = None,
    ) -> None:
        self.url = url
        connecting = {"timeout": _CONNECT_SECONDS, "server_settings": patience.settings()}
        self.engine = _engine(url, pool_size, connecting)
        replica = _engine(replica_url, pool_size, connecting) if replica_url else None
        self._replica = Replica(replica) if replica else None
        self._readers = async_sessionmaker(
            self.engine.execution_options(isolation_level="AUTOCOMMIT"),
            class_=AsyncSession,
            expire_on_commit=False,
        )
        self.connections = Connections(
            self.engine, size=pool_size, connecting=connecting, patience_seconds=_CONNECT_SECONDS
        )
        self._onlookers = async_sessionmaker(
            self.engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            ),
            class_=AsyncSession,
        )

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Tx]:
        """A session that commits when the block ends and rolls back when it raises."""
        with traces.span("transaction"):
            driver = await self.connections.begin()
            tx = Tx(self.engine.sync_engine, driver)
            try:
                try:
                    yield tx
                    await tx.end()
                except BaseException:
                    await self.connections.roll_back(driver)
                    raise
                await self.connections.commit(driver)
            finally:
                tx.leave()
                self.connections.put_back(driver)

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[AsyncSession]:
        """A session that only reads. Each statement is alone, and sees what is committed by then."""
        async with self._readers() as session:
            yield session

    @asynccontextmanager
    async def scanning(self) -> AsyncGenerator[AsyncSession]:
        """The same for what reads a lot: a replica may answer, if it has come as far by now."""
        use_replica = self._replica and await self._replica.may_answer(self.engine)
        sessions = self._replica.sessions if self._replica and use_replica else self._readers
        async with sessions() as session:
            yield session

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[AsyncSession]:
        """A session that only reads, and whose statements all see the database of one moment."""
        async with self._onlookers() as session:
            yield session

    async def fetch(self, sql: str, values: Sequence[Any], row: type[asyncpg.Record]) -> list[Any]:
        """What one statement reads, by the driver itself: without session, transaction or entities."""
        return await self.connections.fetch(sql, values, row)

    def watch(self) -> None:
        """Let the metrics of this process tell of its connections."""
        _watch("sessions", self.engine)
        metrics.watch_pool("direct", self.connections.size, lambda: self.connections.lent)
        if self._replica:
            _watch("replica", self._replica.engine)

    async def close(self) -> None:
        await self.connections.close()
        if self._replica:
            await self._replica.close()
        await self.engine.dispose()


def _engine(url: str, pool_size: int, connecting: Mapping[str, Any]) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=_CONNECT_SECONDS,
        connect_args=dict(connecting),
        hide_parameters=True,  # whatever fails, its words go to the log
        json_serializer=as_json,
        json_deserializer=orjson.loads,
    )
    event.listen(engine.sync_engine, "checkout", _refuse_if_closed)
    event.listen(engine.sync_engine, "invalidate", cut_off)
    event.listen(engine.sync_engine, "before_cursor_execute", _note_statement)
    return engine


def _watch(name: str, engine: AsyncEngine) -> None:
    pool = engine.sync_engine.pool
    assert isinstance(pool, QueuePool)
    metrics.watch_pool(name, pool.size(), pool.checkedout)


def _refuse_if_closed(connection: Any, *_: object) -> None:
    """The driver hears when its server goes, so asking the server each time would tell nothing more."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError


def _milliseconds(seconds: float) -> str:
    return str(int(seconds * 1000))


def _note_statement(*_: object) -> None:
    trail.note_statement()


def as_json(value: object) -> str:
    return orjson.dumps(value, default=_as_text).decode()


def _as_text(value: object) -> str:
    """As PostgreSQL writes it."""
    return f"\\x{value.hex()}" if isinstance(value, bytes) else str(value)
