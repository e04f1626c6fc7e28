"""What the doctor looks at. Each check says what it found, or raises a `Problem` that says what to do."""

import platform
import sys
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager

from redis.asyncio import Redis
from sqlalchemy import text

from adapters.embedded import binaries, identity
from adapters.ocr.engine import Reader
from adapters.ocr.models import ModelsMissing
from adapters.storage import Storage
from app import migrations
from core.db import Database
from core.settings import Settings
from workers import runtime

_OLDEST_PYTHON = (3, 11)
_OLDEST_POSTGRES = 15

_PROBE = "outgo-doctor"

Check = Callable[[Settings], Coroutine[None, None, str]]


class Problem(Exception):  # noqa: N818 - what it says is what to do
    """Something will not work."""


async def python(_: Settings) -> str:
    if sys.version_info < _OLDEST_PYTHON:
        raise Problem(f"{platform.python_version()} is too old: install Python 3.11 or later.")
    return platform.python_version()


async def postgres(settings: Settings) -> str:
    if settings.database_url is None:
        programs = binaries.postgres()
        runs_as = identity.pick(programs).name
        return f"{binaries.postgres_major(programs)}, of our own under `outgo run` (as {runs_as})"
    async with _database(settings) as db, db.engine.connect() as connection:
        number = await connection.scalar(text("SHOW server_version_num"))
    major = int(number) // 10_000
    if major < _OLDEST_POSTGRES:
        raise Problem(f"{major} is too old: PostgreSQL {_OLDEST_POSTGRES} or later is needed.")
    return str(major)


async def schema(settings: Settings) -> str:
    if settings.database_url is None:
        return "brought up to date by `outgo run`"
    async with _database(settings) as db:
        current = await migrations.current(db)
    if current != migrations.head():
        raise Problem(
            f"at {current or 'nothing'}, not at {migrations.head()}: run `outgo migrate`."
        )
    return f"at {current}"


async def redis(settings: Settings) -> str:
    if settings.redis_url is None:
        return f"of our own under `outgo run` ({binaries.redis()})"
    return await _redis(settings.redis_url.get_secret_value())


async def queues(settings: Settings) -> str:
    if settings.broker_url is None:
        return "in our own Redis"
    return await _redis(settings.broker_url)


async def storage(settings: Settings) -> str:
    store = Storage(settings.receipts_url)
    await store.put(_PROBE, b"written by outgo doctor", "text/plain")
    await store.delete(_PROBE)
    return f"kept at {settings.receipts_url}"


async def reader(settings: Settings) -> str:
    """The models, loaded on the device that is set and made to read."""
    try:
        reader = Reader(settings.models_folder, runtime.reader_setup(settings))
    except ModelsMissing as problem:
        raise Problem(f"{problem} Run `outgo models`; `outgo run` does so too.") from problem
    reader.warm()
    return f"reads with {settings.ocr_engine} on {settings.ocr_device}"


async def _redis(url: str) -> str:
    async with Redis.from_url(url) as redis:  # pyright: ignore[reportUnknownMemberType] - half typed
        memory = await redis.info("memory")  # pyright: ignore[reportUnknownMemberType] - half typed
    policy = memory["maxmemory_policy"]
    if policy != "noeviction":
        raise Problem(f"may forget keys: set its maxmemory-policy to noeviction, not {policy}.")
    return "keeps what it is given"


@asynccontextmanager
async def _database(settings: Settings) -> AsyncGenerator[Database]:
    assert settings.database_url
    db = Database(settings.database_url.get_secret_value(), pool_size=1)
    try:
        yield db
    finally:
        await db.close()


CHECKS: dict[str, Check] = {
    "Python": python,
    "PostgreSQL": postgres,
    "Schema": schema,
    "Redis": redis,
    "Queues": queues,
    "Receipts": storage,
    "Reader": reader,
}
