"""A database as a folder, a file for each table, by COPY: where PostgreSQL's own programs are not to be had.

The schema is not in it: whoever brings the rows back has made the tables of the same revision before.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# asyncpg is half typed

import asyncio
import gzip
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from graphlib import TopologicalSorter
from pathlib import Path

import asyncpg
from pydantic import BaseModel
from sqlalchemy import make_url
from sqlalchemy.dialects.postgresql.asyncpg import dialect

from adapters.postgres_dump import DumpFailed

_LIST = "tables.json"
_SPEED_NOT_SIZE = 1  # of compression
_COLUMNS = """
SELECT relname AS name, array_agg(attname::text ORDER BY attnum) AS columns
  FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
 WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version'
   AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
 GROUP BY relname ORDER BY relname
"""
_REFERENCES = """
SELECT referring.relname AS name, referred.relname AS to
  FROM pg_constraint
  JOIN pg_class AS referring ON referring.oid = conrelid
  JOIN pg_class AS referred ON referred.oid = confrelid
 WHERE contype = 'f' AND conrelid <> confrelid
"""
_COUNTERS = """
SELECT sequencename, last_value FROM pg_sequences
 WHERE schemaname = 'public' AND last_value IS NOT NULL
"""


class Table(BaseModel):
    name: str
    columns: list[str]


class Listed(BaseModel):
    """`tables`, each after those that it refers to, and how far each sequence has counted."""

    tables: list[Table]
    counters: dict[str, int]


async def dump(url: str, folder: Path, *, lock: int) -> str | None:
    """Every row as of one moment; the answer is the revision of the schema that they fit.

    The advisory lock `lock` keeps out who would change it meanwhile. Raises `DumpFailed`.
    """
    await asyncio.to_thread(folder.mkdir)
    async with _connected(url) as connection:
        await connection.execute("SELECT pg_advisory_lock_shared($1)", lock)
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            revision = await connection.fetchval("SELECT version_num FROM alembic_version")
            tables = await _tables(connection)
            for table in tables:
                with gzip.open(_file(folder, table), "wb", _SPEED_NOT_SIZE) as file:
                    await connection.copy_from_table(
                        table.name, columns=table.columns, output=file, format="binary"
                    )
        counters = dict(await connection.fetch(_COUNTERS))
    listed = Listed(tables=tables, counters=counters)
    (folder / _LIST).write_text(listed.model_dump_json(indent=1))
    return revision


async def restore(url: str, folder: Path) -> None:
    """Replace every row there is by those of the folder, or nothing. Raises `DumpFailed`.

    Triggers of ours do not look on: what they would check and announce has happened before.
    """
    listed = Listed.model_validate_json((folder / _LIST).read_bytes())
    names = [f'"{table.name}"' for table in listed.tables]
    async with _connected(url) as connection, connection.transaction():
        await connection.execute(f"TRUNCATE {', '.join(names)}")
        for name in names:
            await connection.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")
        for table in listed.tables:
            with gzip.open(_file(folder, table), "rb") as file:
                await connection.copy_to_table(
                    table.name, columns=table.columns, source=file, format="binary"
                )
        await connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name in names:
            await connection.execute(f"ALTER TABLE {name} ENABLE TRIGGER USER")
        for sequence, value in listed.counters.items():
            await connection.execute("SELECT setval($1::text::regclass, $2)", sequence, value)


async def _tables(connection: asyncpg.Connection) -> list[Table]:
    found = {row["name"]: list(row["columns"]) for row in await connection.fetch(_COLUMNS)}
    order = TopologicalSorter[str](dict.fromkeys(found, ()))
    for row in await connection.fetch(_REFERENCES):
        order.add(row["name"], row["to"])
    return [Table(name=name, columns=found[name]) for name in order.static_order()]


def _file(folder: Path, table: Table) -> Path:
    return folder / f"{table.name}.gz"


@asynccontextmanager
async def _connected(url: str) -> AsyncGenerator[asyncpg.Connection]:
    _, options = dialect().create_connect_args(make_url(url))
    try:
        connection = await asyncpg.connect(**options)
        try:
            yield connection
        finally:
            await connection.close()
    except (asyncpg.PostgresError, OSError) as problem:
        raise DumpFailed(f"PostgreSQL: {problem}") from problem
    except EOFError as problem:
        raise DumpFailed("A file of rows ends too soon.") from problem
