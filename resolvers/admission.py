"""What an operation has to pass before anything of it is executed, over HTTP and on a socket alike."""

from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from graphql import GraphQLError
from strawberry.extensions import SchemaExtension

from adapters.rates import RateLimited
from resolvers.examined import Examined, Operation, examined
from resolvers.limits import MOST_TOKENS, require_few
from resolvers.named_error import named_error
from schema.context import Context, Limits

REFUSED_POINTS = 100
"""What a document costs that is not valid: finding that out takes about as long as answering so much."""


class TooFewPoints(GraphQLError):  # noqa: N818 - told by its code
    """`told` is what the answer says of the cost nevertheless."""

    def __init__(self, why: RateLimited, told: dict[str, Any]) -> None:
        super().__init__(
            str(why),
            extensions={"code": why.code, "retryable": True, "retryAfter": why.seconds},
        )
        self.told = told


def price(limits: Limits, operation: Operation, variables: Mapping[str, Any] | None) -> int:
    """The operation's cost. Raises `GraphQLError`: INTROSPECTION_OFF, TOO_COSTLY, and see `require_few`."""
    require_few(variables)
    if operation.introspects and not limits.introspection:
        raise named_error("INTROSPECTION_OFF", "This server does not tell its schema.")
    cost = operation.cost.of(variables)
    if cost > limits.most_cost:
        message = f"The operation costs {cost} points, of {limits.most_cost} allowed."
        raise named_error("TOO_COSTLY", message, cost=cost, limit=limits.most_cost)
    return cost


async def spend(context: Context, points: int) -> dict[str, Any]:
    """What the answer's `extensions` say of the cost. Raises `GraphQLError`: RATE_LIMITED."""
    user = context.actor and context.actor.user_id
    standing = await context.limits.rates.spend(user, context.address, points)
    told: dict[str, Any] = {
        "requestedQueryCost": points,
        "maximumQueryCost": context.limits.most_cost,
    }
    if standing is None:
        return {"cost": told}
    told["throttleStatus"] = {
        "policy": standing.policy,
        "maximumAvailable": standing.capacity,
        "currentlyAvailable": standing.left,
        "restoreRate": standing.per_second,
    }
    if standing.wait_seconds:
        raise TooFewPoints(RateLimited(standing.wait_seconds), {"cost": told})
    return {"cost": told}


class Admission(SchemaExtension):
    """Does what the library's own parsing and validation would, once for each document, and admits."""

    def __init__(self) -> None:
        self._examined: Examined | None = None
        self._told: dict[str, Any] = {}
        self._stream_of: UUID | None = None

    def on_operation(self) -> Generator[None]:
        try:
            yield
        finally:
            if self._stream_of is not None:
                self._limits.streams.close(self._stream_of)

    async def on_parse(self) -> AsyncGenerator[None]:  # pyright: ignore[reportIncompatibleMethodOverride] - the library awaits it if it has to
        context = self.execution_context
        context.parse_options["max_tokens"] = MOST_TOKENS
        schema: Any = context.schema
        try:
            self._examined = examined(schema._schema, context.query or "")  # noqa: SLF001 - as Strawberry's own extensions do
            context.graphql_document = self._examined.parsed
        except GraphQLError:  # the library meets it again, and reports it
            with suppress(TooFewPoints):
                await self._spend(REFUSED_POINTS)
        yield

    async def on_validate(self) -> AsyncGenerator[None]:  # pyright: ignore[reportIncompatibleMethodOverride] - as above
        if self._examined is not None:
            try:
                await self._admit(self._examined)
            except GraphQLError as refusal:
                self.execution_context.pre_execution_errors = [refusal]
        yield

    def get_results(self) -> dict[str, Any]:
        """A subscription tells its cost with its first message."""
        told = self._told
        if self._stream_of is not None:
            self._told = {}
        return told

    @property
    def _limits(self) -> Limits:
        context: Context = self.execution_context.context
        return context.limits

    async def _admit(self, document: Examined) -> None:
        context: Any = self.execution_context
        context.pre_execution_errors = document.refusals
        if document.refusals:
            await self._spend(REFUSED_POINTS)
            return
        operation = document.named(context._provided_operation_name)  # noqa: SLF001 - the library would take the first
        if operation is None:
            await self._spend(REFUSED_POINTS)
            message = "The document has several operations: say which by operationName."
            raise named_error("OPERATION_RESOLUTION_FAILURE", message)
        try:
            points = price(self._limits, operation, context.variables)
        except GraphQLError:
            await self._spend(REFUSED_POINTS)
            raise
        await self._spend(points)
        if operation.is_subscription:
            self._open_stream()

    async def _spend(self, points: int) -> None:
        try:
            self._told = await spend(self.execution_context.context, points)
        except TooFewPoints as refusal:
            self._told = refusal.told
            raise

    def _open_stream(self) -> None:
        actor = self.execution_context.context.actor
        if actor is None:  # the field refuses it
            return
        if not self._limits.streams.open(actor.user_id):
            message = f"You have {self._limits.streams.most} subscriptions already."
            raise named_error("TOO_MANY_SUBSCRIPTIONS", message)
        self._stream_of = actor.user_id
