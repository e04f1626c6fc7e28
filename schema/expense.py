from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry import relay
from strawberry.types.lazy_type import LazyType

from core.loader import Known
from domain import split, text
from domain.expense import Bill, Changes, Draft, Source, To
from domain.listing import ExpenseFilter, ExpenseOrder
from domain.pages import Page
from models.expense import Entry as EntryRow
from models.expense import Expense as ExpenseRow
from schema.because import DirectedDebt
from schema.category import Category
from schema.columns import column
from schema.context import Info
from schema.dispute import Dispute
from schema.edges import each, edge
from schema.ids import row_id
from schema.ledger import Ledger
from schema.member import Member, member_edge
from schema.money import Money, MoneyInput, money_shown
from schema.pages import page_info
from schema.refusals import Conflict, Forbidden, Invalid, NotFound
from schema.scalars import BigInt, CurrencyCode
from schema.split import Split, shown
from schema.split_input import PartInput, SplitInput, amounts
from schema.topic import Topic

_RECEIPT: LazyType[Any, Any] = LazyType("Receipt", "schema.receipt")  # which knows its expense

strawberry.enum(Source, description="How an expense came to be.")
strawberry.enum(ExpenseOrder, description="By day, by amount, or by when it was added.")


@strawberry.type(description="What one member paid and owes by one expense.")
class Share:
    row: strawberry.Private[EntryRow]

    paid: Money = money_shown("paid_minor", description="What they put in.")
    owed: Money = money_shown("owed_minor", description="What is theirs to pay.")
    spare_minor: BigInt = column(
        "spare_minor",
        description="The odd cent within it, if they got one of those that did not divide evenly: 1 or 0.",
    )
    member: Member = member_edge(by="row.member_id", brought="member", description="Whose share.")

    @staticmethod
    def of(row: EntryRow) -> "Share":
        return Share(row=row)


@strawberry.type(description="Money that was spent, in a personal ledger or a group's.")
class Expense(Topic):
    id: relay.NodeID[UUID]
    row: strawberry.Private[ExpenseRow]
    entries: strawberry.Private[UUID | Known[Sequence[Any]]]

    amount: Money = money_shown("amount_minor", description="The total; negative for a refund.")
    merchant: str | None = column("merchant", description="Where it was spent.")
    note: str | None = column("note", description="Whatever somebody wrote beside it.")
    day: date = column("day", description="When it was spent.")
    tags: list[str] = column("tags", description="Free words, in alphabetical order.")
    source: Source = column("source", description="How it came to be.")
    created_at: datetime = column("created_at", description="When it was recorded.")
    deleted_at: datetime | None = column(
        "deleted_at", description="When it was put aside, if it was."
    )
    version: BigInt = column("version", description="Grows with every change.")
    ledger: Ledger = edge(
        "ledgers",
        Ledger.of,
        by="ledger_id",
        description="Where it belongs.",
    )
    category: Category | None = edge(
        "categories",
        Category.maybe,
        by="row.category_id",
        description="What it was for.",
    )
    shares: list[Share] = edge(
        "entries_of_expense",
        each(Share.of),
        by="entries",
        description="What follows from payers and split, per member; none once deleted.",
    )
    debts: list[DirectedDebt] = edge(
        "debts_of_expense",
        each(DirectedDebt.of),
        by="id",
        description="Who owes whom how much by it; none once deleted.",
    )

    @strawberry.field(graphql_type=_RECEIPT | None, description="What it was read from, if so.")
    async def receipt(self, info: Info) -> relay.Node | None:
        return await info.context.loaders.node.load(("Receipt", self.row.receipt_id))

    @strawberry.field(description="How it is split, as it was agreed.")
    def split(self) -> Split:
        return shown(split.restored(self.row.split))

    @strawberry.field(
        description="Who says that it is wrong, and why. Balances stay; another cost ends all of them."
    )
    def disputes(self) -> list[Dispute]:
        reasons = self.row.disputes or {}
        return Dispute.all_of({UUID(who): reason for who, reason in reasons.items()})

    @staticmethod
    def of(row: ExpenseRow, entries: Sequence[Any] | None = None) -> "Expense":
        """`entries` in their order, where nobody need read them."""
        return Expense(id=row.id, row=row, entries=row.id if entries is None else Known(entries))


@strawberry.type(description="Expenses, page by page.")
class ExpenseConnection(relay.Connection[Expense]):
    filter: strawberry.Private[ExpenseFilter]

    @strawberry.field(
        description="What everything that the filter lets through sums to, per currency."
    )
    async def totals(self, info: Info) -> list[Money]:
        found = await info.context.loaders.totals_of_filter.load(self.filter)
        return [Money.of(total) for total in found]

    @staticmethod
    def over(page: Page[ExpenseRow], filter: ExpenseFilter) -> "ExpenseConnection":
        edges = [relay.Edge(cursor=cursor, node=Expense.of(row)) for cursor, row in page.rows]
        return ExpenseConnection(edges=edges, page_info=page_info(page), filter=filter)


