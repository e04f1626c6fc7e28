import strawberry

from schema.category import Category
from schema.context import Info
from schema.permissions import SignedIn
from services import categories


@strawberry.type
class CategoryQueries:
    @strawberry.field(
        permission_classes=[SignedIn],
        description="All categories, parents before what is below them.",
    )
    async def categories(self, info: Info) -> list[Category]:
        known = await categories.to_show(info.context.db)
        return [Category.of(row) for row in known.values()]
