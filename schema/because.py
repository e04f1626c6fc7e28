"""The why of balances and debts: the facts that they are made of, line by line."""

from datetime import date
from typing import Annotated, Any, Union
from uuid import UUID

import strawberry
from strawberry import relay
from strawberry.types.lazy_type import LazyType

from domain import money
from domain.because import BalanceKey, FactKey, PairKey
from domain.because import BalanceLine as Line
from domain.because import DebtLine as DebtPart
from domain.pages import Page, Slice
from models.expense import Debt as DebtRow
from schema.context import Info
from schema.member import Member, member_edge
from schema.money import Money
from schema.pages import page_info

First = Annotated[int, strawberry.argument(description="How many, up to 100.")]
After = Annotated[str | None, strawberry.argument(description="The cursor to go on from.")]

_EXPENSE: LazyType[Any, Any] = LazyType("Expense", "schema.expense")  # which knows its debts
_SETTLEMENT: LazyType[Any, Any] = LazyType("Settlement", "schema.settlement")
_CONVERSION: LazyType[Any, Any] = LazyType("Conversion", "schema.conversion")
_FACT: Any = Annotated[
    Union[_EXPENSE, _SETTLEMENT, _CONVERSION],  # noqa: UP007 - made when this module runs
    strawberry.union("Fact", description="What moves balances."),
]


async def _fact(info: Info, key: FactKey) -> relay.Node:
    found = await info.context.loaders.node.load(key)
    assert found is not None, "who sees a balance sees what it is made of"
    return found


@strawberry.type(description="What one expense, settlement or conversion does to a balance.")
class BalanceLine:
    day: date = strawberry.field(description="The day it is of.")
    paid: Money = strawberry.field(description="What the member put in by it.")
    owed: Money = strawberry.field(description="What is theirs to pay by it.")
    contribution: Money = strawberry.field(
        description="Paid minus owed. All lines sum to the balance."
    )
    running_sum: Money = strawberry.field(
        description="The balance with this line and all earlier ones; the first line's is the whole."
    )
    odd_units: str = strawberry.field(
        description="How much more than their exact part the member owes, in minor units, as a fraction "
        "such as 2/3 or -1/3: nobody can pay a part of a cent. 0 where nothing was rounded."
    )
    fact_key: strawberry.Private[FactKey]

    @strawberry.field(graphql_type=_FACT, description="What it was.")
    async def fact(self, info: Info) -> relay.Node:
        return await _fact(info, self.fact_key)

    @staticmethod
    def of(line: Line) -> "BalanceLine":
        return BalanceLine(
            day=line.day,
            paid=Money.of(line.paid),
            owed=Money.of(line.owed),
            contribution=Money.of(line.paid + -line.owed),
            running_sum=Money.of(line.running),
            odd_units=str(line.odd_units),
            fact_key=line.fact,
        )


@strawberry.type(description="A line and its place.")
class BalanceLineEdge:
    cursor: str = strawberry.field(description="What `after` takes to go on from here.")
    node: BalanceLine = strawberry.field(description="The line.")


@strawberry.type(description="What a balance is made of, newest day first.")
class BalanceLineConnection:
    edges: list[BalanceLineEdge] = strawberry.field(description="The lines of this page.")
    page_info: relay.PageInfo = strawberry.field(description="Whether there are more.")

    @staticmethod
    def over(page: Page[Line]) -> "BalanceLineConnection":
        edges = [
            BalanceLineEdge(cursor=cursor, node=BalanceLine.of(row)) for cursor, row in page.rows
        ]
        return BalanceLineConnection(edges=edges, page_info=page_info(page))


async def balance_lines(
    info: Info, key: BalanceKey, first: int, after: str | None
) -> BalanceLineConnection:
    wanted = key, Slice.of(first, after)
    return BalanceLineConnection.over(await info.context.loaders.because_of_balance.load(wanted))


@strawberry.type(
    description="What one expense, settlement or conversion adds to a debt between two."
)
class DebtLine:
    day: date = strawberry.field(description="The day it is of.")
    contribution: Money = strawberry.field(
        description="Negative for what goes the other way. All lines sum to the debt."
    )
    running_sum: Money = strawberry.field(
        description="The debt with this line and all earlier ones; the first line's is the whole."
    )
    fact_key: strawberry.Private[FactKey]

    @strawberry.field(graphql_type=_FACT, description="What it was.")
    async def fact(self, info: Info) -> relay.Node:
        return await _fact(info, self.fact_key)

    @staticmethod
    def of(line: DebtPart) -> "DebtLine":
        return DebtLine(
            day=line.day,
            contribution=Money.of(line.contribution),
            running_sum=Money.of(line.running),
            fact_key=line.fact,
        )


