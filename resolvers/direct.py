"""From a document that is known to its plan, without what the library does about every request in between."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# graphql-core leaves types of wrapped types and of contexts open

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import strawberry
from graphql import GraphQLError
from graphql.execution.values import VariableValues
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from resolvers.examined import Operation, examined
from resolvers.execution.asked import Asked
from resolvers.execution.planned import Outcomes, by_plan, is_watched


class _Ready(NamedTuple):
    """An operation that may be executed, and what its answer tells besides the data."""

    asked: Asked
    told: dict[str, Any]


class Direct(strawberry.Schema):
    """Whatever is not plain, and whatever goes wrong, is left to the library."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.is_direct = not is_watched(self)

    async def admitted(
        self,
        operation: Operation,  # noqa: ARG002 - for schemas that ask
        variables: Mapping[str, Any] | None,  # noqa: ARG002 - as above
        context: Any,  # noqa: ARG002 - as above
    ) -> dict[str, Any]:
        """What the answer tells besides the data. Raises `GraphQLError` where it is not to be executed."""
        return {}

    async def execute(
        self,
        query: str | None,
        variable_values: dict[str, Any] | None = None,
        context_value: Any = None,
        root_value: Any = None,
        operation_name: str | None = None,
        allowed_operation_types: Iterable[OperationType] | None = None,
        operation_extensions: dict[str, Any] | None = None,
    ) -> ExecutionResult:
        ready = None
        if self.is_direct and root_value is None:
            ready = await self._ready(
                query, variable_values, context_value, operation_name, allowed_operation_types
            )
        if ready is not None:
            answered = await by_plan(ready.asked)
            if not isinstance(answered, Outcomes):
                return ExecutionResult(data=answered, errors=None, extensions=ready.told)
            root_value = answered
        return await super().execute(
            query,
            variable_values,
            context_value,
            root_value,
            operation_name,
            {*(allowed_operation_types or OperationType)} - {OperationType.SUBSCRIPTION},
            operation_extensions,
        )

    async def _ready(
        self,
        query: str | None,
        variables: dict[str, Any] | None,
        context: Any,
        operation_name: Any,
        allowed: Iterable[OperationType] | None,
    ) -> _Ready | None:
        try:
            document = examined(self._schema, query or "")
            operation = document.named(operation_name)
            if document.refusals or operation is None or operation.is_subscription:
                return None
            if allowed is not None and operation.type not in allowed:
                return None
            told = await self.admitted(operation, variables, context)
        except GraphQLError:
            return None
        values = _fitting(operation, variables or {})
        if values is None:
            return None
        asked = Asked(self._schema, document.fragments, operation.node, values, context)
        return _Ready(asked, told)


def _fitting(operation: Operation, given: Mapping[str, Any]) -> VariableValues | None:
    try:
        return operation.variables and operation.variables.of(given)
    except Exception:  # noqa: BLE001 - the library meets it again, and reports it
        return None
