from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from domain import money
from domain.conversion import Exchange
from domain.pages import Page
from domain.rate import NewRate, Quote, RateSource, plain
from models.conversion import Conversion as ConversionRow
from models.conversion import Rate as RateRow
from schema.ids import row_id
from schema.member import Member, member_edge
from schema.money import Money, MoneyInput
from schema.pages import page_info
from schema.refusals import Conflict, Forbidden, Invalid, NotFound, RateMissing
from schema.scalars import BigInt, CurrencyCode
from schema.topic import Topic

strawberry.enum(RateSource, description="Where a rate is from. MANUAL: a member entered it.")


@strawberry.type(
    description="What one currency is worth in another, as a ledger's members know it. Never changed: of "
    "several for one day the newest counts."
)
class Rate(relay.Node):
    id: relay.NodeID[UUID]
    day: date = strawberry.field(description="The day it is of.")
    base: CurrencyCode = strawberry.field(description="One unit of this …")
    quote: CurrencyCode = strawberry.field(description="… is worth `rate` units of this.")
    rate: Decimal = strawberry.field(description="In major units, as an exact decimal string.")
    source: RateSource = strawberry.field(description="Where it is from.")
    entered_at: datetime = strawberry.field(description="When it was entered.")

    @staticmethod
    def of(row: RateRow) -> "Rate":
        return Rate(
            id=row.id,
            day=row.day,
            base=CurrencyCode(row.base),
            quote=CurrencyCode(row.quote),
            rate=plain(row.rate),
            source=row.source,
            entered_at=row.created_at,
        )


@strawberry.type(description="Rates, page by page.")
class RateConnection(relay.Connection[Rate]):
    @staticmethod
    def over(page: Page[RateRow]) -> "RateConnection":
        edges = [relay.Edge(cursor=cursor, node=Rate.of(row)) for cursor, row in page.rows]
        return RateConnection(edges=edges, page_info=page_info(page))


@strawberry.type(
    description="What one member owes another, moved from one currency into another at a frozen rate."
)
class Conversion(Topic):
    id: relay.NodeID[UUID]
    amount: Money = strawberry.field(description="What is not owed any more.")
    becomes: Money = strawberry.field(description="What is owed instead.")
    rate: Decimal = strawberry.field(
        description="What one unit of the old currency was worth in the new one. It never changes."
    )
    rate_day: date = strawberry.field(
        description="The day that the rate is of: the last one up to `day` for which one was known."
    )
    day: date = strawberry.field(description="The day of the conversion.")
    deleted: bool = strawberry.field(description="Whether it was taken back.")
    version: BigInt = strawberry.field(description="Grows with every change.")
    row: strawberry.Private[ConversionRow]

    debtor: Member = member_edge(by="row.debtor_id", description="Who owes.")

    creditor: Member = member_edge(by="row.creditor_id", description="Whom they owe.")

    @staticmethod
    def of(row: ConversionRow) -> "Conversion":
        return Conversion(
            id=row.id,
            amount=Money.of(money.Money(row.from_minor, row.from_currency)),
            becomes=Money.of(money.Money(row.to_minor, row.to_currency)),
            rate=plain(row.rate),
            rate_day=row.rate_day,
            day=row.day,
            deleted=row.deleted_at is not None,
            version=BigInt(row.version),
            row=row,
        )


@strawberry.type(description="Conversions, page by page.")
class ConversionConnection(relay.Connection[Conversion]):
    @staticmethod
    def over(page: Page[ConversionRow]) -> "ConversionConnection":
        edges = [relay.Edge(cursor=cursor, node=Conversion.of(row)) for cursor, row in page.rows]
        return ConversionConnection(edges=edges, page_info=page_info(page))


@strawberry.input(description="A rate for a ledger.")
class EnterRateInput:
    id: UUID = strawberry.field(description="A UUID of version 7 of your own: repeating is safe.")
    ledger_id: relay.GlobalID = strawberry.field(description="Which ledger.")
    day: date = strawberry.field(description="The day it is of.")
    base: CurrencyCode = strawberry.field(description="One unit of this …")
    quote: CurrencyCode = strawberry.field(description="… is worth `rate` units of this.")
    rate: Decimal = strawberry.field(
        description="In major units, above nothing, with up to 18 decimals."
    )

    def to_domain(self) -> NewRate:
        return NewRate(
            id=self.id,
            ledger_id=row_id(self.ledger_id, "Ledger"),
            quote=Quote(self.day, self.base, self.quote, self.rate),
        )


@strawberry.input(
    description="What one member owes another is to be owed in another currency. To move a whole group, "
    "convert each of its suggested transfers."
)
class ConvertBalanceInput:
    id: UUID = strawberry.field(description="A UUID of version 7 of your own: repeating is safe.")
    ledger_id: relay.GlobalID = strawberry.field(description="Which group.")
    debtor_id: relay.GlobalID = strawberry.field(description="Who owes.")
    creditor_id: relay.GlobalID = strawberry.field(description="Whom they owe.")
    amount: MoneyInput = strawberry.field(description="How much, more than nothing.")
    to: CurrencyCode = strawberry.field(description="What it is to be owed in.")
    day: date = strawberry.field(description="The day of the conversion.")
    rate: Decimal | None = strawberry.field(
        default=None,
        description="What one unit of the amount's currency is worth in the other. Left out: the ledger's "
        "rate of the day, or of the last day before it that has one.",
    )

    def to_domain(self) -> Exchange:
        return Exchange(
            id=self.id,
            ledger_id=row_id(self.ledger_id, "Ledger"),
            debtor_id=row_id(self.debtor_id, "Member"),
            creditor_id=row_id(self.creditor_id, "Member"),
            amount=self.amount.to_domain(),
            to=self.to,
            day=self.day,
            rate=self.rate,
        )


RateResult = Annotated[
    Rate | Invalid | NotFound | Forbidden | Conflict, strawberry.union("RateResult")
]
ConversionResult = Annotated[
    Conversion | RateMissing | Invalid | NotFound | Forbidden | Conflict,
    strawberry.union("ConversionResult"),
]
