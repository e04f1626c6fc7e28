from datetime import date
from uuid import UUID

import strawberry

from domain import money
from domain.receipt.correction import Correction
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
    discount: Money | None = strawberry.field(
        description="What an itemised bill took off the whole, if it did."
    )
    category_id: strawberry.Private[UUID | None]

    @strawberry.field(description="What it was for.")
    async def category(self, info: Info) -> Category | None:
        return Category.maybe(await info.context.loaders.categories.load(self.category_id))

    @staticmethod
    def of(correction: Correction) -> "ReceiptCorrection":
        def amount(minor: int) -> Money:
            return Money.of(money.Money(minor, correction.currency))

        off = correction.discount_minor
        return ReceiptCorrection(
            merchant=correction.merchant,
            day=correction.day,
            total=amount(correction.total_minor),
            discount=None if off is None else amount(off),
            category_id=correction.category_id,
        )
