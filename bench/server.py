"""A fresh Outgo to measure: services of its own, and the same processes as under `outgo run`."""

import asyncio
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import asyncpg
import psutil
from redis import Redis

from adapters.embedded import services
from app.cli import environment, programs
from app.cli.listening import address_of, bind, is_served
from app.cli.upkeep import migrate
from core.children import Child, DidNotStart
from core.machine import allow_many_files

_START_SECONDS = 60
_LOOK_SECONDS = 0.05
_LONGEST_RUN_MINUTES = 24 * 60


@dataclass(frozen=True)
class System:
    url: str
    database_url: str
    queue_redis_url: str
    children: Sequence[Child]

    @property
    def processes(self) -> dict[str, psutil.Process]:
        """By name. Who keeps the web processes does nothing else, so it is left out."""
        found = {child.name: psutil.Process(child.pid) for child in self.children}
        keeper = found.pop("web")
        serving = {f"web-{number}": each for number, each in enumerate(keeper.children(), 1)}
        return {**serving, **found}

    def named(self, name: str) -> list[Child]:
        """All of one kind: "web", "relay", "worker", "reader", "PostgreSQL" or "Redis"."""
        return [child for child in self.children if child.name.partition("-")[0] == name]

    async def ask(self, query: str, *arguments: Any) -> list[Any]:
        """Past the API, as soon as the database can be reached."""
        while True:
            try:
                connection = await asyncpg.connect(dsn(self.database_url))
            except (OSError, asyncpg.PostgresError):
                await asyncio.sleep(_LOOK_SECONDS)
                continue
            try:
                return await connection.fetch(query, *arguments)
            finally:
                await connection.close()

    def settle(self) -> None:
        """Return when no job is left over from what was done before."""
        with Redis.from_url(self.queue_redis_url) as queues:
            while any(queues.hlen(key) for key in queues.scan_iter("dramatiq:*.msgs")):
                _require_alive(self.children)
                time.sleep(_LOOK_SECONDS)


@contextmanager
def running(
    *, web_processes: int = 1, live: bool = True, model_dir: Path | None = None
) -> Iterator[System]:
    """Settings are taken from the environment, but for where the services are.

    Without `live` nothing is done about what happens: no relay and no worker. Receipts are read only with
    the models of `model_dir`.
    """
    allow_many_files()
    with ExitStack() as undo:
        undo.callback(_restore, dict(os.environ))
        folder = Path(undo.enter_context(TemporaryDirectory(prefix="outgo-bench-")))
        started = services.start(folder)
        undo.callback(started.stop)
        listening = bind("127.0.0.1", 0)
        undo.callback(listening.close)
        os.environ |= {
            "OUTGO_DATA_DIR": str(folder),
            "OUTGO_DATABASE_URL": started.database_url,
            "OUTGO_REDIS_URL": started.redis_url,
            "OUTGO_QUEUE_REDIS_URL": started.queue_redis_url,
            "OUTGO_WEB_PROCESSES": str(web_processes),
            "OUTGO_ACCESS_TOKEN_MINUTES": str(_LONGEST_RUN_MINUTES),
            "OUTGO_POINTS_PER_USER": "0",  # one address sends what many would
            "OUTGO_POINTS_PER_ADDRESS": "0",
            "OUTGO_SUBSCRIPTIONS_PER_USER": "100000",
        }
        os.environ.setdefault("OUTGO_LOG_FORMAT", "json")  # as in production
        migrate(started.database_url)
        _keep_commit_times(started)
        web = programs.web(listening)
        background = [programs.relay(), programs.worker()] if live else []
        if model_dir:
            os.environ["OUTGO_OCR_MODEL_DIR"] = str(model_dir.resolve())
            background += programs.readers(environment.read())
        children = programs.logging_to(folder / "logs", [web, *background])
        for child in children:
            undo.callback(child.stop)
            child.start()
        url = address_of(listening)
        wait(url, children)
        everything = [*children, *started.servers]
        yield System(url, started.database_url, started.queue_redis_url, everything)


def _restore(environment: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)


async def commit_times(database_url: str) -> dict[UUID, float]:
    """When each expense was committed, in seconds since 1970, by its id.

    PostgreSQL notes the time before it waits for its log to be on disk, so a latency from then on
    includes that wait.
    """
    connection = await asyncpg.connect(dsn(database_url))
    rows = await connection.fetch(
        "SELECT id, extract(epoch FROM pg_xact_commit_timestamp(xmin))::float8 FROM expenses"
    )
    await connection.close()
    return {UUID(str(id)): at for id, at in rows}


def _keep_commit_times(started: services.Running) -> None:
    """PostgreSQL remembers when a transaction was committed only if told to before it starts."""

    async def demand() -> None:
        connection = await asyncpg.connect(dsn(started.database_url))
        await connection.execute("ALTER SYSTEM SET track_commit_timestamp = on")
        await connection.close()

    asyncio.run(demand())
    database = started.servers[0]
    database.stop()
    database.start()


def dsn(database_url: str) -> str:
    """The URL as asyncpg itself knows it."""
    return database_url.replace("+asyncpg", "")


def wait(url: str, children: Sequence[Child]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not is_served(url):
        _require_alive(children)
        if time.monotonic() > deadline:
            raise DidNotStart(f"Outgo does not answer at {url}.")
        time.sleep(_LOOK_SECONDS)


def _require_alive(children: Sequence[Child]) -> None:
    for child in children:
        if child.poll() is not None:
            said = child.log.read_text()[-2000:] if child.log else ""
            raise DidNotStart(f"{child.name} has ended. {said}")
