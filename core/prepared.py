"""Statements of hot paths: made into SQL once, and given to the driver as they are.

They are written like any other, with a `bindparam` for each value. Rows have the columns as attributes, and
the properties of the table that a statement names (`properties_of`), so whoever reads a row need not know
whether it is one of these.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# asyncpg is half typed

from collections import namedtuple
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnElement,
    Uuid,
    any_,
    bindparam,
    func,
    inspect,
    select,
)
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlmodel import SQLModel, col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.db import Database
from core.telemetry import trail

_DIALECT = dialect()

Where = Database | AsyncSession
"""On a connection of the moment, or within a session."""


class Prepared:
    def __init__(self, statement: Any) -> None:
        self._statement = statement

    async def rows(self, where: Where, **values: Any) -> Sequence[Any]:
        trail.note_statement()
        everything = {**self._compiled.params, **values}  # what is written in it has names too
        arguments = [self._bound(name, everything[name]) for name in self._compiled.positiontup]
        if isinstance(where, Database):
            async with where.driver() as connection:
                found = await connection.fetch(self._sql, *arguments)
        else:
            found = await (await _driver_of(where)).fetch(self._sql, *arguments)
        return list(map(self._row, found))

    @cached_property
    def _compiled(self) -> Any:
        return self._statement.compile(dialect=_DIALECT)

    @cached_property
    def _sql(self) -> str:
        return str(self._compiled)

    @cached_property
    def _row(self) -> Any:
        """What makes a row of a record."""
        columns = self._compiled._result_columns  # noqa: SLF001 - the only way to types of columns
        values: Any = namedtuple("Row", [column.keyname for column in columns])  # noqa: PYI024 # pyright: ignore[reportUntypedNamedTuple] - typed by the statement
        table = self._statement.get_execution_options().get("properties_of")
        row: Any = type("Row", (values,), {"__slots__": (), **_properties(table)})
        readers = {
            place: reader
            for place, column in enumerate(columns)
            if (reader := column.type._cached_result_processor(_DIALECT, None))  # noqa: SLF001 - as above
        }
        if not readers:
            return row._make

        def read(record: Any) -> Any:
            values = list(record)
            for place, reader in readers.items():
                values[place] = reader(values[place])
            return row._make(values)

        return read

    def _bound(self, name: str, value: Any) -> Any:
        writer = self._compiled._bind_processors.get(name)  # noqa: SLF001 - as for columns
        return writer(value) if writer else value


def _properties(table: type[SQLModel] | None) -> Mapping[str, property]:
    everything = vars(table) if table else {}
    return {name: value for name, value in everything.items() if isinstance(value, property)}


async def _driver_of(session: AsyncSession) -> Any:
    """Of a session that reads, or that has written or locked: else its transaction would begin only later."""
    pooled: Any = await (await session.connection()).get_raw_connection()
    driver = pooled.driver_connection
    assert driver.is_in_transaction() or pooled.dbapi_connection.autocommit, "lock first"
    return driver


def insert_many(table: type[SQLModel], names: Sequence[str], *, prefix: str = "") -> Insert:
    """Any number of rows by one statement: it takes an array for each of the columns, see `arrays`."""
    columns = [inspect(table).columns[name] for name in names]
    values = [bindparam(prefix + column.key, type_=ARRAY(column.type)) for column in columns]
    given = func.unnest(*values).table_valued(*names).render_derived(name=f"{prefix}given")
    return insert(table).from_select(names, select(*given.c))


def arrays(
    names: Sequence[str], rows: Sequence[Mapping[str, Any]], *, prefix: str = ""
) -> dict[str, list[Any]]:
    """Rows, column by column."""
    return {prefix + name: [row[name] for row in rows] for name in names}


def one_of(column: Any, parameter: str = "ids") -> ColumnElement[bool]:
    """Whether the column, an id, is among those of an array."""
    return col(column) == any_(ids(parameter))


def ids(name: str) -> BindParameter[Sequence[UUID]]:
    return bindparam(name, type_=ARRAY(Uuid()))
