from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from domain import budget, money
from domain.budget import Alert, Changes, Draft, Standing
from domain.pages import Page
from domain.period import PeriodKind
from models.budget import Budget as BudgetRow
from models.event import Event
from schema.category import Category
from schema.context import Info
from schema.ids import row_id
from schema.money import Money, MoneyInput
from schema.pages import page_info
from schema.refusals import Conflict, Invalid, NotFound
from schema.scalars import BigInt

strawberry.enum(
    PeriodKind,
    name="BudgetPeriod",
    description="How often a budget starts anew: on Mondays, on the first of the month or of the year.",
)


@strawberry.type(
    description="How a budget stands in one period. Spent is your share of every expense, alone or in "
    "groups, whoever paid it; refunds subtract; settlements do not count."
)
class BudgetStatus:
    period_start: date = strawberry.field(description="The period's first day.")
    period_end: date = strawberry.field(description="The day after the period's last.")
    amount: Money = strawberry.field(description="What is meant to be spent.")
    spent: Money = strawberry.field(
        description="What is spent, days to come of the period included, in the budget's currency."
    )
    remaining: Money = strawberry.field(
        description="Amount minus spent: negative once it is too much."
    )
    percent: BigInt = strawberry.field(
        description="Spent in percent of the amount, rounded down; may pass 100, or be negative."
    )
    projected: Money = strawberry.field(
        description="What will be spent when the period ends: at the pace so far, leaning on the last six "
        "periods the more, the less of this one has passed."
    )
    uncounted: list[Money] = strawberry.field(
        description="Spending that would belong here but is in other currencies. It is in no other "
        "figure of this status, because nothing is converted."
    )

    @staticmethod
    def of(standing: Standing) -> "BudgetStatus":
        return BudgetStatus(
            period_start=standing.period.start,
            period_end=standing.period.end,
            amount=Money.of(standing.amount),
            spent=Money.of(standing.spent),
            remaining=Money.of(standing.remaining),
            percent=BigInt(standing.percent),
            projected=Money.of(standing.projected),
            uncounted=[Money.of(amount) for amount in standing.uncounted],
        )


On = Annotated[
    date | None,
    strawberry.argument(
        description="A day of the period to look at. Without it: today, where you live."
    ),
]


@strawberry.type(description="How much you mean to spend per period. Nobody else sees it.")
class Budget(relay.Node):
    id: relay.NodeID[UUID]
    name: str = strawberry.field(description="What you call it.")
    amount: Money = strawberry.field(description="What is meant to be spent per period.")
    period: PeriodKind = strawberry.field(description="How often it starts anew.")
    thresholds: list[int] = strawberry.field(
        description="Percents of the amount that alert you when reached, ascending."
    )
    deleted: bool = strawberry.field(description="Whether it was deleted: it alerts no more.")
    version: BigInt = strawberry.field(description="Grows with every change.")
    category_ids: strawberry.Private[list[UUID]]

    @strawberry.field(
        description="What it is for, subcategories included. None at all means all spending."
    )
    async def categories(self, info: Info) -> list[Category]:
        rows = await info.context.loaders.categories.load_many(self.category_ids)
        return [Category.of(row) for row in rows if row]

    @strawberry.field(description="How it stands in one period.")
    async def status(self, info: Info, on: On = None) -> BudgetStatus | None:
        standing = await info.context.loaders.standings.load((self.id, on))
        return BudgetStatus.of(standing) if standing else None

    @staticmethod
    def of(row: BudgetRow) -> "Budget":
        return Budget(
            id=row.id,
            name=row.name,
            amount=Money.of(money.Money(row.amount_minor, row.currency)),
            period=row.period,
            thresholds=row.thresholds,
            deleted=row.deleted_at is not None,
            version=BigInt(row.version),
            category_ids=row.category_ids,
        )


