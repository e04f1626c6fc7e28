from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from domain import money
from domain.expense import To
from domain.pages import Page
from domain.rate import plain
from domain.settlement import Payment, PaymentChanges, SettlementMethod, SettlementState
from models.expense import Settlement as SettlementRow
from schema.ids import row_id
from schema.member import Member, member_edge
from schema.money import Money, MoneyInput
from schema.pages import page_info
from schema.refusals import Conflict, Forbidden, Invalid, NotFound
from schema.scalars import BigInt
from schema.topic import Topic

strawberry.enum(
    SettlementState,
    description="RECORDED: somebody says so. CONFIRMED: who was paid says so. DISPUTED: who paid or was paid "
    "says that it is wrong; balances stay until it is edited or taken back.",
)
strawberry.enum(SettlementMethod, description="How a payment between members was made.")


@strawberry.type(description="A payment from one member to another that lowers what is owed.")
class Settlement(Topic):
    id: relay.NodeID[UUID]
    amount: Money = strawberry.field(description="How much was paid.")
    paid_as: Money | None = strawberry.field(
        description="What really changed hands, if in another currency. The amount is what counts."
    )
    rate: Decimal | None = strawberry.field(
        description="What one unit of `paidAs` was worth in the amount's currency when it was recorded. "
        "It never changes."
    )
    overpaid: Money = strawberry.field(
        description="How much of it lay beyond what its payer owed when the amount was recorded, or the "
        "settlement restored: a warning, if more than zero, that it turns the balance round."
    )
    state: SettlementState = strawberry.field(description="What payee and payer say about it.")
    dispute_reason: str | None = strawberry.field(description="What is wrong with it, if disputed.")
    method: SettlementMethod = strawberry.field(description="How it was paid.")
    note: str | None = strawberry.field(description="Whatever somebody wrote beside it.")
    external_ref: str | None = strawberry.field(
        description="What the payment is called where it was made, such as a bank's or a payment service's "
        "reference. One transfer may settle several debts: others may have the same."
    )
    day: date = strawberry.field(description="When it was paid.")
    deleted: bool = strawberry.field(description="Whether it was taken back.")
    version: BigInt = strawberry.field(description="Grows with every change.")
    row: strawberry.Private[SettlementRow]

    payer: Member = member_edge(by="row.payer_id", description="Who paid.")

    payee: Member = member_edge(by="row.payee_id", description="Who was paid.")

    @staticmethod
    def of(row: SettlementRow) -> "Settlement":
        return Settlement(
            id=row.id,
            amount=Money.of(money.Money(row.amount_minor, row.currency)),
            paid_as=_paid_as(row),
            rate=plain(row.rate) if row.rate else None,
            overpaid=Money.of(money.Money(row.overpaid_minor, row.currency)),
            state=row.state,
            dispute_reason=row.dispute_reason,
            method=row.method,
            note=row.note,
            external_ref=row.external_ref,
            day=row.day,
            deleted=row.deleted_at is not None,
            version=BigInt(row.version),
            row=row,
        )


def _paid_as(row: SettlementRow) -> Money | None:
    if row.paid_as_minor is None or row.paid_as_currency is None:
        return None
    return Money.of(money.Money(row.paid_as_minor, row.paid_as_currency))


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
    external_ref: str | None = strawberry.field(
        default=None,
        description="What the payment is called where it was made. At most 200 characters.",
    )
    paid_as: MoneyInput | None = strawberry.field(
        default=None,
        description="What really changed hands, if in another currency: the rate follows and is kept.",
    )

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
            external_ref=self.external_ref,
            paid_as=self.paid_as.to_domain() if self.paid_as else None,
        )


@strawberry.input(
    description="Changes to a settlement. What is left out stays; null empties. Its recorder answers a "
    "dispute by an edit; another amount has to be confirmed anew."
)
class UpdateSettlementInput:
    settlement_id: relay.GlobalID = strawberry.field(description="Which settlement.")
    if_version: BigInt = strawberry.field(description="The version that you have seen.")
    amount_minor: BigInt | None = strawberry.field(
        default=None,
        description="In minor units of its currency; `paidAs` follows at the kept rate.",
    )
    day: date | None = strawberry.field(default=None, description="When it was paid.")
    method: SettlementMethod | None = strawberry.field(default=None, description="How it was paid.")
    note: strawberry.Maybe[str | None] = strawberry.field(description="At most 2000 characters.")
    external_ref: strawberry.Maybe[str | None] = strawberry.field(
        description="At most 200 characters."
    )

    def to_domain(self) -> PaymentChanges:
        return PaymentChanges(
            amount_minor=self.amount_minor,
            day=self.day,
            method=self.method,
            note=To(self.note.value) if self.note else None,
            external_ref=To(self.external_ref.value) if self.external_ref else None,
        )


@strawberry.input(description="The payee says that the money came.")
class ConfirmSettlementInput:
    settlement_id: relay.GlobalID = strawberry.field(description="Which settlement.")
    if_version: BigInt = strawberry.field(description="The version that you have seen.")


@strawberry.input(description="Payer or payee says what is wrong.")
class DisputeSettlementInput:
    settlement_id: relay.GlobalID = strawberry.field(description="Which settlement.")
    if_version: BigInt = strawberry.field(description="The version that you have seen.")
    reason: str = strawberry.field(description="At most 500 characters.")


SettlementResult = Annotated[
    Settlement | Invalid | NotFound | Forbidden | Conflict, strawberry.union("SettlementResult")
]
