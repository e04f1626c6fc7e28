import strawberry

from core.recent import Recent
from schema.category import Category
from schema.context import Info
from schema.permissions import SignedIn
from services import categories

_SHOWN: Recent[object, list[Category]] = Recent(most=1)


@strawberry.type
class CategoryQueries:
    @strawberry.field(
        permission_classes=[SignedIn],
        description="All categories, parents before what is below them.",
    )
    async def categories(self, info: Info) -> list[Category]:
        known = await categories.to_show(info.context.db)
        return _SHOWN.of(known, Category, lambda: list(map(Category.of, known.values())))
