"""Statements of hot paths: made into SQL once, and given to the driver as they are.

They are written like any other, with a `bindparam` for each value. Rows have the columns as attributes, and
the properties of the table that a statement names (`properties_of`), so whoever reads a row need not know
whether it is one of these. Rows of tables that are joined (`along`) are attributes of a row.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# asyncpg is half typed

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import orjson
from sqlalchemy import (
    ARRAY,
    JSON,
    BindParameter,
    ColumnClause,
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
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import instance_dict, instance_state, set_committed_value
from sqlmodel import SQLModel, col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.db import Database, Tx, as_json
from core.telemetry import trail

_DIALECT = dialect(json_serializer=as_json, json_deserializer=orjson.loads)
_DRIVER = "driver"
_NUMERIC = 1700  # PostgreSQL's own number of the type, which only decimals ask for

Where = Database | AsyncSession
"""On a connection of the moment, or within a session."""


class Prepared:
    def __init__(self, statement: Any) -> None:
        self._statement = statement

    async def rows(self, where: Where, **values: Any) -> Sequence[Any]:
        return await self._found(where, values, self._row)

    async def entities(self, tx: Tx, **values: Any) -> Sequence[tuple[Any, ...]]:
        """For a statement that selects tables as a whole: entities of the session, as if loaded anew."""
        session = tx.sync_session
        return [
            tuple(table.entity(session, row) for table in self._tables)
            for row in map(self._values, await self._found(tx, values, asyncpg.Record))
        ]

    async def _found(
        self, where: Where, values: Mapping[str, Any], row: type[asyncpg.Record]
    ) -> Sequence[Any]:
        trail.note_statement()
        arguments = [
            parameter.bound(values.get(parameter.name, parameter.written))
            for parameter in self._parameters
        ]
        if isinstance(where, Database):
            return await where.fetch(self._sql, arguments, row)
        driver = await _driver_of(where)
        return await driver.fetch(self._sql, *arguments, record_class=row)

    @cached_property
    def _compiled(self) -> Any:
        return self._statement.compile(dialect=_DIALECT)

    @cached_property
    def _sql(self) -> str:
        return str(self._compiled)

    @cached_property
    def _parameters(self) -> Sequence["_Parameter"]:
        written, writers = self._compiled.params, self._compiled._bind_processors  # noqa: SLF001 - the only way to types of parameters
        return [
            _Parameter(name, written[name], writers.get(name, _as_it_is))
            for name in self._compiled.positiontup
        ]

    @cached_property
    def _row(self) -> type[asyncpg.Record]:
        """A record whose columns are attributes, each made what its type says when it is read."""
        options = self._statement.get_execution_options()
        names = [column.keyname for column in self._columns]
        along = {name: self._along(joined) for name, joined in options.get("along", {}).items()}
        attributes = {**self._attributes(names), **along}
        return type(
            "Row", (asyncpg.Record,), {**_properties(options.get("properties_of")), **attributes}
        )

    def _along(self, joined: "Along") -> property:
        """A joined table's row: its part of the record, with attributes of its own."""
        attributes = self._attributes(joined.names, joined.start)
        row = type("Along", (tuple,), {**_properties(joined.table), **attributes})
        place = itemgetter(slice(joined.start, joined.start + len(joined.names)))
        return property(lambda record: row(place(record)))

    def _attributes(self, names: Sequence[str], start: int = 0) -> Mapping[str, property]:
        return {
            name: _attribute(place, self._readers.get(start + place))
            for place, name in enumerate(names)
        }

    def _values(self, record: asyncpg.Record) -> Sequence[Any]:
        values = list(record)
        for place, reader in self._readers.items():
            values[place] = reader(values[place])
        return values

    @cached_property
    def _readers(self) -> Mapping[int, Callable[[Any], Any]]:
        """What makes of the driver's values what their columns' types say, by place; the others stay."""
        return {
            place: reader
            for place, column in enumerate(self._columns)
            if (reader := column.type._cached_result_processor(_DIALECT, _NUMERIC))  # noqa: SLF001 - the only way to it
        }

    @cached_property
    def _columns(self) -> Sequence[Any]:
        return self._compiled._result_columns  # noqa: SLF001 - the only way to types of columns

    @cached_property
    def _tables(self) -> Sequence["_Table"]:
        """The tables that it selects, in their order."""
        tables = [described["entity"] for described in self._statement.column_descriptions]
        ends = [*accumulate(len(inspect(table).columns) for table in tables)]
        assert ends[-1] == len(self._columns), "tables as a whole"
        return list(map(_Table, tables, map(slice, [0, *ends], ends)))


