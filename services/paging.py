"""One page of any list, by the columns that order it."""

from collections.abc import Callable, Collection, Sequence
from operator import attrgetter
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import FromClause, Integer, bindparam, true
from sqlalchemy.orm import aliased
from sqlmodel import func, select, tuple_
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from core.prepared import Prepared, Where, an_id, is_the
from domain.errors import Invalid
from domain.pages import CursorUnreadable, Page, Slice, page_of
from models.ledger import Ledger, Member
from services import access


class Paged:
    """A list that is read by two prepared statements: for its first page, and for what follows a place.

    Its query has a `bindparam` for whatever differs from one reader to the next.
    """

    def __init__(
        self,
        query: Any,
        *keys: "Key",
        descending: bool = True,
        of_each: FromClause | None = None,
        or_nothing: bool = False,
    ) -> None:
        """The keys together tell every row from every other.

        With `of_each` the query is about one row of that: what comes first of each is found by its index, so
        that not all of all of them has to be put in order. What has none is left out, or has a row of nulls.
        """
        columns = [key.column for key in keys]
        self._keys = keys
        self._names = [column.key for column in columns]
        self._place = _reader(self._names)
        self._descending, self._of_each, self._or_nothing = descending, of_each, or_nothing
        place = tuple_(*columns)
        last = tuple_(*(bindparam(_after(column.key), type_=column.type) for column in columns))
        self._first = self._prepared(query)
        self._next = self._prepared(query.where(place < last if descending else place > last))

    async def page(self, where: Where, slice: Slice, **values: Any) -> Page[Any]:
        """Refuses: `CursorUnreadable`."""
        statement = self._first
        if slice.after is not None:
            statement = self._next
            values |= zip(map(_after, self._names), here(slice.after, self._keys), strict=True)
        found = self._there(await statement.rows(where, limit=slice.first + 1, **values))
        return page_of(found, slice, self._place)

    def _there(self, found: Sequence[Any]) -> Sequence[Any]:
        return found

    def _prepared(self, query: Any) -> Prepared:
        listed = self._ordered(query, [key.column for key in self._keys])
        if self._of_each is not None:
            each = listed.lateral("each")
            several = cast("Any", select)(*each.c).select_from(self._of_each)
            several = several.join(each, true(), isouter=self._or_nothing)
            listed = self._ordered(several, [each.c[name] for name in self._names])
            listed = listed.execution_options(**query.get_execution_options())
        return Prepared(listed)

    def _ordered(self, query: Any, columns: Sequence[Any]) -> Any:
        order = [column.desc() if self._descending else column for column in columns]
        return query.order_by(*order).limit(bindparam("limit", type_=Integer()))


def _reader(names: Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    read = attrgetter(*names)
    return read if len(names) > 1 else lambda row: (read(row),)


def _after(name: str) -> str:
    return f"after_{name}"


class PagedInLedger(Paged):
    """A list of one ledger, for who has a seat there. `in_ledger` is the query's column that names it."""

    def __init__(self, query: Any, in_ledger: Any, *keys: "Key") -> None:
        seat = access.ledger_ids_of(an_id("viewer")).where(is_the(Member.ledger_id, "ledger_id"))
        its = seat.subquery("seat")
        super().__init__(
            query.where(in_ledger == its.c.ledger_id), *keys, of_each=its, or_nothing=True
        )

    async def of(self, where: Where, viewer: UUID, ledger_id: UUID, slice: Slice) -> Page[Any]:
        """Refuses: `NotFound`, `CursorUnreadable`."""
        return await self.page(where, slice, viewer=viewer, ledger_id=ledger_id)

    def _there(self, found: Sequence[Any]) -> Sequence[Any]:
        """Without a seat there is no row, and with one in an empty list there is one of nulls."""
        if not found:
            raise access.not_found(Ledger)
        return [] if getattr(found[0], self._names[0]) is None else found


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
        place, last = tuple_(*columns), here(slice.after, keys)
        query = query.where(place < last if descending else place > last)
    ordered = query.order_by(*(column.desc() if descending else column for column in columns))
    found = await session.exec(cast("SelectOfScalar[Any]", ordered.limit(slice.first + 1)))
    return page_of(
        found.all(), slice, lambda row: tuple(getattr(keyed(row), column.key) for column in columns)
    )


async def pages(
    session: AsyncSession,
    table: type[Any],
    query: Any,
    slice: Slice,
    *keys: Key,
    by: Any,
    lists: Collection[UUID],
) -> dict[UUID, Page[Any]]:
    """The same slice of several lists of a table's rows in one statement, each in descending order.

    `by` tells which of the `lists` a row is in. Refuses: `CursorUnreadable`.
    """
    columns = [key.column for key in keys]
    if slice.after is not None:
        query = query.where(tuple_(*columns) < here(slice.after, keys))
    place = func.row_number().over(partition_by=by, order_by=[column.desc() for column in columns])
    numbered = query.add_columns(by.label("list"), place.label("place_in_list")).subquery()
    wanted = (
        select(numbered.c.list, aliased(table, numbered))
        .where(numbered.c.place_in_list <= slice.first + 1)
        .order_by(numbered.c.list, numbered.c.place_in_list)
    )
    rows: dict[UUID, list[Any]] = {id: [] for id in lists}
    for id, row in (await session.exec(wanted)).all():
        rows[id].append(row)
    return {
        id: page_of(found, slice, lambda row: tuple(getattr(row, one.key) for one in columns))
        for id, found in rows.items()
    }


def here(place: tuple[Any, ...], keys: Sequence[Key]) -> tuple[Any, ...]:
    """What a cursor says, as values to compare the keys' columns with. Refuses: `CursorUnreadable`."""
    try:
        return tuple(key.parsed(part) for key, part in zip(keys, place, strict=True))
    except (TypeError, ValueError, AttributeError, OverflowError, Invalid) as error:
        raise CursorUnreadable("The cursor belongs to another list.", path=("after",)) from error
