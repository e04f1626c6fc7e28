"""How a field's resolver is called: as the library does it, with what is always the same found out once.

What is unusual is called by the library itself. Arguments that do not fit raise `Unfit` before anything of
the field has run.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false, reportPrivateUsage=false
# graphql-core leaves types of wrapped types and of contexts open, and Strawberry keeps handlers to itself

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from graphql import (
    ArgumentNode,
    ListValueNode,
    ObjectValueNode,
    VariableNode,
    Visitor,
    is_non_null_type,
    visit,
)
from graphql.execution.values import VariableValues
from graphql.pyutils import Undefined
from graphql.type import GraphQLArgument, is_required_argument
from graphql.utilities.coerce_input_value import coerce_default_value, coerce_input_literal
from strawberry.permission import BasePermission, PermissionExtension
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField
from strawberry.utils.await_maybe import await_maybe

from resolvers.execution.columns import Call, Place, PlannedInfo, Run
from resolvers.execution.inputs import Made, Unfit, conversion

_Value = Callable[[VariableValues], Any]
_Arguments = Callable[[VariableValues], dict[str, Any]]


def call_of(place: Place, library: GraphQLCoreConverter) -> Call:
    """What resolves the field for one thing, or for nothing where it is one of the operation itself."""
    field = place.field.extensions.get("strawberry-definition")
    if not isinstance(field, StrawberryField) or not _is_plain(field):
        return _by_library(place)
    try:
        call = _Plain(place, field, _arguments(place, field, library))
    except Unfit:
        return _by_library(place)
    handlers = _handlers(field, library)
    return _handling(call, handlers) if handlers else call


@cache
def _handlers(field: StrawberryField, library: GraphQLCoreConverter) -> Sequence[Any]:
    return library._get_field_exception_handlers(field)  # noqa: SLF001 - as that says


def _by_library(place: Place) -> Call:
    resolve = place.field.resolve
    assert resolve is not None
    return lambda source, run: resolve(source, run.info(place), **run.arguments(place))


def _is_plain(field: StrawberryField) -> bool:
    resolver = field.base_resolver
    if resolver is None or resolver.root_parameter or resolver.parent_parameter:
        return False
    asks_only = all(map(_only_asks, field.extensions))
    return asks_only and len(field.extensions) <= 1 and not field.is_subscription


def _only_asks(extension: Any) -> bool:
    """Whether it has a say in who may call, and in nothing else."""
    return (
        type(extension) is PermissionExtension
        and extension.supports_sync
        and not extension.fail_silently
    )


def _permissions(extensions: Sequence[Any]) -> Sequence[BasePermission]:
    return [permission for extension in extensions for permission in extension.permissions]


class _Plain:
    def __init__(self, place: Place, field: StrawberryField, arguments: _Arguments) -> None:
        resolver: Any = field.base_resolver
        self._place, self.field = place, field
        self._arguments = arguments
        self._permissions = _permissions(field.extensions)
        self._resolve = resolver.wrapped_func
        self._takes_self = resolver.self_parameter is not None
        self._info_name = resolver.info_parameter and resolver.info_parameter.name

    def info(self, run: Run) -> PlannedInfo:
        return PlannedInfo(run, self._place)

    def __call__(self, source: Any, run: Run) -> Any:
        told, info = self._arguments(run.asked.variables), self.info(run)
        for permission in self._permissions:
            allowed = permission.has_permission(source, info, **told)
            if allowed is False:
                return permission.on_unauthorized()
            if allowed is not True:
                raise Unfit
        if self._info_name:
            told[self._info_name] = info
        return self._resolve(source, **told) if self._takes_self else self._resolve(**told)


def _handling(call: _Plain, handlers: Sequence[Any]) -> Call:
    async def handled(source: Any, run: Run) -> Any:
        try:
            return await await_maybe(call(source, run))
        except Unfit:
            raise
        except Exception as error:
            answer = await _handled(error, handlers, call.field, call.info(run))
            if answer is None:
                raise
            return answer

    return handled


async def _handled(error: Exception, handlers: Sequence[Any], field: Any, info: PlannedInfo) -> Any:
    """What the first handler of such errors makes of it, if it does."""
    for types, handler in handlers:
        if isinstance(error, types):
            return await await_maybe(handler.handle(error, field=field, info=info))
    return None


def _arguments(place: Place, field: StrawberryField, library: GraphQLCoreConverter) -> _Arguments:
    given = {node.name.value: node for node in place.nodes[0].arguments or ()}
    wanted = [
        (python_name, _value(place.field.args[name], given.get(name)), convert)
        for python_name, name, convert in _taken(field, library)
    ]

    def arguments(variables: VariableValues) -> dict[str, Any]:
        try:
            return {
                name: convert(value)
                for name, read, convert in wanted
                for value in [read(variables)]
                if value is not Undefined
            }
        except Exception as error:
            raise Unfit from error

    return arguments


@cache
def _taken(
    field: StrawberryField, library: GraphQLCoreConverter
) -> Sequence[tuple[str, str, Made]]:
    """The field's arguments as the resolver and as clients call them, and what is made of their values."""
    name = library.config.name_converter.from_argument
    return [
        (argument.python_name, name(argument), conversion(argument.type, library))
        for argument in field.arguments
    ]


def _value(argument: GraphQLArgument, node: ArgumentNode | None) -> _Value:
    """What the argument is, or Undefined where it is left out."""
    default = coerce_default_value(argument)
    if node is None:
        return lambda _: default
    match node.value:
        case VariableNode(name=name):
            return _variable(argument, name.value, default)
        case ListValueNode() | ObjectValueNode() as literal if _has_variables(node):
            return lambda variables: _fitting(
                coerce_input_literal(literal, argument.type, variables)
            )
        case literal:
            known = _fitting(coerce_input_literal(literal, argument.type))
            return lambda _: known


def _variable(argument: GraphQLArgument, name: str, default: Any) -> _Value:
    needs_one, never_null = is_required_argument(argument), is_non_null_type(argument.type)

    def value(variables: VariableValues) -> Any:
        found = variables.coerced.get(name, Undefined)
        if found is Undefined:
            return _fitting(default) if needs_one else default
        if found is None and never_null:
            raise Unfit
        return found

    return value


def _fitting(value: Any) -> Any:
    if value is Undefined:
        raise Unfit
    return value


def _has_variables(node: ArgumentNode) -> bool:
    found: list[VariableNode] = []

    class Variables(Visitor):
        def enter_variable(self, variable: VariableNode, *_: Any) -> None:
            found.append(variable)

    visit(node, Variables())
    return bool(found)
