from datetime import date
from uuid import UUID

import strawberry

from domain.statistics import Credit
from schema.category import Category
from schema.context import Info
from schema.member import Member, member_edge
from schema.money import Money
from schema.scalars import BigInt, CurrencyCode


@strawberry.type(description="What one member paid and owes by expenses, in one currency.")
class MemberTotal:
    paid: Money = strawberry.field(description="What they put in.")
    owed: Money = strawberry.field(description="What is theirs to pay.")
    spare_minor: BigInt = strawberry.field(
        description="How many odd cents are within it: whole minor units, one at most by each expense."
    )
    member_id: strawberry.Private[UUID]

    member: Member = member_edge(by="member_id", description="Whose total.")


@strawberry.type(description="What one category comes to, in one currency.")
class CategoryTotal:
    total: Money = strawberry.field(description="The sum of its expenses.")
    category_id: strawberry.Private[UUID | None]

    @strawberry.field(description="For what; null for expenses without a category.")
    async def category(self, info: Info) -> Category | None:
        return Category.maybe(await info.context.loaders.categories.load(self.category_id))


@strawberry.type(description="What one day comes to, in one currency.")
class DayTotal:
    day: date = strawberry.field(description="Which day.")
    total: Money = strawberry.field(description="The sum of its expenses.")


@strawberry.type(
    description="Interest-free credit: what a member fronted for the others over time, and they for them."
)
class MemberCredit:
    currency: CurrencyCode = strawberry.field(description="In which currency.")
    given_minor_days: BigInt = strawberry.field(
        description="Minor units times days ahead: ten euros for three days are 3000."
    )
    taken_minor_days: BigInt = strawberry.field(description="Minor units times days behind.")
    member_id: strawberry.Private[UUID]

    member: Member = member_edge(by="member_id", description="Whose credit.")

    @staticmethod
    def of(member_id: UUID, currency: str, credit: Credit) -> "MemberCredit":
        return MemberCredit(
            currency=CurrencyCode(currency),
            given_minor_days=BigInt(credit.given),
            taken_minor_days=BigInt(credit.taken),
            member_id=member_id,
        )


@strawberry.type(description="A ledger in figures, over the days that were asked for.")
class Statistics:
    members: list[MemberTotal] = strawberry.field(description="Per member, who paid most first.")
    categories: list[CategoryTotal] = strawberry.field(description="Per category, most first.")
    days: list[DayTotal] = strawberry.field(description="Per day with expenses, in order.")
    credits: list[MemberCredit] = strawberry.field(
        description="Who fronts money for how long, settlements included, until the last day asked for."
    )
