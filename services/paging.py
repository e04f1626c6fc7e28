"""One page of any list, by the columns that order it."""

from collections.abc import Callable
from typing import Any, NamedTuple, cast

from sqlmodel import tuple_
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from domain.errors import Invalid
from domain.pages import CursorUnreadable, Page, Slice, page_of


class Key(NamedTuple):
    """A column that orders a list, and what makes its value of what a cursor holds."""

    column: Any
    parsed: Callable[[Any], Any]


async def page(
    session: AsyncSession,
    query: Any,
    slice: Slice,
    *keys: Key,
    descending: bool = True,
    keyed: Callable[[Any], Any] = lambda row: row,
) -> Page[Any]:
    """The slice of what the query finds. The keys together tell every row from every other.

    `keyed` leads from a row of the result to the entity with the keys. Refuses: `CursorUnreadable`.
    """
    columns = [key.column for key in keys]
    if slice.after is not None:
        place, here = tuple_(*columns), _here(slice.after, keys)
        query = query.where(place < here if descending else place > here)
    ordered = query.order_by(*(column.desc() if descending else column for column in columns))
    found = await session.exec(cast("SelectOfScalar[Any]", ordered.limit(slice.first + 1)))
    return page_of(
        found.all(), slice, lambda row: tuple(getattr(keyed(row), column.key) for column in columns)
    )


def _here(place: tuple[Any, ...], keys: tuple[Key, ...]) -> tuple[Any, ...]:
    try:
        return tuple(key.parsed(part) for key, part in zip(keys, place, strict=True))
    except (TypeError, ValueError, AttributeError, OverflowError, Invalid) as error:
        raise CursorUnreadable("The cursor belongs to another list.", path=("after",)) from error
