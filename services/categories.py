"""The categories that spending is sorted into: two levels, `food` and `food.groceries`."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import BindParameter
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from core.prepared import Prepared, Where
from domain.errors import Invalid
from models.base import select_shown
from models.category import Category

_EVERY = Prepared(select_shown(Category).order_by(col(Category.key)))


class NoSuchCategory(Invalid):
    code = "NO_SUCH_CATEGORY"


async def all_of(where: Where) -> Sequence[Category]:
    """Every category, parents before their children."""
    return await _EVERY.rows(where)


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