@strawberry.input(description="Conditions that all hold; what is left out asks nothing.")
class ExpenseFilterInput:
    ledger_id: relay.GlobalID | None = strawberry.field(
        default=None, description="In this ledger; else in all of yours."
    )
    member_id: relay.GlobalID | None = strawberry.field(
        default=None, description="This member paid or owes a part."
    )
    category_id: relay.GlobalID | None = strawberry.field(
        default=None, description="For this, or something below it."
    )
    from_day: date | None = strawberry.field(default=None, description="On this day or later.")
    before_day: date | None = strawberry.field(default=None, description="Before this day.")
    at_least_minor: BigInt | None = strawberry.field(
        default=None, description="This many minor units or more."
    )
    at_most_minor: BigInt | None = strawberry.field(
        default=None, description="This many minor units or fewer."
    )
    currency: CurrencyCode | None = strawberry.field(default=None, description="In this currency.")
    text: str | None = strawberry.field(
        default=None, description="Merchant or note has this, whatever the case."
    )
    source: Source | None = strawberry.field(default=None, description="Came to be in this way.")
    has_receipt: bool | None = strawberry.field(
        default=None, description="With a receipt, or without one."
    )
    deleted: bool = strawberry.field(
        default=False, description="Those that were deleted, instead of those that were not."
    )

    def to_domain(self) -> ExpenseFilter:
        return ExpenseFilter(
            ledger_id=_row(self.ledger_id, "Ledger"),
            member_id=_row(self.member_id, "Member"),
            category_id=_row(self.category_id, "Category"),
            from_day=self.from_day,
            before_day=self.before_day,
            at_least_minor=self.at_least_minor,
            at_most_minor=self.at_most_minor,
            currency=self.currency,
            text=text.optional(self.text, "text", limit=200),
            source=self.source,
            has_receipt=self.has_receipt,
            deleted=self.deleted,
        )


def _row(id: relay.GlobalID | None, type_name: str) -> UUID | None:
    return row_id(id, type_name) if id else None


@strawberry.input(description="What it cost. What goes without saying may be left out.")
class BillInput:
    amount: MoneyInput = strawberry.field(description="The total; negative for a refund.")
    paid_by: list[PartInput] | None = strawberry.field(
        default=None,
        description="Who put in how many minor units. Left out: you did, or who did before an edit.",
    )
    split: SplitInput | None = strawberry.field(
        default=None,
        description="Who owes which part. Left out: as the nearest default says, else all members equally; "
        "or as before an edit.",
    )

    def to_domain(self) -> Bill:
        return Bill(
            amount=self.amount.to_domain(),
            paid_by=None if self.paid_by is None else amounts(self.paid_by, path="paidBy"),
            split=self.split.to_domain() if self.split else None,
        )


@strawberry.input(description="A new expense.")
class CreateExpenseInput:
    id: UUID = strawberry.field(description="A UUID of version 7 of your own: repeating is safe.")
    ledger_id: relay.GlobalID = strawberry.field(description="Where it belongs.")
    bill: BillInput = strawberry.field(description="What it cost.")
    day: date = strawberry.field(description="When it was spent.")
    category_id: relay.GlobalID | None = strawberry.field(default=None, description="For what.")
    merchant: str | None = strawberry.field(default=None, description="At most 200 characters.")
    note: str | None = strawberry.field(default=None, description="At most 2000 characters.")
    tags: list[str] = strawberry.field(
        default_factory=list, description="At most 20 free words of at most 50 characters."
    )
    source: Source = strawberry.field(default=Source.MANUAL, description="How it came to be.")
    unless_duplicate: bool = strawberry.field(
        default=False,
        description="Refuse it as POSSIBLE_DUPLICATE where an expense stands with the same day, amount, "
        "payers, merchant and note. Ask again without this, under the same id, if it is meant.",
    )

    def to_domain(self) -> Draft:
        return Draft(
            id=self.id,
            ledger_id=row_id(self.ledger_id, "Ledger"),
            bill=self.bill.to_domain(),
            day=self.day,
            category_id=_row(self.category_id, "Category"),
            merchant=self.merchant,
            note=self.note,
            tags=self.tags,
            source=self.source,
        )


@strawberry.input(description="Changes to an expense. What is left out stays; null empties.")
class UpdateExpenseInput:
    expense_id: relay.GlobalID = strawberry.field(description="Which expense.")
    if_version: BigInt = strawberry.field(description="The version that you have seen.")
    bill: BillInput | None = strawberry.field(default=None, description="What it cost.")
    day: date | None = strawberry.field(default=None, description="When it was spent.")
    category_id: strawberry.Maybe[relay.GlobalID | None] = strawberry.field(description="For what.")
    merchant: strawberry.Maybe[str | None] = strawberry.field(description="At most 200 characters.")
    note: strawberry.Maybe[str | None] = strawberry.field(description="At most 2000 characters.")
    tags: list[str] | None = strawberry.field(
        default=None, description="At most 20 free words of at most 50 characters."
    )

    def to_domain(self) -> Changes:
        return Changes(
            bill=self.bill.to_domain() if self.bill else None,
            day=self.day,
            category_id=To(_row(self.category_id.value, "Category")) if self.category_id else None,
            merchant=To(self.merchant.value) if self.merchant else None,
            note=To(self.note.value) if self.note else None,
            tags=self.tags,
        )


@strawberry.input(description="You say what is wrong with an expense that you are part of.")
class DisputeExpenseInput:
    expense_id: relay.GlobalID = strawberry.field(description="Which expense.")
    if_version: BigInt = strawberry.field(description="The version that you have seen.")
    reason: str = strawberry.field(description="At most 500 characters. It replaces your last one.")


@strawberry.input(description="You dispute an expense no more.")
class WithdrawDisputeInput:
    expense_id: relay.GlobalID = strawberry.field(description="Which expense.")
    if_version: BigInt = strawberry.field(description="The version that you have seen.")


ExpenseResult = Annotated[
    Expense | Invalid | NotFound | Forbidden | Conflict, strawberry.union("ExpenseResult")
]
