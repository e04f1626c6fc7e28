from datetime import date
from typing import Any
from uuid import UUID

import strawberry

from domain import money
from schema.category import Category
from schema.context import Info
from schema.money import Money


@strawberry.type(
    description="What was confirmed of a receipt, in the terms of its reading. A later edit of the expense "
    "does not change it."
)
class ReceiptCorrection:
    merchant: str | None = strawberry.field(description="Who sold it.")
    day: date = strawberry.field(description="When.")
    total: Money = strawberry.field(description="What was paid, all in all.")
    category_id: strawberry.Private[UUID | None]

    @strawberry.field(description="What it was for.")
    async def category(self, info: Info) -> Category | None:
        return Category.maybe(await info.context.loaders.categories.load(self.category_id))

    @staticmethod
    def of(correction: dict[str, Any]) -> "ReceiptCorrection":
        category_id = correction["category_id"]
        return ReceiptCorrection(
            merchant=correction["merchant"],
            day=date.fromisoformat(correction["day"]),
            total=Money.of(money.Money(correction["total_minor"], correction["currency"])),
            category_id=UUID(category_id) if category_id else None,
        )
