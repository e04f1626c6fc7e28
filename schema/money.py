from decimal import Decimal
from operator import attrgetter
from typing import Any

import strawberry

from domain import money
from schema.columns import Part
from schema.scalars import BigInt, CurrencyCode


@strawberry.type(description="An exact, signed amount.")
class Money:
    minor: BigInt = strawberry.field(
        description="In minor units: cents for EUR, yen for JPY, fils for KWD."
    )
    currency: CurrencyCode = strawberry.field(description="The currency it is in.")

    @strawberry.field(description="In major units, as an exact decimal string: 10.50.")
    def decimal(self) -> Decimal:
        return money.decimal(self.minor, self.currency)

    @staticmethod
    def of(amount: money.Money) -> "Money":
        return Money(minor=BigInt(amount.minor), currency=CurrencyCode(amount.currency))


def money_shown(by: str, *, description: str) -> Any:
    """A field with an amount of the thing's row, in the row's currency. `by` names the column."""
    attributes = {"minor": f"row.{by}", "currency": "row.currency"}
    read = attrgetter(*attributes.values())

    def show(self: Any) -> Money:
        minor, currency = read(self)
        return Money(minor=minor, currency=currency)

    def decimal(thing: Any) -> Decimal:
        return money.decimal(*read(thing))

    part = Part(attributes, {"decimal": decimal})
    return strawberry.field(show, description=description, metadata={Part: part})


@strawberry.input(description="An exact, signed amount.")
class MoneyInput:
    minor: BigInt = strawberry.field(description="In minor units: cents for EUR, yen for JPY.")
    currency: CurrencyCode = strawberry.field(description="The currency it is in.")

    def to_domain(self) -> money.Money:
        return money.Money(self.minor, self.currency).checked()
