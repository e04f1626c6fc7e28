"""Both services on one data folder."""

import shutil
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from adapters.embedded import binaries, identity, postgres, redis, sockets
from adapters.embedded.claim import claim
from adapters.embedded.server import Server

_RINGS, _QUEUES = 0, 1
_DATA = ("postgres", "postgres.new", "postgres.log", "redis", "redis.log")


@dataclass(frozen=True, slots=True)
class Running:
    """Servers that answer. Queues have a Redis database of their own: Dramatiq looks through all its keys."""

    servers: tuple[Server, ...]
    database_url: str
    redis_url: str
    queue_redis_url: str
    stop: Callable[[], None]


def start(
    data_dir: Path, *, durable: bool = True, tell: Callable[[str], object] = lambda _: None
) -> Running:
    """Start both and return when they answer; `tell` hears what is being waited for.

    Refuses a folder that another process owns. Call it from the main thread: the servers end with the
    thread that started them.
    """
    with ExitStack() as undo:
        owned = claim(data_dir)
        undo.callback(owned.release)
        run = sockets.folder_for(owned.folder)
        who = identity.pick(owned.folder, binaries.postgres())
        tell("Starting PostgreSQL")
        database = postgres.server(owned, run, who, durable=durable)
        undo.callback(database.stop)
        database.start()
        tell("Starting Redis")
        doorbell = redis.server(owned, run, durable=durable)
        undo.callback(doorbell.stop)
        doorbell.start()
        return Running(
            servers=(database, doorbell),
            database_url=postgres.url(run),
            redis_url=redis.url(run, _RINGS),
            queue_redis_url=redis.url(run, _QUEUES),
            stop=undo.pop_all().close,
        )


def forget(data_dir: Path, *, also: Iterable[str] = ()) -> None:
    """Remove the data of both, and what `also` names. Refuses while another process owns the folder."""
    owned = claim(data_dir)
    try:
        for name in (*_DATA, *also):
            _remove(owned.folder / name)
    finally:
        owned.release()


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
