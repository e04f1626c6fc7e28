"""What a process tells of the connections that it holds, which PostgreSQL counts too."""

import asyncio

import asyncpg
from prometheus_client import REGISTRY
from sqlalchemy import text

from core.db import Database
from tests.live import until

_SLEEP = "SELECT pg_sleep(30)"
_ASLEEP = text(
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND query = :query AND state = 'active'"
)


def connections(pool: str) -> tuple[float | None, float | None]:
    """In use, and how many there may be."""
    name = "outgo_database_connections"
    in_use, most = (
        REGISTRY.get_sample_value(name, {"pool": pool, "state": state})
        for state in ("in_use", "most")
    )
    return in_use, most


async def test_every_pool_tells_how_many_are_in_use(db: Database) -> None:
    small = Database(db.url, pool_size=2, replica_url=db.url)
    small.watch()

    async def all_sleep() -> bool:
        async with db.engine.connect() as connection:
            return await connection.scalar(_ASLEEP, {"query": _SLEEP}) == 2

    reads = [asyncio.create_task(small.fetch(_SLEEP, [], asyncpg.Record)) for _ in range(3)]
    await until(lambda: connections("direct") == (2, 2))
    async with small.reading():
        assert connections("sessions") == (0, 2)
        async with small.engine.connect():
            assert connections("sessions") == (1, 2)
    assert connections("replica") == (0, 2)
    await until(all_sleep)

    for read in reads:
        read.cancel()
    await asyncio.gather(*reads, return_exceptions=True)
    assert [connections(pool) for pool in ("direct", "sessions")] == [(0, 2), (0, 2)]
    await small.close()
