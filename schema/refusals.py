"""What the API answers instead of a result. Mirrors `domain.errors`."""

from datetime import date
from uuid import UUID

import strawberry
from strawberry import relay

from core.telemetry import metrics
from schema.context import Info
from schema.scalars import CurrencyCode


@strawberry.interface(description="An expected failure. Nothing was written.")
class Refusal:
    code: str = strawberry.field(description="Names the situation, in capitals, for programs.")
    message: str = strawberry.field(description="Explains the situation, in English, for people.")

    def __post_init__(self) -> None:
        metrics.REFUSALS.labels(self.code).inc()


@strawberry.type(description="The input can never be accepted as it is.")
class Invalid(Refusal):
    path: list[str] = strawberry.field(description="The offending input field, outermost first.")


@strawberry.type(description="Not there, or not yours to see: the two look the same.")
class NotFound(Refusal):
    pass


@strawberry.type(description="Visible to you, but not yours to do.")
class Forbidden(Refusal):
    pass


@strawberry.type(description="Tried too often. Nothing was looked at.")
class TooManyAttempts(Refusal):
    retry_after_seconds: int = strawberry.field(description="How long to wait before trying again.")


@strawberry.type(description="Right in itself, but at odds with what is stored.")
class Conflict(Refusal):
    entity: strawberry.Private[tuple[str, UUID] | None] = None

    @strawberry.field(description="The stored thing as it stands now, where there is one to show.")
    async def current(self, info: Info) -> relay.Node | None:
        return await info.context.loaders.node.load(self.entity) if self.entity else None


@strawberry.type(
    description="No exchange rate is known for the day or before it. None is ever made up."
)
class RateMissing(Refusal):
    base: CurrencyCode = strawberry.field(description="From this currency …")
    quote: CurrencyCode = strawberry.field(description="… into this one.")
    nearest_day: date | None = strawberry.field(
        description="The first day after it for which a rate is known, if any."
    )
