"""Executes operations by plans made of them once, with graphql-core as reference and fall-back.

A plan knows no errors. Whatever goes wrong, down to a null where none may be, graphql-core executes the
operation again with what the root resolvers have answered or raised already: so nothing is written twice,
and every error is worded and placed by the library. A test holds both to the same answers.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# graphql-core leaves types of wrapped types and of contexts open

from collections.abc import AsyncGenerator, Mapping
from functools import cache, lru_cache
from typing import Any, NamedTuple

from graphql import (
    DirectiveNode,
    DocumentNode,
    ExecutionResult,
    GraphQLSchema,
    OperationType,
    VariableNode,
    Visitor,
    visit,
)
from graphql.execution.collect_fields import FieldDetailsList
from graphql.pyutils import AwaitableOrValue, Path, UndefinedType
from graphql.type import GraphQLObjectType
from strawberry.extensions import SchemaExtension
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.utils.await_maybe import await_maybe

from resolvers.execution.columns import Run, together
from resolvers.execution.compiler import NotCompilable, Root, compile_operation

OPERATIONS_REMEMBERED = 250
_MOST_PLANS = 16  # of one operation: one for each outcome of its conditions

Roots = Mapping[str, Root]


class Outcomes(NamedTuple):
    """What root fields have answered or raised, by their names in the answer."""

    found: dict[str, Any]
    root_value: Any


class Planned(SchemaExtension):
    """Use it as the last one: whatever another extension does around an execution holds for plans too."""

    async def on_execute(self) -> AsyncGenerator[None]:  # pyright: ignore[reportIncompatibleMethodOverride] - the library awaits it if it has to
        if not _is_watched(self.execution_context.schema):
            executor = self._executor()
            roots = executor and self._roots(executor)
            if executor and roots is not None:
                await self._execute(executor, roots)
        yield

    def _executor(self) -> StrawberryGraphQLCoreExecutionContext | None:
        context = self.execution_context
        assert context.graphql_document is not None
        schema: Any = context.schema
        executor = StrawberryGraphQLCoreExecutionContext.build(
            schema._schema,  # noqa: SLF001 - as Strawberry's own extensions do
            context.graphql_document,
            context.root_value,
            context.context,
            context.variables,
            context.operation_name,
            operation_extensions=context.operation_extensions,
        )
        return executor if isinstance(executor, StrawberryGraphQLCoreExecutionContext) else None

    def _roots(self, executor: StrawberryGraphQLCoreExecutionContext) -> Roots | None:
        context = self.execution_context
        assert context.query is not None
        operation = _operation(executor.schema, context.query, context.operation_name)
        return operation.roots(executor, context.graphql_document)

    async def _execute(self, executor: StrawberryGraphQLCoreExecutionContext, roots: Roots) -> None:
        """Leaves the result to the library where something is not as it should be."""
        context = self.execution_context
        outcomes: dict[str, Any] = {}
        try:
            data = await answer(Run(executor), roots, outcomes)
        except Exception:  # noqa: BLE001 - the library meets it again, and reports it
            context.root_value = Outcomes(outcomes, context.root_value)
        else:
            context.result = ExecutionResult(data, None)


class Recalling(StrawberryGraphQLCoreExecutionContext):
    """The library's executor, which asks no root resolver again whose outcome is known."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._outcomes: dict[str, Any] = {}
        if isinstance(self.root_value, Outcomes):
            self._outcomes, self.root_value = self.root_value

    def execute_field(
        self,
        parent_type: GraphQLObjectType,
        source: Any,
        field_details_list: FieldDetailsList,
        path: Path,
        position_context: Any,
    ) -> AwaitableOrValue[Any] | UndefinedType:
        if path.prev is not None or path.key not in self._outcomes:
            return super().execute_field(
                parent_type, source, field_details_list, path, position_context
            )
        nodes = [details.node for details in field_details_list]
        field = self.schema.get_field(parent_type, nodes[0].name.value)
        assert field is not None
        return self.complete_awaitable_value(
            field.type,
            field_details_list,
            self.build_resolve_info(field, nodes, parent_type, path),
            path,
            _recalled(self._outcomes[path.key]),
            position_context,
        )


class _Operation:
    """One operation of a document, and its plans: one for each outcome of its conditions."""

    def __init__(self) -> None:
        self._conditions: tuple[str, ...] | None = None
        self._plans: dict[tuple[Any, ...], Roots | None] = {}

    def roots(
        self, executor: StrawberryGraphQLCoreExecutionContext, document: DocumentNode | None
    ) -> Roots | None:
        if self._conditions is None:
            assert document is not None
            self._conditions = _conditions(document)
        values = executor.variable_values.coerced
        outcome = tuple(values.get(name) for name in self._conditions)
        if outcome not in self._plans:
            self._plans[outcome] = self._compiled(executor)
        return self._plans[outcome]

    def _compiled(self, executor: StrawberryGraphQLCoreExecutionContext) -> Roots | None:
        if len(self._plans) >= _MOST_PLANS:
            self._plans.clear()
        try:
            return compile_operation(executor)
        except NotCompilable:
            return None


@cache
def _is_watched(schema: Any) -> bool:
    """Whether an extension wants to know of every field, which plans do not tell."""
    return any(extension._implements_resolve() for extension in schema.get_extensions())  # noqa: SLF001 - as the library asks


@lru_cache(maxsize=OPERATIONS_REMEMBERED)
def _operation(_schema: GraphQLSchema, _query: str, _name: str | None) -> _Operation:
    return _Operation()


def _conditions(document: DocumentNode) -> tuple[str, ...]:
    """The variables that decide which fields there are at all."""
    found: set[str] = set()

    class Conditions(Visitor):
        def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
            values = [argument.value for argument in node.arguments or ()]
            found.update(value.name.value for value in values if isinstance(value, VariableNode))

    visit(document, Conditions())
    return tuple(sorted(found))


async def answer(run: Run, roots: Roots, outcomes: dict[str, Any]) -> dict[str, Any]:
    """Mutations run one after the other, as the specification demands."""
    if run.executor.operation.operation is OperationType.MUTATION:
        return {name: await _field(run, name, root, outcomes) for name, root in roots.items()}
    found = await together([_field(run, name, root, outcomes) for name, root in roots.items()])
    return dict(zip(roots, found, strict=True))


async def _field(run: Run, name: str, root: Root, outcomes: dict[str, Any]) -> Any:
    place = root.place
    resolve = place.field.resolve
    assert resolve is not None
    try:
        found = resolve(run.executor.root_value, run.info(place), **run.arguments(place))
        outcomes[name] = await await_maybe(found)
    except Exception as error:
        outcomes[name] = error
        raise
    (completed,) = await root.completion.complete([outcomes[name]], place, run)
    return completed


async def _recalled(outcome: Any) -> Any:
    if isinstance(outcome, Exception):
        raise outcome
    return outcome
