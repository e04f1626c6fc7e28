from datetime import date
from decimal import Decimal
from typing import Generic, Self, TypeVar, cast

import strawberry

from domain import money
from domain.receipt import Field, Polygon, Reading
from domain.receipt import Item as ItemRead
from schema.money import Money
from schema.scalars import CurrencyCode

T = TypeVar("T")


@strawberry.type(description="A place on the image, in pixels from its top left corner.")
class Point:
    x: float = strawberry.field(description="To the right.")
    y: float = strawberry.field(description="Downward.")


def _points(box: Polygon) -> list[Point]:
    return [Point(x=point.x, y=point.y) for point in box]


@strawberry.type(description="A value as it was read.")
class Read(Generic[T]):
    value: T = strawberry.field(description="What it means.")
    confidence: float = strawberry.field(
        description="From 0 to 1. It grows with agreeing evidence; once enough receipts were confirmed, it "
        "is how often such values were right."
    )
    text: str = strawberry.field(description="What stands on the paper.")
    box: list[Point] = strawberry.field(
        description="Where: clockwise from the corner where reading starts. Empty if nowhere."
    )
    alternatives: list[T] = strawberry.field(
        description="What it could be instead, the likeliest first."
    )

    @classmethod
    def of(cls, field: Field[T]) -> Self:
        return cls(
            value=field.value,
            confidence=field.confidence,
            text=field.text,
            box=_points(field.box),
            alternatives=list(field.alternatives),
        )

    @classmethod
    def maybe(cls, field: Field[T] | None) -> Self | None:
        return cls.of(field) if field else None


@strawberry.type(description="A text as it was read.")
class ReadText(Read[str]):
    pass


@strawberry.type(description="A day as it was read.")
class ReadDay(Read[date]):
    pass


@strawberry.type(description="An amount as it was read.")
class ReadAmount(Read[Money]):
    pass


@strawberry.type(description="A currency as it was read.")
class ReadCurrency(Read[CurrencyCode]):
    pass


def _amount(field: Field[int] | None, currency: str) -> ReadAmount | None:
    if field is None:
        return None
    value, *others = (
        Money.of(money.Money(minor, currency)) for minor in (field.value, *field.alternatives)
    )
    return ReadAmount.of(Field(value, field.confidence, field.text, field.box, tuple(others)))


@strawberry.type(
    description="A line of goods; a discount of its own is one with a negative amount."
)
class ReceiptItem:
    description: str = strawberry.field(description="What was bought.")
    quantity: Decimal | None = strawberry.field(description="How many or how much, if it says so.")
    unit_price: Money | None = strawberry.field(description="The price of one, if it says so.")
    amount: Money = strawberry.field(description="What the line costs.")
    confidence: float = strawberry.field(description="From 0 to 1, as of every value.")
    text: str = strawberry.field(description="What stands on the paper.")
    box: list[Point] = strawberry.field(description="Where.")

    @staticmethod
    def of(field: Field[ItemRead], currency: str) -> "ReceiptItem":
        item, unit = field.value, field.value.unit_price_minor
        return ReceiptItem(
            description=item.description,
            quantity=item.quantity,
            unit_price=None if unit is None else Money.of(money.Money(unit, currency)),
            amount=Money.of(money.Money(item.amount_minor, currency)),
            confidence=field.confidence,
            text=field.text,
            box=_points(field.box),
        )


@strawberry.type(
    description="What was read: a proposal for an expense. What was not found is null."
)
class ReceiptReading:
    merchant: ReadText | None = strawberry.field(description="Who sold it.")
    day: ReadDay | None = strawberry.field(description="When.")
    total: ReadAmount | None = strawberry.field(description="What was paid, all in all.")
    tax: ReadAmount | None = strawberry.field(description="The tax in it.")
    tip: ReadAmount | None = strawberry.field(description="The tip in it.")
    discount: ReadAmount | None = strawberry.field(
        description="What was taken off the whole. What was taken off one item is an item of its own."
    )
    currency: ReadCurrency = strawberry.field(
        description="Of all amounts: the ledger's where the paper names none."
    )
    items: list[ReceiptItem] = strawberry.field(description="Line by line, from the top.")

    @staticmethod
    def of(reading: Reading) -> "ReceiptReading":
        assert reading.currency is not None, "there is the ledger's to fall back to"
        currency = reading.currency.value
        return ReceiptReading(
            merchant=ReadText.maybe(reading.merchant),
            day=ReadDay.maybe(reading.day),
            total=_amount(reading.total, currency),
            tax=_amount(reading.tax, currency),
            tip=_amount(reading.tip, currency),
            discount=_amount(reading.discount, currency),
            currency=ReadCurrency.of(cast("Field[CurrencyCode]", reading.currency)),
            items=[ReceiptItem.of(field, currency) for field in reading.items],
        )
