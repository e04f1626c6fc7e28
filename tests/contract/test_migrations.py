"""The migrations lead to what the models say, and back, whoever starts them."""

import asyncio

from sqlalchemy import text

from app import migrations
from core.db import Database
from tests.databases import MakeDatabase

_TABLES = text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")


async def tables(db: Database) -> int:
    async with db.engine.connect() as connection:
        return (await connection.execute(_TABLES)).scalar_one()


async def test_they_lead_to_the_models(make_database: MakeDatabase) -> None:
    url = await make_database()
    await migrations.upgrade(url)

    await migrations.check(url)


async def test_they_lead_back_and_forth(make_database: MakeDatabase) -> None:
    url = await make_database()
    db = Database(url)

    await migrations.upgrade(url)
    there = await tables(db)
    await migrations.downgrade(url, "base")

    assert await tables(db) == 1  # Alembic's own
    assert await migrations.current(db) is None
    await migrations.upgrade(url)
    assert await tables(db) == there
    assert await migrations.is_current(db)
    await db.close()


async def test_several_may_start_at_once(make_database: MakeDatabase) -> None:
    url = await make_database()
    db = Database(url)

    await asyncio.gather(*(migrations.upgrade(url) for _ in range(4)))

    assert await migrations.is_current(db)
    await db.close()


async def test_an_empty_database_is_not_current(make_database: MakeDatabase) -> None:
    db = Database(await make_database())

    assert not await migrations.is_current(db)
    await db.close()
