"""The relay's and the worker's processes: they come up on real services and leave in order."""

import asyncio
import os
from collections.abc import Callable

import pytest
from redis.asyncio import Redis
from sqlalchemy import text

from app.cli import programs
from core.children import Child
from core.db import Database
from core.settings import Settings
from tests.live import until

_STOP_SECONDS = 15
_RELAYS = text(
    "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
    " WHERE datname = current_database() AND locktype = 'advisory' AND granted"
)


@pytest.fixture
def environment(settings: Settings) -> dict[str, str]:
    assert settings.database_url
    assert settings.redis_url
    assert settings.broker_url
    return os.environ | {
        "OUTGO_DATABASE_URL": settings.database_url.get_secret_value(),
        "OUTGO_REDIS_URL": settings.redis_url.get_secret_value(),
        "OUTGO_QUEUE_REDIS_URL": settings.broker_url,
    }


async def stop(child: Child) -> int | None:
    await asyncio.to_thread(child.stop, timeout_seconds=_STOP_SECONDS)
    return child.poll()


async def test_the_relay_comes_and_goes(environment: dict[str, str], db: Database) -> None:
    async def at_work() -> bool:
        async with db.engine.connect() as connection:
            return bool(await connection.scalar(_RELAYS))

    relay = programs.relay()
    relay.environment = environment
    relay.start()
    await until(at_work)

    assert await stop(relay) == 0
    assert not await at_work()


@pytest.mark.parametrize("make", [programs.worker, lambda: programs.readers(Settings())[0]])
async def test_a_worker_comes_and_goes(
    environment: dict[str, str], queue_redis_url: str, make: Callable[[], Child]
) -> None:
    async with Redis.from_url(queue_redis_url) as redis:  # pyright: ignore[reportUnknownMemberType] - half typed

        async def at_work() -> bool:
            return await redis.exists("dramatiq:__heartbeats__") == 1

        worker = make()
        worker.environment = environment
        worker.start()
        await until(at_work)

        assert await stop(worker) == 0
