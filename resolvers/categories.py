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
        async with info.context.db.reading() as session:
            rows = await categories.all_of(session)
        return [Category.of(row) for row in rows]
