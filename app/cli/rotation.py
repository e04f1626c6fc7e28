"""`outgo rotate-secrets`: whatever lies sealed in the database is sealed by the newest key."""

import asyncio

from app.cli import environment
from app.cli.console import say
from core.db import Database
from core.key_ring import KeyRing
from core.settings import Settings
from services import endpoints


def rotate_secrets() -> None:
    say(f"{asyncio.run(_rotated(environment.read()))} addresses sealed anew.")


async def _rotated(settings: Settings) -> int:
    url = environment.needed(settings.database_url, "OUTGO_DATABASE_URL")
    db = Database(url, pool_size=1)
    try:
        return await rotate(db, KeyRing(settings.encryption_key_bytes))
    finally:
        await db.close()


async def rotate(db: Database, ring: KeyRing) -> int:
    """How many needed it. In short transactions, while everything runs; it may be repeated."""
    sealed, after = 0, None
    while True:
        async with db.transaction() as tx:
            count, after = await endpoints.reseal(tx, ring, after)
        sealed += count
        if after is None:
            return sealed
