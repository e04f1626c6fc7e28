"""Whatever a table's registers hold, the log can say what changed in them by its type."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, cast, get_args
from uuid import UUID

import pytest

import models
from domain.changes import Choice, Reference, References, between
from models.base import Asked, Edited

assert models  # every table is registered by its import

ID = "0198f0c0-0000-7000-8000-000000000001"

SAMPLES: dict[type, tuple[Any, type]] = {
    datetime: ("2026-05-04T10:00:00+00:00", datetime),
    date: ("2026-05-04", date),
    UUID: (ID, Reference),
    list[UUID]: ([ID], References),
    StrEnum: ("NAME", Choice),
}


def _columns() -> list[tuple[str, str, Any]]:
    tables = {*Edited.__subclasses__(), *Asked.__subclasses__()} - {Asked}
    return [
        (table.__name__, column, _plain(table.model_fields[column].annotation))
        for table in sorted(tables, key=lambda table: table.__name__)
        for columns in table.registers.values()
        for column in columns
        if column != "user_id"  # whose seat it is: read as whether anybody sits there
    ]


def _typed() -> list[tuple[str, str, type]]:
    """The columns of those types that JSON does not have."""
    return [
        (table, column, StrEnum if _is_choice(python_type) else python_type)
        for table, column, python_type in _columns()
        if _is_choice(python_type) or python_type in list(SAMPLES)
    ]


def _is_choice(python_type: Any) -> bool:
    return isinstance(python_type, type) and issubclass(cast("type[object]", python_type), StrEnum)


def _plain(annotation: Any) -> Any:
    """Without None."""
    options = [option for option in get_args(annotation) if option is not type(None)]
    return options[0] if type(None) in get_args(annotation) else annotation


@pytest.mark.parametrize(("table", "column", "python_type"), _typed())
def test_every_column_is_read_as_what_it_holds(table: str, column: str, python_type: type) -> None:
    sample, expected = SAMPLES[python_type]

    (change,) = between(None, {column: sample})

    assert isinstance(change.after, expected), f"{table}.{column}"
