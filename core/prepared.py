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
from itertools import accumulate
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    ARRAY,
    JSON,
    BindParameter,
    ColumnElement,
    TableValuedAlias,
    Uuid,
    any_,
    bindparam,
    column,
    func,
    inspect,
    select,
)
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import instance_dict, set_committed_value
from sqlmodel import SQLModel, col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.db import Database, Tx, as_json
from core.telemetry import trail

_DIALECT = dialect(json_serializer=as_json, json_deserializer=orjson.loads)
_DRIVER = "driver"

Where = Database | AsyncSession
"""On a connection of the moment, or within a session."""


class Prepared:
    def __init__(self, statement: Any) -> None:
        self._statement = statement

    async def rows(self, where: Where, **values: Any) -> Sequence[Any]:
        return list(map(self._row, await self._found(where, values)))

    async def entities(self, tx: Tx, **values: Any) -> Sequence[tuple[Any, ...]]:
        """For a statement that selects tables as a whole: entities of the session, as if loaded anew."""
        session = tx.sync_session
        return [
            tuple(_entity(session, table, row[columns]) for table, columns in self._tables)
            for row in map(self._values, await self._found(tx, values))
        ]

    async def _found(self, where: Where, values: Mapping[str, Any]) -> Sequence[Any]:
        trail.note_statement()
        everything = {**self._written, **values}
        arguments = [self._bound(name, everything[name]) for name in self._names]
        if isinstance(where, Database):
            async with where.driver() as connection:
                return await connection.fetch(self._sql, *arguments)
        return await (await _driver_of(where)).fetch(self._sql, *arguments)

    @cached_property
    def _compiled(self) -> Any:
        return self._statement.compile(dialect=_DIALECT)

    @cached_property
    def _sql(self) -> str:
        return str(self._compiled)

    @cached_property
    def _names(self) -> Sequence[str]:
        return self._compiled.positiontup

    @cached_property
    def _written(self) -> Mapping[str, Any]:
        """The values that are written in it, which have names too."""
        return self._compiled.params

    @cached_property
    def _row(self) -> Any:
        """What makes a row of a record."""
        named: Any = namedtuple("Row", [column.keyname for column in self._columns])  # noqa: PYI024 # pyright: ignore[reportUntypedNamedTuple] - typed by the statement
        table = self._statement.get_execution_options().get("properties_of")
        row: Any = type("Row", (named,), {"__slots__": (), **_properties(table)})
        values = self._values

        def read(record: Any) -> Any:
            return row._make(values(record))

        return row._make if values is tuple else read

    @cached_property
    def _values(self) -> Any:
        """What reads the values of a record."""
        readers = {
            place: reader
            for place, column in enumerate(self._columns)
            if (reader := column.type._cached_result_processor(_DIALECT, None))  # noqa: SLF001 - as for columns
        }
        if not readers:
            return tuple

        def read(record: Any) -> Any:
            values = list(record)
            for place, reader in readers.items():
                values[place] = reader(values[place])
            return values

        return read

    @cached_property
    def _columns(self) -> Sequence[Any]:
        return self._compiled._result_columns  # noqa: SLF001 - the only way to types of columns

    @cached_property
    def _tables(self) -> Sequence[tuple[type[SQLModel], slice]]:
        """The tables that it selects, each with the place of its columns."""
        tables = [described["entity"] for described in self._statement.column_descriptions]
        ends = [*accumulate(len(inspect(table).columns) for table in tables)]
        assert ends[-1] == len(self._columns), "tables as a whole"
        return list(zip(tables, map(slice, [0, *ends], ends), strict=True))

    def _bound(self, name: str, value: Any) -> Any:
        writer = self._compiled._bind_processors.get(name)  # noqa: SLF001 - as for columns
        return writer(value) if writer else value


def _properties(table: type[SQLModel] | None) -> Mapping[str, property]:
    everything = vars(table) if table else {}
    return {name: value for name, value in everything.items() if isinstance(value, property)}


async def _driver_of(session: AsyncSession) -> Any:
    """In its transaction, after what the session has still to write."""
    if session.new or session.dirty or session.deleted:
        await session.flush()
    if (known := session.info.get(_DRIVER)) is None:
        pooled: Any = await (await session.connection()).get_raw_connection()
        known = session.info[_DRIVER] = pooled.driver_connection
        if not known.is_in_transaction():
            await pooled.dbapi_connection._start_transaction()  # noqa: SLF001 - else its first statement does
    return known


def _entity(session: Session, table: type[SQLModel], values: Sequence[Any]) -> Any:
    mapper = inspect(table)
    read = dict(zip(mapper.columns.keys(), values, strict=True))
    key = mapper.identity_key_from_primary_key(
        tuple(read[str(column.key)] for column in mapper.primary_key)
    )
    known = session.identity_map.get(key)
    if known is not None:
        for name, value in read.items():
            set_committed_value(known, name, value)
        return known
    entity = mapper.class_manager.new_instance()
    instance_dict(entity).update(read)
    make_transient_to_detached(entity)
    session.add(entity)
    return entity


def insert_many(table: type[SQLModel], names: Sequence[str], *, rows: str = "rows") -> Insert:
    """Any number of rows by one statement: see `given`."""
    return insert(table).from_select(names, select(*given(table, names, rows=rows).c))


def given(table: type[SQLModel], names: Sequence[str], *, rows: str = "rows") -> TableValuedAlias:
    """Rows with these columns of a table that a statement takes as one parameter: a list of mappings."""
    columns = inspect(table).columns
    types = [column(name, columns[name].type) for name in names]
    return (
        func.json_to_recordset(bindparam(rows, type_=JSON()))
        .table_valued(*types)
        .render_derived(name=f"given_{rows}", with_types=True)
    )


def is_the(column: Any, parameter: str) -> ColumnElement[bool]:
    """Whether the column, an id, is the one of this name."""
    return col(column) == bindparam(parameter, type_=Uuid())


def one_of(column: Any, parameter: str = "ids") -> ColumnElement[bool]:
    """Whether the column, an id, is among those of an array."""
    return col(column) == any_(ids(parameter))


def ids(name: str) -> BindParameter[Sequence[UUID]]:
    return bindparam(name, type_=ARRAY(Uuid()))
