"""What tables share. A table is flat; what belongs together is joined by services."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from functools import cache
from typing import Any, ClassVar, Self, cast
from uuid import UUID

import orjson
from sqlalchemy import JSON, BigInteger, Text, TypeDecorator, inspect
from sqlalchemy import Enum as EnumColumn
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm.attributes import instance_dict, set_attribute
from sqlmodel import Field, SQLModel, select

from core.clock import now
from core.ids import new_id
from core.prepared import Along
from domain import causality
from domain.rate import plain

SQLModel.metadata.naming_convention = {
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}

_MILLIS = 1000
_PLAIN = frozenset({str, int, bool, dict, type(None)})


class Row(SQLModel):
    id: UUID = Field(default_factory=new_id, primary_key=True)
    created_at: datetime = Field(default_factory=now)

    def __init__(self, **values: Any) -> None:
        """As SQLModel makes rows of tables, which it does not validate either, in a fraction of the time."""
        always, made = self._defaults()
        new = {name: make() for name, make in made.items() if name not in values}
        instance_dict(self).update({**always, **new, **values})

    @classmethod
    @cache
    def _defaults(cls) -> tuple[dict[str, Any], dict[str, Callable[[], Any]]]:
        """Of its columns: those that are always the same, and those that are made for each row."""
        optional = {n: field for n, field in cls.model_fields.items() if not field.is_required()}
        made = {n: field.default_factory for n, field in optional.items() if field.default_factory}
        always = {n: field.default for n, field in optional.items() if n not in made}
        return always, cast("Any", made)


class Edited(Row):
    """A row that devices edit, perhaps offline: it knows its version and who wrote which part.

    `registers` maps each register's name to the columns that only change together; their values are
    what the log keeps of the row.
    """

    registers: ClassVar[dict[str, tuple[str, ...]]]

    version: int = Field(default=0, sa_type=BigInteger)
    clock: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)

    def written_by(self, device_id: int, *registers: str) -> Self:
        """Count this write and stamp the registers it touched (all of them when none is named)."""
        clock = causality.written(
            causality.restored(self.clock),
            registers or self.registers,
            device_id,
            int(now().timestamp() * _MILLIS),
        )
        set_attribute(self, "clock", causality.stored(clock))  # as by `=`, past pydantic
        set_attribute(self, "version", self.version + 1)
        return self

    def touched_since(self, before: dict[str, Any]) -> list[str]:
        """The registers whose values differ from earlier facts of the row."""
        after = self.facts()
        return [
            register
            for register, columns in self.registers.items()
            if any(before.get(column) != after.get(column) for column in columns)
        ]

    def facts(self) -> dict[str, Any]:
        """The row's registers as JSON values, for the log."""
        there = instance_dict(self)  # but for what is yet to be loaded
        return {
            column: _json(there[column] if column in there else getattr(self, column))
            for columns in self.registers.values()
            for column in columns
        }


class Asked(Edited):
    """A row that a client asked for under an id of its own; `fingerprint` tells a retry from a clash."""

    fingerprint: bytes = b""


def _json(value: Any) -> Any:
    return value if type(value) in _PLAIN else _converted(value)


def _converted(value: Any) -> Any:
    match value:
        case Enum():
            return value.value
        case UUID():
            return str(value)
        case Decimal():
            return str(plain(value))
        case date():
            return value.isoformat()
        case list():
            return [_json(item) for item in cast("list[Any]", value)]
        case _:
            return value


def text_enum(members: type[StrEnum]) -> EnumColumn:
    """Stored as readable text, read back as the enum; a new member needs no migration."""
    return EnumColumn(
        members,
        native_enum=False,
        length=32,
        values_callable=_values,
    )


def _values(members: type[StrEnum]) -> list[str]:
    return [member.value for member in members]


_FOR_WRITING = {"clock", "fingerprint", "search_text"}


def select_shown(table: type[SQLModel], **along: type[SQLModel]) -> Any:
    """A query for the table's columns, but for what only writing and searching need.

    Rows of it have the table's properties when it is prepared, and rows of what it is joined with `along`
    by their names.
    """
    columns = _shown(table)
    places: dict[str, Along] = {}
    for name, joined in along.items():
        places[name] = Along(joined, len(columns), [str(column.key) for column in _shown(joined)])
        columns += _shown(joined)
    return cast("Any", select)(*columns).execution_options(properties_of=table, along=places)


class _Unparsed(TypeDecorator[Any]):
    """JSON as text, which is parsed where somebody reads it: most of it is not asked for."""

    impl = Text
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Any) -> Any:  # noqa: ARG002 - the library passes it
        return value and orjson.loads(value)


def _shown(table: type[SQLModel]) -> list[Any]:
    columns = (column for column in inspect(table).columns if column.key not in _FOR_WRITING)
    return [
        sql_cast(column, _Unparsed()).label(column.key) if isinstance(column.type, JSON) else column
        for column in columns
    ]
