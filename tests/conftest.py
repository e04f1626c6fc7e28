"""Real services on demand: a PostgreSQL per run; a database and a Redis per worker, emptied per test."""

import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis

from adapters.embedded import redis as embedded_redis
from adapters.embedded import sockets
from adapters.embedded.claim import claim
from core.db import Database
from core.settings import Settings
from domain.actor import Actor
from resolvers import examined
from resolvers.execution import planned
from services import categories
from tests import comparing, databases, shared_postgres
from tests.databases import MakeDatabase
from tests.groups import Group, make_group
from tests.people import make_user

_RUN_FOLDER = "PYTEST_OUTGO_RUN"  # set by the first process of a run, inherited by its workers
_run_alive = pytest.StashKey[int]()


@pytest.fixture(autouse=True)
def _plans_answer_as_the_library_does(monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction] - used by every test
    monkeypatch.setattr(planned, "answer", comparing.answer)
    monkeypatch.setattr(examined, "is_plainly_valid", comparing.is_plainly_valid)


class RedisUrls(NamedTuple):
    rings: str
    queues: str


def pytest_configure(config: pytest.Config) -> None:
    for name in [name for name in os.environ if name.startswith("OUTGO_")]:
        del os.environ[name]  # a developer's own settings must not decide what is tested
    if not hasattr(config, "workerinput"):
        os.environ[_RUN_FOLDER] = tempfile.mkdtemp(prefix="outgo-tests-")
        config.stash[_run_alive] = shared_postgres.hold_run(_run_folder())


def pytest_unconfigure(config: pytest.Config) -> None:
    if _run_alive in config.stash:
        shared_postgres.end_run(_run_folder(), config.stash[_run_alive])


def _run_folder() -> Path:
    return Path(os.environ[_RUN_FOLDER])


@pytest.fixture
async def make_database() -> MakeDatabase:
    """Makes an empty database, without any table, for one test's own use and answers its URL."""

    async def make() -> str:
        name = f"own_{uuid4().hex}"
        await databases.create(shared_postgres.url(_run_folder()), name)
        return shared_postgres.url(_run_folder(), name)

    return make


@pytest.fixture(scope="session")
async def _worker_db(worker_id: str) -> AsyncIterator[Database]:
    server = shared_postgres.url(_run_folder())
    await databases.create(server, worker_id, template=shared_postgres.TEMPLATE)
    db = Database(shared_postgres.url(_run_folder(), worker_id))
    await databases.keep_seeds(db)
    await categories.to_show(db)  # so that no count of statements depends on who asks first
    yield db
    await db.close()


@pytest.fixture
async def db(_worker_db: Database) -> Database:
    """A migrated database that holds nothing but what the migrations put there."""
    await databases.empty(_worker_db)
    return _worker_db


@pytest.fixture
def database_url(db: Database) -> str:
    return db.url


@pytest.fixture(scope="session")
def _worker_redis(worker_id: str) -> Iterator[RedisUrls]:
    owned = claim(_run_folder() / worker_id)
    run = sockets.folder_for(owned.folder)
    server = embedded_redis.server(owned, run, durable=False)
    server.start()
    yield RedisUrls(embedded_redis.url(run, 0), embedded_redis.url(run, 1))
    server.stop()
    owned.release()


@pytest.fixture
async def _empty_redis(_worker_redis: RedisUrls) -> RedisUrls:
    async with Redis.from_url(_worker_redis.rings) as redis:  # pyright: ignore[reportUnknownMemberType] - half typed
        await redis.flushall()  # pyright: ignore[reportUnknownMemberType] - half typed
    return _worker_redis


@pytest.fixture
def redis_url(_empty_redis: RedisUrls) -> str:
    return _empty_redis.rings


@pytest.fixture
def queue_redis_url(_empty_redis: RedisUrls) -> str:
    return _empty_redis.queues


@pytest.fixture
def settings(database_url: str, redis_url: str, queue_redis_url: str, tmp_path: Path) -> Settings:
    """Development settings on the test's services, with a data folder of its own."""
    return Settings(
        data_dir=tmp_path,
        database_url=SecretStr(database_url),
        redis_url=SecretStr(redis_url),
        queue_redis_url=SecretStr(queue_redis_url),
    )


@pytest.fixture
async def ann(db: Database) -> Actor:
    return await make_user(db, "Ann")


@pytest.fixture
async def bob(db: Database) -> Actor:
    return await make_user(db, "Bob")


@pytest.fixture
async def eve(db: Database) -> Actor:
    return await make_user(db, "Eve")


@pytest.fixture
async def trip(db: Database, ann: Actor, bob: Actor) -> Group:
    return await make_group(db, ann, bob)