@strawberry.type(
    description="Spending has reached a threshold of a budget: once per budget, period and threshold. "
    "The figures are those of that moment."
)
class BudgetAlert:
    seq: BigInt = strawberry.field(
        description="Its number in your own log: subscribe with `after: seq` to hear what follows."
    )
    at: datetime = strawberry.field(description="When it was noticed.")
    name: str = strawberry.field(description="The budget's name.")
    threshold: int = strawberry.field(description="Percent of the amount that was reached.")
    spent: Money = strawberry.field(description="What was spent.")
    amount: Money = strawberry.field(description="What was meant to be spent.")
    period_start: date = strawberry.field(description="The period's first day.")
    period_end: date = strawberry.field(description="The day after the period's last.")
    budget_id: strawberry.Private[UUID]

    @strawberry.field(description="The budget as it is now.")
    async def budget(self, info: Info) -> Budget | None:
        row = await info.context.loaders.budgets.load(self.budget_id)
        return Budget.of(row) if row else None

    @staticmethod
    def of(row: Event) -> "BudgetAlert":
        assert row.after is not None, "an alert's event says what happened"
        return BudgetAlert.told(budget.restored(row.after), seq=row.seq, at=row.at)

    @staticmethod
    def told(alert: Alert, *, seq: int, at: datetime) -> "BudgetAlert":
        return BudgetAlert(
            seq=BigInt(seq),
            at=at,
            name=alert.name,
            threshold=alert.threshold,
            spent=Money.of(alert.spent),
            amount=Money.of(alert.amount),
            period_start=alert.period.start,
            period_end=alert.period.end,
            budget_id=alert.budget_id,
        )


@strawberry.type(description="Your budgets, by name.")
class BudgetConnection(relay.Connection[Budget]):
    @staticmethod
    def over(page: Page[BudgetRow]) -> "BudgetConnection":
        edges = [relay.Edge(cursor=cursor, node=Budget.of(row)) for cursor, row in page.rows]
        return BudgetConnection(edges=edges, page_info=page_info(page))


@strawberry.input(
    description="A new budget. What is spent already alerts nobody: only what comes after it does."
)
class CreateBudgetInput:
    id: UUID = strawberry.field(description="A UUID of version 7 of your own: repeating is safe.")
    name: str = strawberry.field(description="At most 100 characters.")
    amount: MoneyInput = strawberry.field(description="More than nothing, per period.")
    period: PeriodKind = strawberry.field(description="How often it starts anew.")
    category_ids: list[relay.GlobalID] = strawberry.field(
        default_factory=list,
        description="What it is for, subcategories included. None at all means all spending.",
    )
    thresholds: list[int] = strawberry.field(
        default_factory=lambda: list(budget.DEFAULT_THRESHOLDS),
        description="Percents of the amount that alert you when reached: up to 10, from 1 to 1000.",
    )

    def to_domain(self) -> Draft:
        return Draft(
            id=self.id,
            name=self.name,
            amount=self.amount.to_domain(),
            period=self.period,
            category_ids=[row_id(one, "Category") for one in self.category_ids],
            thresholds=self.thresholds,
        )


@strawberry.input(
    description="Changes to a budget. What is left out or null stays. What is spent already alerts nobody, "
    "even where the change puts it above a threshold."
)
class UpdateBudgetInput:
    budget_id: relay.GlobalID = strawberry.field(description="Which budget.")
    if_version: BigInt = strawberry.field(description="The version that you have seen.")
    name: str | None = strawberry.field(default=None, description="At most 100 characters.")
    amount: MoneyInput | None = strawberry.field(
        default=None, description="More than nothing, per period."
    )
    period: PeriodKind | None = strawberry.field(
        default=None, description="How often it starts anew."
    )
    category_ids: list[relay.GlobalID] | None = strawberry.field(
        default=None,
        description="What it is for, subcategories included. An empty list means all spending.",
    )
    thresholds: list[int] | None = strawberry.field(
        default=None,
        description="Percents of the amount that alert you when reached: up to 10, from 1 to 1000.",
    )

    def to_domain(self) -> Changes:
        return Changes(
            name=self.name,
            amount=self.amount.to_domain() if self.amount else None,
            period=self.period,
            category_ids=None
            if self.category_ids is None
            else [row_id(one, "Category") for one in self.category_ids],
            thresholds=self.thresholds,
        )


BudgetResult = Annotated[Budget | Invalid | NotFound | Conflict, strawberry.union("BudgetResult")]
