from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from domain import money
from domain.pages import Page
from domain.settlement import Payment, SettlementMethod
from models.expense import Settlement as SettlementRow
from schema.context import Info
from schema.ids import row_id
from schema.ledger import Member, member
from schema.money import Money, MoneyInput
from schema.pages import page_info
from schema.refusals import Conflict, Forbidden, Invalid, NotFound
from schema.scalars import BigInt
from schema.topic import Topic

strawberry.enum(SettlementMethod, description="How a payment between members was made.")


@strawberry.type(description="A payment from one member to another that lowers what is owed.")
class Settlement(Topic):
    id: relay.NodeID[UUID]
    amount: Money = strawberry.field(description="How much was paid.")
    method: SettlementMethod = strawberry.field(description="How it was paid.")
    note: str | None = strawberry.field(description="Whatever somebody wrote beside it.")
    day: date = strawberry.field(description="When it was paid.")
    deleted: bool = strawberry.field(description="Whether it was taken back.")
    version: BigInt = strawberry.field(description="Grows with every change.")
    payer_id: strawberry.Private[UUID]
    payee_id: strawberry.Private[UUID]

    @strawberry.field(description="Who paid.")
    async def payer(self, info: Info) -> Member:
        return await member(info, self.payer_id)

    @strawberry.field(description="Who was paid.")
    async def payee(self, info: Info) -> Member:
        return await member(info, self.payee_id)

    @staticmethod
    def of(row: SettlementRow) -> "Settlement":
        return Settlement(
            id=row.id,
            amount=Money.of(money.Money(row.amount_minor, row.currency)),
            method=row.method,
            note=row.note,
            day=row.day,
            deleted=row.deleted_at is not None,
            version=BigInt(row.version),
            ledger_id=row.ledger_id,
            payer_id=row.payer_id,
            payee_id=row.payee_id,
        )


@strawberry.type(description="Settlements, page by page.")
class SettlementConnection(relay.Connection[Settlement]):
    @staticmethod
    def over(page: Page[SettlementRow]) -> "SettlementConnection":
        edges = [relay.Edge(cursor=cursor, node=Settlement.of(row)) for cursor, row in page.rows]
        return SettlementConnection(edges=edges, page_info=page_info(page))


@strawberry.input(description="A payment between two members of a group, in part or in full.")
class RecordSettlementInput:
    id: UUID = strawberry.field(description="A UUID of version 7 of your own: repeating is safe.")
    ledger_id: relay.GlobalID = strawberry.field(description="Which group.")
    payer_id: relay.GlobalID = strawberry.field(description="Who paid.")
    payee_id: relay.GlobalID = strawberry.field(description="Who was paid.")
    amount: MoneyInput = strawberry.field(description="More than nothing.")
    day: date = strawberry.field(description="When it was paid.")
    method: SettlementMethod = strawberry.field(
        default=SettlementMethod.OTHER, description="How it was paid."
    )
    note: str | None = strawberry.field(default=None, description="At most 2000 characters.")

    def to_domain(self) -> Payment:
        return Payment(
            id=self.id,
            ledger_id=row_id(self.ledger_id, "Ledger"),
            payer_id=row_id(self.payer_id, "Member"),
            payee_id=row_id(self.payee_id, "Member"),
            amount=self.amount.to_domain(),
            day=self.day,
            method=self.method,
            note=self.note,
        )


SettlementResult = Annotated[
    Settlement | Invalid | NotFound | Forbidden | Conflict, strawberry.union("SettlementResult")
]
