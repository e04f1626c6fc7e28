"""A program to be killed: it starts durable services on a folder, writes to both, says so and waits."""

import asyncio
import signal
import sys
from pathlib import Path

from redis import Redis
from sqlalchemy import text

from adapters.embedded import services
from core.db import Database


async def write(database_url: str) -> None:
    db = Database(database_url)
    async with db.engine.begin() as connection:
        await connection.execute(text("CREATE TABLE written AS SELECT 1 AS n"))


running = services.start(Path(sys.argv[1]))
asyncio.run(write(running.database_url))
with Redis.from_url(running.redis_url) as client:  # pyright: ignore[reportUnknownMemberType] - half typed
    client.set("written", "1")
sys.stdout.write("started\n")
sys.stdout.flush()
signal.pause()
