"""An operation with all that it is asked with, from which the library's executor is made where one is needed.

Plans can do without, and making one takes longer than many of them.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# graphql-core leaves types of contexts open

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from weakref import WeakMethod

from graphql import (
    FragmentDefinitionNode,
    GraphQLSchema,
    OperationDefinitionNode,
    default_field_resolver,
    default_type_resolver,
)
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.values import VariableValues
from graphql.type.definition import GraphQLResolveInfoHelpers
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext


@dataclass(eq=False)
class Asked:
    schema: GraphQLSchema
    fragments: dict[str, FragmentDefinitionNode]
    operation: OperationDefinitionNode
    variables: VariableValues
    context: Any
    root_value: Any = None

    @staticmethod
    def of(executor: StrawberryGraphQLCoreExecutionContext) -> "Asked":
        """What an executor executes that is there already."""
        asked = Asked(
            executor.schema,
            executor.fragment_definitions,
            executor.operation,
            executor.variable_values,
            executor.context_value,
            executor.root_value,
        )
        asked.executor = executor
        return asked

    @cached_property
    def executor(self) -> StrawberryGraphQLCoreExecutionContext:
        made = StrawberryGraphQLCoreExecutionContext(
            self.schema,
            self.fragments,
            {name: FragmentDetails(node, None) for name, node in self.fragments.items()},
            self.root_value,
            self.context,
            self.operation,
            self.variables,
            default_field_resolver,
            default_type_resolver,
            default_field_resolver,
        )
        let_go_of_itself(made)
        return made


def let_go_of_itself(executor: StrawberryGraphQLCoreExecutionContext) -> None:
    """It goes with its last user then, and so does what was loaded for it, before any collection."""
    executor.async_helpers = GraphQLResolveInfoHelpers(*map(_weakly, executor.async_helpers))


def _weakly(method: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The method, without a hold on what it is of: what lasts should go at once when it is over."""
    found = WeakMethod(method)

    def called(values: Any) -> Any:
        bound = found()
        assert bound is not None, "whoever asks holds it"
        return bound(values)

    return called
