"""What an operation has to pass before anything of it is executed, over HTTP and on a socket alike."""

from collections.abc import Generator, Mapping
from contextlib import suppress
from typing import Any

from graphql import GraphQLError
from strawberry.extensions import SchemaExtension

from resolvers.examined import Examined, Operation, examined
from resolvers.limits import MOST_TOKENS, require_few
from resolvers.named_error import named_error
from schema.context import Limits


def admit(limits: Limits, operation: Operation, variables: Mapping[str, Any] | None) -> int:
    """The operation's cost. Raises `GraphQLError`: INTROSPECTION_OFF, TOO_COSTLY, and see `require_few`."""
    require_few(variables)
    if operation.document.introspects and not limits.introspection:
        raise named_error("INTROSPECTION_OFF", "This server does not tell its schema.")
    cost = operation.cost.of(variables)
    if cost > limits.most_cost:
        message = f"The operation costs {cost} points, of {limits.most_cost} allowed."
        raise named_error("TOO_COSTLY", message, cost=cost, limit=limits.most_cost)
    return cost


def told(limits: Limits, cost: int) -> dict[str, Any]:
    """What the answer's `extensions` say of the cost."""
    return {"cost": {"requestedQueryCost": cost, "maximumQueryCost": limits.most_cost}}


class Admission(SchemaExtension):
    """Does what the library's own parsing and validation would, once for each document, and admits."""

    def __init__(self) -> None:
        self._examined: Examined | None = None
        self._told: dict[str, Any] = {}
        self._tells_once = False

    def on_parse(self) -> Generator[None]:
        context = self.execution_context
        context.parse_options["max_tokens"] = MOST_TOKENS
        schema: Any = context.schema
        with suppress(GraphQLError):  # the library meets it again, and reports it
            self._examined = examined(schema._schema, context.query or "")  # noqa: SLF001 - as Strawberry's own extensions do
            context.graphql_document = self._examined.parsed
        yield

    def on_validate(self) -> Generator[None]:
        if self._examined is not None:
            self.execution_context.pre_execution_errors = self._refusals(self._examined)
        yield

    def get_results(self) -> dict[str, Any]:
        """A subscription tells its cost with its first message."""
        told = self._told
        if self._tells_once:
            self._told = {}
        return told

    def _refusals(self, document: Examined) -> list[GraphQLError]:
        if document.refusals:
            return document.refusals
        context = self.execution_context
        operation = document.operation(context.operation_name)
        limits: Limits = context.context.limits
        try:
            cost = admit(limits, operation, context.variables)
        except GraphQLError as refusal:
            return [refusal]
        self._told = told(limits, cost)
        self._tells_once = operation.is_subscription
        return []
