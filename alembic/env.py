"""How Alembic reaches the database: by the connection it is handed, else by OUTGO_DATABASE_URL."""

import asyncio

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel

import models
from alembic import context
from core.settings import Settings

assert models  # every table is registered by its import

# A migration that waits behind a long query blocks everyone behind it: better to fail and try again.
_LOCK_TIMEOUT = text("SET lock_timeout = '5s'")


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        compare_server_default=True,
        transaction_per_migration=True,
    )
    connection.execute(_LOCK_TIMEOUT)
    connection.commit()
    with context.begin_transaction():
        context.run_migrations()


async def connect_and_migrate(url: str) -> None:
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(migrate)


if handed := context.config.attributes.get("connection"):
    migrate(handed)
elif url := Settings().database_url:
    asyncio.run(connect_and_migrate(url.get_secret_value()))
else:
    raise SystemExit("Set OUTGO_DATABASE_URL, or use `outgo migrate`.")