class Along(NamedTuple):
    """The columns of a joined table among those of a statement, from `start` on."""

    table: type[SQLModel]
    start: int
    names: Sequence[str]


class _Parameter(NamedTuple):
    """`written` is its value where the statement itself says one."""

    name: str
    written: Any
    bound: Callable[[Any], Any]


def _as_it_is(value: Any) -> Any:
    return value


def _attribute(place: int, reader: Callable[[Any], Any] | None) -> property:
    if reader is None:
        return property(itemgetter(place))
    return property(lambda record: None if record[place] is None else reader(record[place]))


def _properties(table: type[SQLModel] | None) -> Mapping[str, property]:
    everything = vars(table) if table else {}
    return {name: value for name, value in everything.items() if isinstance(value, property)}


async def _driver_of(session: AsyncSession) -> Any:
    """In its transaction, after what the session has still to write."""
    if session.in_transaction() and (session.new or session.dirty or session.deleted):
        await session.flush()
    if isinstance(session, Tx):
        return session.driver
    if (known := session.info.get(_DRIVER)) is None:
        pooled: Any = await (await session.connection()).get_raw_connection()
        known = session.info[_DRIVER] = pooled.driver_connection
        if not known.is_in_transaction():
            await pooled.dbapi_connection._start_transaction()  # noqa: SLF001 - else its first statement does
    return known


class _Table:
    """One of the tables that a statement selects as a whole; `place` is where its columns stand."""

    def __init__(self, table: type[SQLModel], place: slice) -> None:
        mapper = inspect(table)
        self._place = place
        self._names = mapper.columns.keys()
        self._key = [self._names.index(str(column.key)) for column in mapper.primary_key]
        self._identity = mapper.identity_key_from_primary_key
        self._new = mapper.class_manager.new_instance

    def entity(self, session: Session, row: Sequence[Any]) -> Any:
        """The session's own, if it knows it, as it is now; else a new one, as if loaded."""
        values = row[self._place]
        key = self._identity(tuple(values[place] for place in self._key))
        known = session.identity_map.get(key)
        if known is not None:
            for name, value in zip(self._names, values, strict=True):
                set_committed_value(known, name, value)
            return known
        entity = self._new()
        instance_dict(entity).update(zip(self._names, values, strict=True))
        state = instance_state(entity)
        state.key, state.session_id = key, session.hash_key
        session.identity_map.add(state)  # unlike the session's own `add` it begins nothing
        return entity


def insert_many(
    table: type[SQLModel],
    names: Sequence[str],
    *,
    rows: str = "rows",
    where: ColumnElement[bool] | None = None,
) -> Insert:
    """Any number of rows by one statement, or none unless `where`: see `given`."""
    new = select(*given(table, names, rows=rows).c)
    return insert(table).from_select(names, new if where is None else new.where(where))


def given(table: type[SQLModel], names: Sequence[str], *, rows: str = "rows") -> TableValuedAlias:
    """Rows with these columns of a table that a statement takes as one parameter: a list of mappings."""
    columns = inspect(table).columns
    return listed(rows, *(column(name, columns[name].type) for name in names))


def listed(rows: str, *columns: ColumnClause[Any]) -> TableValuedAlias:
    """The same with columns of no table."""
    return (
        func.json_to_recordset(bindparam(rows, type_=JSON()))
        .table_valued(*columns)
        .render_derived(name=f"given_{rows}", with_types=True)
    )


def is_the(column: Any, parameter: str) -> ColumnElement[bool]:
    """Whether the column, an id, is the one of this name."""
    return col(column) == an_id(parameter)


def one_of(column: Any, parameter: str = "ids") -> ColumnElement[bool]:
    """Whether the column is among the values of an array."""
    return col(column) == any_(bindparam(parameter, type_=ARRAY(column.type)))


def an_id(name: str) -> BindParameter[UUID]:
    return bindparam(name, type_=Uuid())
