"""A copy of the database that follows it, asked only where nobody could tell the two apart.

What was committed before a read began must be in what it reads: its client may have written it. So the
primary says how far its log has come, which costs it next to nothing, and the copy is asked once it has
come as far.
"""

import asyncio
import logging
from time import monotonic

import asyncpg
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker
from sqlmodel.ext.asyncio.session import AsyncSession

from core.telemetry import metrics

_COMMITTED = text("SELECT pg_current_wal_flush_lsn()::text")
_HAS_COME_TO = text(
    "SELECT pg_last_wal_replay_lsn() >= CAST(CAST(:position AS text) AS pg_lsn)"
)  # null on a primary
_PATIENCE_SECONDS, _LOOK_SECONDS = 0.25, 0.01
_ANSWER_SECONDS = 2.0
_REST_SECONDS = 10.0  # for one that does not answer

_log = logging.getLogger(__name__)


class Replica:
    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._rests_until = 0.0
        self.sessions = async_sessionmaker(self.engine, class_=AsyncSession, expire_on_commit=False)

    async def may_answer(self, primary: AsyncEngine) -> bool:
        """Whether it has all that is committed by now, or within a moment."""
        if monotonic() < self._rests_until:
            return False
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                has_all = await self._has_all_of(primary)
        except (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as problem:
            _log.warning("The replica does not answer: %s", problem)
            self._rests_until = monotonic() + _REST_SECONDS
            has_all = False
        metrics.SCANS.labels("replica" if has_all else "primary").inc()
        return has_all

    async def close(self) -> None:
        await self.engine.dispose()

    async def _has_all_of(self, primary: AsyncEngine) -> bool:
        async with primary.connect() as connection:
            position = await connection.scalar(_COMMITTED)
        patience = monotonic() + _PATIENCE_SECONDS
        async with self.engine.connect() as connection:
            while not await connection.scalar(_HAS_COME_TO, {"position": position}):
                if monotonic() > patience:
                    return False
                await asyncio.sleep(_LOOK_SECONDS)
        return True
