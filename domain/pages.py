"""Keyset pages: a cursor names the place in the order, not a count of rows before it."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar, cast

import orjson

from domain import text
from domain.errors import Invalid

RowType = TypeVar("RowType")

LARGEST = 100
"""The most rows of one page."""


class PageTooLarge(Invalid):
    code = "PAGE_TOO_LARGE"


class CursorUnreadable(Invalid):
    code = "CURSOR_UNREADABLE"


@dataclass(frozen=True, slots=True)
class Slice:
    """`first` rows after the place `after`, which is None for the beginning."""

    first: int
    after: tuple[Any, ...] | None

    @staticmethod
    def of(first: int, after: str | None) -> "Slice":
        """Refuses: `PageTooLarge`, `CursorUnreadable`."""
        if not 0 <= first <= LARGEST:
            raise PageTooLarge(f"A page has 0 to {LARGEST} rows, not {first}.", path=("first",))
        return Slice(first, None if after is None else _place(after))


@dataclass(frozen=True, slots=True)
class Page(Generic[RowType]):
    """Rows with their cursors, in order."""

    rows: Sequence[tuple[str, RowType]]
    has_next: bool
    has_previous: bool


def page_of(
    found: Sequence[RowType], slice: Slice, place: Callable[[RowType], tuple[Any, ...]]
) -> Page[RowType]:
    """The page from up to `first + 1` rows: the one too many tells that more follow."""
    return Page(
        rows=[(_cursor(place(row)), row) for row in found[: slice.first]],
        has_next=len(found) > slice.first,
        has_previous=slice.after is not None,
    )


def whole(part: Any) -> int:
    """A place's part as a number that a column can hold."""
    if type(part) is not int or not -(2**63) <= part < 2**63:
        raise ValueError(part)
    return part


def instant(part: Any) -> datetime:
    """A place's part as a moment, which needs an offset to be one."""
    at = datetime.fromisoformat(part)
    if at.tzinfo is None:
        raise ValueError(part)
    return at.astimezone(UTC)


def words(part: Any) -> str:
    """A place's part as text that a column can hold."""
    return text.required(part, "after")


def _cursor(place: tuple[Any, ...]) -> str:
    known = orjson.dumps(place, default=str)  # ids from the database are of a subclass of UUID
    return base64.urlsafe_b64encode(known).decode().rstrip("=")


def _place(cursor: str) -> tuple[Any, ...]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        place = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise CursorUnreadable("The cursor is not one of ours.", path=("after",)) from error
    if not isinstance(place, list):
        raise CursorUnreadable("The cursor is not one of ours.", path=("after",))
    return tuple(cast("list[Any]", place))
