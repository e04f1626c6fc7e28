"""Reading JSON that somebody else wrote, against the shape that it should have. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from domain.imports.contents import FileUnreadable, RecordUnreadable

Shape = TypeVar("Shape")
Json = Mapping[str, Any]


def record(shape: TypeAdapter[Shape], value: Any) -> Shape:
    """Refuses: `RecordUnreadable`."""
    try:
        return shape.validate_python(value)
    except ValidationError as error:
        raise RecordUnreadable(_said(error)) from error


def whole(shape: TypeAdapter[Shape], value: Any) -> Shape:
    """Refuses: `FileUnreadable`."""
    try:
        return shape.validate_python(value)
    except ValidationError as error:
        raise FileUnreadable(_said(error), path=("file",)) from error


def day(text: str) -> date:
    """The day that a moment begins with. Refuses: `RecordUnreadable`."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise RecordUnreadable(f"{text[:20]!r} is no day like 2026-05-04.") from error


def _said(error: ValidationError) -> str:
    """The first complaint and where it is, without what was found there: it may be long."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    place = ".".join(str(part)[:40] for part in first["loc"][:5])
    return f"{place}: {first['msg'][:200]}"
