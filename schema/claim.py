from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry import relay
from strawberry.types.lazy_type import LazyType

from domain import claiming, money, split
from domain.claiming import Claimable, Claims, Closing, NewClaiming, Offer
from domain.errors import Invalid as InvalidRefusal
from models.claim import Claiming as ClaimingRow
from models.claim import ClaimingStatus
from schema.context import Info
from schema.expense import Expense
from schema.ids import row_id
from schema.member import Member, member
from schema.money import Money, MoneyInput
from schema.refusals import Conflict, Forbidden, Invalid, NotFound
from schema.scalars import BigInt
from schema.split import HeaderAdjustment, adjustments_shown
from schema.split_input import (
    MINOR,
    HeaderAdjustmentInput,
    PartInput,
    ProportionsInput,
    amounts,
)

_RECEIPT: LazyType[Any, Any] = LazyType("Receipt", "schema.receipt")  # which knows its claiming

strawberry.enum(
    ClaimingStatus,
    description="OPEN: members claim. CLOSED: it has become an expense. CANCELLED: it came to nothing.",
)


class LineNamedTwice(InvalidRefusal):
    code = "LINE_NAMED_TWICE"


@strawberry.type(description="How many parts of a line a member has.")
class Claim:
    parts: int = strawberry.field(description="How many parts or, of a shared line, shares.")
    member_id: strawberry.Private[UUID]

    @strawberry.field(description="Who.")
    async def member(self, info: Info) -> Member:
        return await member(info, self.member_id)


@strawberry.type(description="A line of a receipt that is claimed.")
class ClaimLine:
    line: int = strawberry.field(description="Its place from the top, from 0.")
    title: str = strawberry.field(description="What it was.")
    amount: Money = strawberry.field(description="What all of it costs.")
    quantity: Decimal | None = strawberry.field(description="How many or how much.")
    unit_price_minor: BigInt | None = strawberry.field(description="The price of one. " + MINOR)
    tax_class: str | None = strawberry.field(description="What an adjustment may name it by.")
    parts: int | None = strawberry.field(
        description="How many parts it has. Null: whoever claims shares it, by the shares that they claim."
    )
    left: int | None = strawberry.field(
        description="How many parts nobody has; null of a shared line."
    )
    claims: list[Claim] = strawberry.field(description="Who has it, by member.")

    @staticmethod
    def of(
        place: int, claimable: Claimable, claims: Mapping[UUID, int], currency: str
    ) -> "ClaimLine":
        line, unit = claimable.line, claimable.line.unit_price_minor
        return ClaimLine(
            line=place,
            title=line.title,
            amount=Money.of(money.Money(line.amount_minor, currency)),
            quantity=line.quantity,
            unit_price_minor=None if unit is None else BigInt(unit),
            tax_class=line.tax_class,
            parts=claimable.parts,
            left=claimable.left(claims),
            claims=[Claim(parts=parts, member_id=who) for who, parts in claims.items()],
        )


@strawberry.type(description="What a member would owe if it were closed now.")
class ClaimDue:
    amount: Money = strawberry.field(description="Their lines with tax, tip and discounts.")
    member_id: strawberry.Private[UUID]

    @strawberry.field(description="Who.")
    async def member(self, info: Info) -> Member:
        return await member(info, self.member_id)


