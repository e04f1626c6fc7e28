"""Balances of several currencies, shown in one."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry

from domain import money, presentation
from domain.rate import Quote, plain
from schema.member import Member, member_edge
from schema.money import Money
from schema.refusals import RateMissing
from schema.scalars import CurrencyCode


@strawberry.type(description="A rate that a view has used.")
class UsedRate:
    base: CurrencyCode = strawberry.field(description="One unit of this …")
    quote: CurrencyCode = strawberry.field(description="… is worth `rate` units of this.")
    rate: Decimal = strawberry.field(description="In major units, as an exact decimal string.")
    day: date = strawberry.field(
        description="The day that it is of: the last one for which a rate is known."
    )

    @staticmethod
    def of(quote: Quote) -> "UsedRate":
        return UsedRate(
            base=CurrencyCode(quote.base),
            quote=CurrencyCode(quote.quote),
            rate=plain(quote.rate),
            day=quote.day,
        )


@strawberry.type(description="A balance and what it comes to in the view's currency.")
class PresentedPart:
    net: Money = strawberry.field(description="The balance as it is.")
    converted: Money = strawberry.field(description="What it comes to.")


@strawberry.type(description="What a member's balances come to in one currency.")
class PresentedBalance:
    total: Money = strawberry.field(description="The sum of all parts.")
    parts: list[PresentedPart] = strawberry.field(
        description="One for each currency with a balance."
    )
    member_id: strawberry.Private[UUID]

    member: Member = member_edge(by="member_id", description="Whose balance it is.")


@strawberry.type(
    description="Balances in one currency, at known rates. Only a view: the balances stay as they are. They "
    "sum to zero here too, so a part may differ from its exact value by less than a minor unit."
)
class PresentedBalances:
    on: date = strawberry.field(description="The day that rates were looked for.")
    currency: CurrencyCode = strawberry.field(description="What all totals are in.")
    balances: list[PresentedBalance] = strawberry.field(
        description="Whoever is missing is settled."
    )
    rates: list[UsedRate] = strawberry.field(description="What was used, and of which day.")

    @staticmethod
    def of(key: presentation.PresentationKey, shown: presentation.Presented) -> "PresentedBalances":
        return PresentedBalances(
            on=key.on,
            currency=CurrencyCode(key.currency),
            balances=[
                PresentedBalance(
                    total=Money.of(
                        money.Money(sum(part.converted.minor for part in parts), key.currency)
                    ),
                    parts=[
                        PresentedPart(net=Money.of(part.net), converted=Money.of(part.converted))
                        for part in parts
                    ],
                    member_id=member_id,
                )
                for member_id, parts in sorted(shown.parts.items())
            ],
            rates=[UsedRate.of(quote) for quote in shown.rates],
        )


BalancesInResult = Annotated[PresentedBalances | RateMissing, strawberry.union("BalancesInResult")]
