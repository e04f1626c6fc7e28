"""Databases of the run's server: cloned from the migrated template, and emptied between tests."""

from collections.abc import Awaitable, Callable

from sqlalchemy import text

from core.db import Database

MakeDatabase = Callable[[], Awaitable[str]]

# What the migrations put there is set aside, table by table.
_KEEP_SEEDS = """
DO $$
DECLARE name text; filled boolean;
BEGIN
  CREATE SCHEMA seeds;
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', name) INTO filled;
    IF filled THEN
      EXECUTE format('CREATE TABLE seeds.%1$I AS TABLE public.%1$I', name);
    END IF;
  END LOOP;
END $$
"""

# As a replica: no trigger refuses and no reference orders. Who still holds a lock is named soon.
_EMPTY = """
DO $$
DECLARE name text;
BEGIN
  SET LOCAL session_replication_role = replica;
  SET LOCAL lock_timeout = '10s';
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('DELETE FROM public.%I', name);
  END LOOP;
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'seeds' LOOP
    EXECUTE format('INSERT INTO public.%1$I TABLE seeds.%1$I', name);
  END LOOP;
END $$
"""


async def create(admin_url: str, name: str, *, template: str = "template0") -> None:
    """An empty database, or a copy of `template`."""
    admin = Database(admin_url, pool_size=1)
    autocommitting = admin.engine.execution_options(isolation_level="AUTOCOMMIT")
    async with autocommitting.connect() as connection:
        await connection.execute(
            text(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        )
    await admin.close()


async def keep_seeds(db: Database) -> None:
    """Remember what a fresh database holds."""
    await _run(db, _KEEP_SEEDS)


async def empty(db: Database) -> None:
    """Take the database back to what it held then."""
    await _run(db, _EMPTY)


async def _run(db: Database, statement: str) -> None:
    async with db.engine.begin() as connection:
        await connection.exec_driver_sql(statement)