@strawberry.type(
    description="A receipt whose lines the members of a group claim, until it is closed into an expense."
)
class Claiming(relay.Node):
    id: relay.NodeID[UUID]
    status: ClaimingStatus = strawberry.field(description="Whether members still claim.")
    amount: Money = strawberry.field(description="What the receipt comes to in all.")
    merchant: str | None = strawberry.field(description="Who sold it, as it was read.")
    adjustments: list[HeaderAdjustment] = strawberry.field(
        description="Tax, tip, discounts and the like: they follow what is claimed."
    )
    opened_at: datetime = strawberry.field(description="Since when.")
    version: BigInt = strawberry.field(description="Grows with every change and every claim.")
    row: strawberry.Private[ClaimingRow]

    @strawberry.field(description="Line by line, from the top.")
    async def lines(self, info: Info) -> list[ClaimLine]:
        claims = await self._claims(info)
        return [
            ClaimLine.of(place, claimable, claims.get(place, {}), self.row.currency)
            for place, claimable in enumerate(self.row.offer.lines)
        ]

    @strawberry.field(
        description="What each who claims anything would owe, exactly but for who gets an odd cent."
    )
    async def dues(self, info: Info) -> list[ClaimDue]:
        dues = self.row.offer.dues(await self._claims(info), self.id)
        return [
            ClaimDue(amount=Money.of(due), member_id=who)
            for who, due in dues.items()
            if who != claiming.NOBODY
        ]

    @strawberry.field(description="What is nobody's yet, its tax and tip included.")
    async def unclaimed(self, info: Info) -> Money:
        dues = self.row.offer.dues(await self._claims(info), self.id)
        return Money.of(dues.get(claiming.NOBODY, money.Money(0, self.row.currency)))

    @strawberry.field(graphql_type=_RECEIPT, description="The receipt.")
    async def receipt(self, info: Info) -> relay.Node:
        receipt = await info.context.loaders.node.load(("Receipt", self.row.receipt_id))
        assert receipt is not None, "who sees a claiming sees its receipt"
        return receipt

    @strawberry.field(
        description="Who opened it, unless their account is gone. They and admins may close and cancel it."
    )
    async def opened_by(self, info: Info) -> Member | None:
        seats = await info.context.loaders.members_of_ledger.load(self.row.ledger_id)
        theirs = (seat for seat in seats if seat.user_id == self.row.opened_by)
        return next((Member.of(seat) for seat in theirs), None)

    @strawberry.field(description="The expense that it was closed into.")
    async def expense(self, info: Info) -> Expense | None:
        if self.row.expense_id is None:
            return None
        node = await info.context.loaders.node.load(("Expense", self.row.expense_id))
        return node if isinstance(node, Expense) else None

    async def _claims(self, info: Info) -> Claims:
        return await info.context.loaders.claims.load(self.id)

    @staticmethod
    def of(row: ClaimingRow) -> "Claiming":
        return Claiming(
            id=row.id,
            status=row.status,
            amount=Money.of(money.Money(row.amount_minor, row.currency)),
            merchant=row.merchant,
            adjustments=adjustments_shown(row.offer.adjustments),
            opened_at=row.created_at,
            version=BigInt(row.version),
            row=row,
        )


@strawberry.input(description="A line that can be claimed.")
class ClaimLineInput:
    title: str = strawberry.field(description="At most 200 characters.")
    amount_minor: BigInt = strawberry.field(description="What all of it costs. " + MINOR)
    quantity: Decimal | None = strawberry.field(
        default=None, description="How many or how much, with at most 6 decimals."
    )
    unit_price_minor: BigInt | None = strawberry.field(
        default=None, description="The price of one. " + MINOR
    )
    tax_class: str | None = strawberry.field(
        default=None, description="At most 50 characters, for adjustments to name it by."
    )
    parts: int | None = strawberry.field(
        default=None,
        description="How many parts it has, 1 to 1000. Left out: its quantity, if that is a whole number "
        "above 1; else whoever claims shares it.",
    )

    def to_domain(self) -> Claimable:
        line = split.Line(
            self.title, self.amount_minor, self.quantity, self.unit_price_minor, self.tax_class
        )
        return Claimable.of(line, self.parts)


@strawberry.input(description="What can be claimed, where it was not read rightly.")
class ClaimOfferInput:
    total: MoneyInput = strawberry.field(description="What the receipt comes to in all.")
    lines: list[ClaimLineInput] = strawberry.field(description="At most 200.")
    adjustments: list[HeaderAdjustmentInput] = strawberry.field(
        default_factory=list, description="At most 20 taxes, tips, discounts and the like."
    )

    def to_domain(self) -> Offer:
        """Refuses: `SpreadIncomplete`, `NotFound` for ids that are no member's."""
        return Offer(
            self.total.to_domain(),
            tuple(line.to_domain() for line in self.lines),
            tuple(adjustment.to_domain() for adjustment in self.adjustments),
        )


