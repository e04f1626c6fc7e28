"""The categories that spending is sorted into: two levels, `food` and `food.groceries`.

Only migrations change them, so what shows them reads them once in a process.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import BindParameter
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from core.db import Database
from core.prepared import Prepared, Where
from domain.errors import Invalid
from models.base import select_shown
from models.category import Category

_EVERY = Prepared(select_shown(Category).order_by(col(Category.key)))
_known: WeakKeyDictionary[Database, Mapping[UUID, Category]] = WeakKeyDictionary()


class NoSuchCategory(Invalid):
    code = "NO_SUCH_CATEGORY"


async def all_of(where: Where) -> Sequence[Category]:
    """Every category, parents before their children."""
    return await _EVERY.rows(where)


async def to_show(db: Database) -> Mapping[UUID, Category]:
    """The same by their ids, as this process has known them since it was first asked."""
    if db not in _known:
        _known[db] = {row.id: row for row in await all_of(db)}
    return _known[db]


async def to_show_of(db: Database, ids: Collection[UUID | None]) -> Mapping[UUID, Category]:
    """The same, with all that are named: a newer version of us may have brought one meanwhile."""
    known = await to_show(db)
    if any(id not in known for id in ids if id):
        _known.pop(db, None)
        known = await to_show(db)
    return known


async def by_id(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, Category]:
    query = select(Category).where(col(Category.id).in_(ids))
    return {row.id: row for row in (await session.exec(query)).all()}


async def require(session: AsyncSession, ids: Iterable[UUID]) -> None:
    """Refuses: `NoSuchCategory` when one of the ids is none."""
    wanted = set(ids)
    if missing := wanted - set(await by_id(session, wanted)):
        raise NoSuchCategory(
            f"{len(missing)} of these categories do not exist.", path=("category",)
        )


def with_children(id: BindParameter[UUID]) -> SelectOfScalar[UUID]:
    """A subquery of a category and the ones below it."""
    return select(Category.id).where(or_(Category.id == id, Category.parent_id == id))
