"""The processes of a deployment, as their commands start them, each with a log of its own."""

import asyncio
import os
import socket
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path

from app.cli import programs
from app.cli.listening import address_of, bind, is_served
from core.children import Child
from core.settings import Settings
from tests.live import until

STARTING_SECONDS = 60
_STOP_SECONDS = 20


def environment(settings: Settings) -> dict[str, str]:
    """What leads every process to the test's services."""
    assert settings.database_url
    assert settings.redis_url
    assert settings.broker_url
    return os.environ | {
        "OUTGO_DATABASE_URL": settings.database_url.get_secret_value(),
        "OUTGO_REDIS_URL": settings.redis_url.get_secret_value(),
        "OUTGO_QUEUE_REDIS_URL": settings.broker_url,
        "OUTGO_DATA_DIR": str(settings.data_dir),
    }


@asynccontextmanager
async def deployed(
    children: Sequence[Child], logs: Path, variables: Mapping[str, str]
) -> AsyncGenerator[None]:
    """They run for the block; then all of them are asked to stop, and leave in order."""
    for child in programs.logging_to(logs, children):
        child.environment = {**variables, **(child.environment or {})}
        child.start()
    try:
        yield
    finally:
        for child in children:
            child.ask_to_stop()
        for child in children:
            await asyncio.to_thread(child.wait, _STOP_SECONDS)


@asynccontextmanager
async def listening() -> AsyncGenerator[tuple[socket.socket, str]]:
    """A socket for web processes to share, and its address."""
    with closing(bind("127.0.0.1", 0)) as bound:
        yield bound, address_of(bound)


async def until_served(address: str) -> None:
    await until(lambda: asyncio.to_thread(is_served, address), seconds=STARTING_SECONDS)


def free_ports(number: int) -> list[int]:
    """Of this moment: nobody has taken them until they are taken."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports
