"""What tests of live updates need: a Redis to restart, a relay in the background, eyes on the SQL."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from itertools import chain, repeat
from pathlib import Path
from typing import Any

from broadcaster import Broadcast
from sqlalchemy import event as sql_event
from sqlalchemy import text

from adapters.embedded import redis as embedded_redis
from adapters.embedded import sockets
from adapters.embedded.claim import claim
from core.children import Child
from core.connections import Connections
from core.db import Database
from subscriptions.rings import RedisRings
from tests import comparing
from workers import relay
from workers.jobs import Jobs
from workers.runtime import broker_on

PATIENCE_SECONDS = 20
_FIRST_PAUSES_SECONDS = (0.005, 0.01, 0.02)
_PAUSE_SECONDS = 0.05

_ASKING = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
_ABOUT_TYPES = ("WITH RECURSIVE typeinfo", "SELECT\n        t.oid")  # asked by the driver, once

_END_ALL_OTHERS = """
SELECT pg_terminate_backend(pid, 20000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


async def until(
    done: Callable[[], Awaitable[bool]] | Callable[[], bool], *, seconds: float = PATIENCE_SECONDS
) -> None:
    """Return when it is true; fail when it is not within a generous time.

    Whoever waits long looks less often: what is waited for has use for the processor.
    """
    async with asyncio.timeout(seconds):
        for pause in chain(_FIRST_PAUSES_SECONDS, repeat(_PAUSE_SECONDS)):
            answer = done()
            if answer if isinstance(answer, bool) else await answer:
                return
            await asyncio.sleep(pause)


@contextmanager
def own_redis(folder: Path) -> Generator[tuple[Child, str]]:
    """A private Redis that a test may stop and start, with its URL. It forgets what it held."""
    owned = claim(folder)
    run = sockets.folder_for(owned.folder)
    server = embedded_redis.server(owned, run, durable=False)
    server.start()
    try:
        yield server, embedded_redis.url(run, 0)
    finally:
        server.stop()
        owned.release()


@asynccontextmanager
async def relaying(
    db: Database, redis_url: str, queue_url: str | None = None, jobs: Jobs | None = None
) -> AsyncGenerator[asyncio.Task[None]]:
    """A relay as a task: cancel it to see it die."""
    rings = RedisRings(redis_url)
    broker = broker_on(queue_url or redis_url)
    task = asyncio.create_task(relay.run(db, Broadcast(backend=rings), broker, jobs or {}))
    try:
        yield task
    finally:
        while not task.done():
            task.cancel()  # what it waits for can swallow one that comes at the same moment
            await asyncio.wait([task], timeout=1)
        with suppress(asyncio.CancelledError):
            task.result()
        await rings.disconnect()
        broker.close()


@contextmanager
def statements(db: Database) -> Generator[list[str]]:
    """Every statement that the database is sent meanwhile."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    def note_prepared(logged: Any) -> None:
        if logged.query.startswith(_ASKING) and not logged.query.startswith(_ABOUT_TYPES):
            seen.append(logged.query)

    def lent(connection: Any, *_: Any) -> None:
        connection.driver_connection.add_query_logger(note_prepared)

    def back(connection: Any, *_: Any) -> None:
        connection.driver_connection.remove_query_logger(note_prepared)

    listeners: dict[str, Callable[..., None]] = {
        "before_cursor_execute": note,
        "checkout": lent,
        "checkin": back,
    }
    engine = db.engine.sync_engine
    for name, listener in listeners.items():
        sql_event.listen(engine, name, listener)
    with _logged(db.connections, note_prepared), comparing.without_the_library():
        yield seen
    for name, listener in listeners.items():
        sql_event.remove(engine, name, listener)


@contextmanager
def _logged(connections: Connections, log: Callable[[Any], None]) -> Generator[None]:
    """Whatever is asked of connections that are lent meanwhile."""

    async def listened_to() -> Any:
        connection: Any = await take()
        connection.add_query_logger(log)
        return connection

    def left(connection: Any) -> None:
        if not connection.is_closed():
            connection.remove_query_logger(log)
        put_back(connection)

    take, put_back = connections.take, connections.put_back
    connections.take, connections.put_back = listened_to, left
    yield
    connections.take, connections.put_back = take, put_back


async def end_connections(db: Database) -> None:
    """End every connection to the database but the one that says so, as a restart does.

    They are gone when it returns: one that is still dying could be lent to whoever asks next.
    """
    async with db.engine.begin() as connection:
        await connection.execute(text(_END_ALL_OTHERS))
