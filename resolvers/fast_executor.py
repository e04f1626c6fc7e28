"""A shorter way for plain fields: most of what a list costs is spent on its leaves.

A field without resolver, arguments or permissions whose type is a scalar or an enum needs nothing but its
attribute. Everything else, and every such field that is missing or wrong, goes the library's way, which
also words the errors. It relies on how the pinned versions of Strawberry and graphql-core execute; a test
holds it to the same answers.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# graphql-core leaves the type of a wrapped type open

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    Undefined,
    get_nullable_type,
    is_leaf_type,
)
from graphql.execution.collect_fields import GroupedFieldSet
from graphql.pyutils import AwaitableOrValue, Path
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.types.field import StrawberryField

Results = dict[str, Any]


class _Leaf(NamedTuple):
    attribute: str
    serialize: Callable[[Any], Any]
    nullable: bool


class _Leaves(dict[str, _Leaf | None]):
    """The plain fields of one type, found out as they are asked for."""

    def __init__(self, type: GraphQLObjectType) -> None:
        super().__init__()
        self._fields = type.fields

    def __missing__(self, field: str) -> _Leaf | None:
        leaf = self[field] = _as_leaf(self._fields.get(field))
        return leaf


_known: WeakKeyDictionary[GraphQLObjectType, _Leaves] = WeakKeyDictionary()


class FastExecutor(StrawberryGraphQLCoreExecutionContext):
    def execute_fields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path | None,
        grouped_field_set: GroupedFieldSet,
        position_context: Any,
    ) -> AwaitableOrValue[Results]:
        if self.middleware_manager and self.middleware_manager.middlewares:  # they want every field
            return super().execute_fields(
                parent_type, source_value, path, grouped_field_set, position_context
            )
        results: Results = {}
        others: GroupedFieldSet = {}
        leaves = _known.get(parent_type) or _known.setdefault(parent_type, _Leaves(parent_type))
        for name, details in grouped_field_set.items():
            leaf = leaves[details[0].node.name.value]
            results[name] = _read(leaf, source_value) if leaf else Undefined  # keeps its place
            if results[name] is Undefined:
                others[name] = details
        if not others:
            return results
        rest = super().execute_fields(parent_type, source_value, path, others, position_context)
        if isinstance(rest, dict):
            return results | rest
        return _filled_later(results, rest)


def _as_leaf(field: GraphQLField | None) -> _Leaf | None:
    definition = field and field.extensions.get("strawberry-definition")
    if field is None or not isinstance(definition, StrawberryField):
        return None
    type = get_nullable_type(field.type)
    plain = definition.is_basic_field and definition.default_resolver is getattr
    if not plain or field.args or not is_leaf_type(type):
        return None
    return _Leaf(definition.python_name, type.coerce_output_value, nullable=type is field.type)


def _read(leaf: _Leaf, source: Any) -> Any:
    """The field's value for the client, or `Undefined` where the library has to look."""
    try:
        value = getattr(source, leaf.attribute)
        if value is None:
            return None if leaf.nullable else Undefined
        value = leaf.serialize(value)
    except Exception:  # noqa: BLE001 - the library meets it again, and reports it
        return Undefined
    return Undefined if value is None else value


async def _filled_later(results: Results, rest: Awaitable[Results]) -> Results:
    return results | await rest