@strawberry.input(description="A receipt of a group to be claimed line by line.")
class OpenClaimingInput:
    id: UUID = strawberry.field(description="A UUID of version 7 of your own: repeating is safe.")
    receipt_id: relay.GlobalID = strawberry.field(description="Which receipt.")
    offer: ClaimOfferInput | None = strawberry.field(
        default=None, description="Its lines, total, tax and tip. Left out: as they were read."
    )

    def to_domain(self) -> NewClaiming:
        offer = self.offer.to_domain() if self.offer else None
        return NewClaiming(self.id, row_id(self.receipt_id, "Receipt"), offer)


@strawberry.input(description="How many parts of one line.")
class LinePartsInput:
    line: int = strawberry.field(description="Its place from the top, from 0.")
    parts: int = strawberry.field(description="So many from now on, at most 1000; 0 for none.")


@strawberry.input(description="What somebody had: other lines stay as they are.")
class ClaimLinesInput:
    claiming_id: relay.GlobalID = strawberry.field(description="Of which claiming.")
    lines: list[LinePartsInput] = strawberry.field(description="How much of which lines.")
    member_id: relay.GlobalID | None = strawberry.field(
        default=None,
        description="For this member, who cannot claim: a placeholder or a VIEWER. Left out: for you.",
    )
    if_version: BigInt | None = strawberry.field(
        default=None,
        description="The version that you have seen. Refused if these claims have changed since; those of "
        "others may.",
    )

    def parts(self) -> dict[int, int]:
        """By line. Refuses: `LineNamedTwice`."""
        parts = {each.line: each.parts for each in self.lines}
        if len(parts) < len(self.lines):
            raise LineNamedTwice("A line is named twice.", path=("lines",))
        return parts


@strawberry.input(description="The expense that a claiming becomes.")
class CloseClaimingInput:
    claiming_id: relay.GlobalID = strawberry.field(description="Which claiming.")
    if_version: BigInt = strawberry.field(description="The version that you have seen.")
    expense_id: UUID = strawberry.field(
        description="A UUID of version 7 of your own for the expense: repeating is safe."
    )
    day: date = strawberry.field(description="When it was spent.")
    remainder: ProportionsInput | None = strawberry.field(
        default=None,
        description="Who shares what nobody has claimed. Left out: all members equally.",
    )
    only_if_claimed: bool = strawberry.field(
        default=False, description="Refuse while anything is nobody's."
    )
    paid_by: list[PartInput] | None = strawberry.field(
        default=None, description="Who put in how many minor units. Left out: you did."
    )
    category_id: relay.GlobalID | None = strawberry.field(default=None, description="For what.")
    merchant: str | None = strawberry.field(default=None, description="At most 200 characters.")
    note: str | None = strawberry.field(default=None, description="At most 2000 characters.")
    tags: list[str] = strawberry.field(
        default_factory=list, description="At most 20 free words of at most 50 characters."
    )

    def to_domain(self) -> Closing:
        """Refuses: `MemberNamedTwice`, `NotFound` for ids that are no member's."""
        return Closing(
            expense_id=self.expense_id,
            day=self.day,
            remainder=self.remainder.to_domain() if self.remainder else None,
            only_if_claimed=self.only_if_claimed,
            paid_by=None if self.paid_by is None else amounts(self.paid_by, path="paidBy"),
            category_id=row_id(self.category_id, "Category") if self.category_id else None,
            merchant=self.merchant,
            note=self.note,
            tags=self.tags,
        )


ClaimingResult = Annotated[
    Claiming | Invalid | NotFound | Forbidden | Conflict, strawberry.union("ClaimingResult")
]