@strawberry.type(description="A line and its place.")
class DebtLineEdge:
    cursor: str = strawberry.field(description="What `after` takes to go on from here.")
    node: DebtLine = strawberry.field(description="The line.")


@strawberry.type(description="What a debt between two members is made of, newest day first.")
class DebtLineConnection:
    edges: list[DebtLineEdge] = strawberry.field(description="The lines of this page.")
    page_info: relay.PageInfo = strawberry.field(description="Whether there are more.")

    @staticmethod
    def over(page: Page[DebtPart]) -> "DebtLineConnection":
        edges = [DebtLineEdge(cursor=cursor, node=DebtLine.of(row)) for cursor, row in page.rows]
        return DebtLineConnection(edges=edges, page_info=page_info(page))


async def debt_lines(info: Info, key: PairKey, first: int, after: str | None) -> DebtLineConnection:
    wanted = key, Slice.of(first, after)
    return DebtLineConnection.over(await info.context.loaders.because_of_debt.load(wanted))


@strawberry.type(description="Two neighbours on a route.")
class RouteStep:
    owed: Money = strawberry.field(
        description="What the debtor owes the creditor, pair by pair. Less than the route's amount where "
        "another transfer of the plan goes from the creditor to the debtor instead."
    )
    within_subgroup: bool = strawberry.field(
        description="Whether they settle as one: then nothing has to be owed between them."
    )
    key: strawberry.Private[PairKey]

    debtor: Member = member_edge(by="key.debtor_id", description="Who owes.")

    creditor: Member = member_edge(by="key.creditor_id", description="Whom they owe.")

    @strawberry.field(description="What that is made of.")
    async def because(
        self, info: Info, first: First = 50, after: After = None
    ) -> DebtLineConnection:
        return await debt_lines(info, self.key, first, after)


@strawberry.type(
    description="A chain of debts that a transfer cuts short: from its payer to its payee, all cancelled."
)
class Route:
    amount: Money = strawberry.field(description="How much of the transfer goes this way.")
    steps: list[RouteStep] = strawberry.field(
        description="In order; a single one if the payer owes the payee."
    )


@strawberry.type(description="Why a transfer is suggested.")
class TransferReason:
    routes: list[Route] = strawberry.field(
        description="Which debts it cancels; together they carry its amount."
    )
    key: strawberry.Private[PairKey]

    @strawberry.field(
        description="Everything between its payer and its payee, in both directions: what the one owes "
        "the other, pair by pair."
    )
    async def between(
        self, info: Info, first: First = 50, after: After = None
    ) -> DebtLineConnection:
        return await debt_lines(info, self.key, first, after)

    @strawberry.field(description="What the payer's own whole balance is made of.")
    async def payer(
        self, info: Info, first: First = 50, after: After = None
    ) -> BalanceLineConnection:
        key = BalanceKey(self.key.ledger_id, self.key.debtor_id, self.key.currency)
        return await balance_lines(info, key, first, after)

    @strawberry.field(description="What the payee's own whole balance is made of.")
    async def payee(
        self, info: Info, first: First = 50, after: After = None
    ) -> BalanceLineConnection:
        key = BalanceKey(self.key.ledger_id, self.key.creditor_id, self.key.currency)
        return await balance_lines(info, key, first, after)


@strawberry.type(description="What one member owes another by one fact.")
class DirectedDebt:
    amount: Money = strawberry.field(description="How much, always more than nothing.")
    debtor_id: strawberry.Private[UUID]
    creditor_id: strawberry.Private[UUID]

    debtor: Member = member_edge(by="debtor_id", description="Who owes.")

    creditor: Member = member_edge(by="creditor_id", description="Whom they owe.")

    @staticmethod
    def of(row: DebtRow) -> "DirectedDebt":
        return DirectedDebt(
            amount=Money.of(money.Money(row.minor, row.currency)),
            debtor_id=row.debtor_id,
            creditor_id=row.creditor_id,
        )
