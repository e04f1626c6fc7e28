from uuid import UUID

import strawberry
from strawberry import relay

from models.category import Category as CategoryRow
from schema.edges import edge


def _maybe(row: CategoryRow | None) -> "Category | None":
    return Category.maybe(row)


@strawberry.type(description="What spending was for: two levels, such as Food and Groceries.")
class Category(relay.Node):
    id: relay.NodeID[UUID]
    key: str = strawberry.field(description="Stable for programs: food.groceries.")
    name: str = strawberry.field(description="In English, for people.")
    parent_id: strawberry.Private[UUID | None]

    parent: "Category | None" = edge(
        "categories",
        _maybe,
        by="parent_id",
        description="The category above it, if it is of the second level.",
    )

    @staticmethod
    def of(row: CategoryRow) -> "Category":
        return Category(id=row.id, key=row.key, name=row.name, parent_id=row.parent_id)

    @staticmethod
    def maybe(row: CategoryRow | None) -> "Category | None":
        return Category.of(row) if row else None
