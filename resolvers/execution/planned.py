"""Executes operations by plans made of them once, with graphql-core as reference and fall-back.

A plan knows no errors. Whatever goes wrong, down to a null where none may be, graphql-core executes the
operation again with what the root resolvers have answered or raised already: so nothing is written twice,
and every error is worded and placed by the library. A test holds both to the same answers.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# graphql-core leaves types of wrapped types and of contexts open

from collections.abc import (
    AsyncGenerator,
    Collection,
    Coroutine,
    Mapping,
    Sequence,
)
from functools import cache
from typing import Any, NamedTuple, cast

from graphql import ExecutionResult, OperationDefinitionNode, OperationType
from graphql.execution.collect_fields import FieldDetailsList
from graphql.pyutils import AwaitableOrValue, Path, UndefinedType
from graphql.type import GraphQLObjectType
from strawberry.extensions import SchemaExtension
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.utils.await_maybe import await_maybe

from core.recent import Recent
from resolvers.execution.asked import Asked, let_go_of_itself
from resolvers.execution.columns import Run, complete, together
from resolvers.execution.compiler import NotCompilable, Plan, Root, compile_operation
from resolvers.execution.conditions import ByOutcome
from resolvers.execution.inputs import Unfit
from resolvers.execution.shared import Shared, at_once
from subscriptions import shortcut

_PLANS: Recent[OperationDefinitionNode, ByOutcome[Plan | None]] = Recent(most=250)
_TOLD: Recent[Any, Shared] = Recent(most=256)


_AT_ONCE = 3
"""More of one operation would keep the connections from others, and take longer than to wait for them."""


class Outcomes(NamedTuple):
    """What root fields have answered or raised, by their names in the answer."""

    found: dict[str, Any]
    root_value: Any


class Planned(SchemaExtension):
    """Use it as the last one: whatever another extension does around an execution holds for plans too."""

    async def on_execute(self) -> AsyncGenerator[None]:  # pyright: ignore[reportIncompatibleMethodOverride] - the library awaits it if it has to
        if self._is_to_be_planned and (executor := self._executor()):
            await self._execute(executor)
        yield

    @property
    def _is_to_be_planned(self) -> bool:
        """What a subscription tells is planned by `Recalling`."""
        context = self.execution_context
        is_known = isinstance(context.root_value, Outcomes)
        is_lasting = context.operation_type.value == OperationType.SUBSCRIPTION.value
        return not (is_known or is_lasting or is_watched(context.schema))

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

    async def _execute(self, executor: StrawberryGraphQLCoreExecutionContext) -> None:
        let_go_of_itself(executor)
        answered = await by_plan(Asked.of(executor))
        if isinstance(answered, Outcomes):
            self.execution_context.root_value = answered
        else:
            self.execution_context.result = ExecutionResult(answered, None)


async def by_plan(asked: Asked) -> dict[str, Any] | Outcomes:
    """The data; or what the library needs to execute it, where something is not as it should be."""
    outcomes: dict[str, Any] = {}
    if plan := _plan_of(asked):
        try:
            return await answer(Run(asked), plan.roots, outcomes)
        except Exception:  # noqa: BLE001, S110 - the library meets it again, and reports it
            pass
    return Outcomes(outcomes, asked.root_value)


class Recalling(StrawberryGraphQLCoreExecutionContext):
    """The library's executor, which asks no root resolver again whose outcome is known.

    What a subscription tells is executed by its plan.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._outcomes: dict[str, Any] = {}
        if isinstance(self.root_value, Outcomes):
            self._outcomes, self.root_value = self.root_value
        self._plan: Plan | None = None
        if self.operation.operation is OperationType.SUBSCRIPTION:
            let_go_of_itself(self)
            self._plan = _plan_of(Asked.of(self))
            if self._plan and self._plan.is_same_for_all and not self._is_watched:
                shortcut.tell_by(self._told)

    def execute_operation(self, serially: bool | None = None) -> Any:  # noqa: FBT001 - as the library calls it
        if self._plan is None or self._is_watched:
            return super().execute_operation(serially)
        return self._tell(self._plan)

    @property
    def _is_watched(self) -> bool:
        return bool(self.middleware_manager and self.middleware_manager.middlewares)

    def _told(self, message: Any) -> bytes | None:
        """As JSON; None where the library has something to say."""
        assert self._plan is not None
        try:
            return self._shared(message, self._plan).json
        except Exception:  # noqa: BLE001 - the library meets it again, and reports it
            return None

    def _shared(self, message: Any, plan: Plan) -> Shared:
        """Made once for all who asked the same."""
        return _TOLD.of(message, plan, lambda: Shared(at_once(self._answer(message, plan))))

    async def _tell(self, plan: Plan) -> Any:
        try:
            if plan.is_same_for_all:
                return ExecutionResult(self._shared(self.root_value, plan), None)
            return ExecutionResult(await self._answer(self.root_value, plan), None)
        except Exception:  # noqa: BLE001 - the library meets it again, and reports it
            return await await_maybe(super().execute_operation(False))

    def _answer(self, message: Any, plan: Plan) -> Coroutine[Any, Any, dict[str, Any]]:
        executor = cast("Recalling", self.build_per_event_executor(message))
        return answer(Run(Asked.of(executor)), plan.roots, {})

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


def _compiled(asked: Asked) -> Plan | None:
    try:
        return compile_operation(asked.executor)
    except NotCompilable:
        return None


def _plan_of(asked: Asked) -> Plan | None:
    """A document is known again (`resolvers.examined`), so that its operations are the same objects."""
    plans = _PLANS.of(
        asked.operation,
        asked.schema,
        lambda: ByOutcome([asked.operation, *asked.fragments.values()]),
    )
    return plans.of(asked.variables.coerced, lambda: _compiled(asked))


@cache
def is_watched(schema: Any) -> bool:
    """Whether an extension wants to know of every field, which plans do not tell."""
    return any(extension._implements_resolve() for extension in schema.get_extensions())  # noqa: SLF001 - as the library asks


async def answer(run: Run, roots: Mapping[str, Root], outcomes: dict[str, Any]) -> dict[str, Any]:
    """Mutations run one after the other, as the specification demands; other fields a few at once.

    Whatever asks for the same field runs at once, so that loaders make one query of it.
    """
    if len(roots) == 1 or run.asked.operation.operation is OperationType.MUTATION:
        return {name: await _field(run, name, root, outcomes) for name, root in roots.items()}
    found: dict[str, Any] = {}
    left = iter(_alike(roots))

    async def some() -> None:
        for names in left:
            fields = [_field(run, name, roots[name], outcomes) for name in names]
            found.update(zip(names, await together(fields), strict=True))

    await together([some() for _ in range(min(len(roots), _AT_ONCE))])
    return {name: found[name] for name in roots}


def _alike(roots: Mapping[str, Root]) -> Collection[Sequence[str]]:
    """The names of those that are of the same field."""
    fields: dict[str, list[str]] = {}
    for name, root in roots.items():
        fields.setdefault(root.place.nodes[0].name.value, []).append(name)
    return fields.values()


async def _field(run: Run, name: str, root: Root, outcomes: dict[str, Any]) -> Any:
    try:
        outcomes[name] = await await_maybe(root.call(run.asked.root_value, run))
    except Unfit:
        raise
    except Exception as error:
        outcomes[name] = error
        raise
    (completed,) = await complete(root.completion, [outcomes[name]], root.place, run)
    return completed


async def _recalled(outcome: Any) -> Any:
    if isinstance(outcome, Exception):
        raise outcome
    return outcome
