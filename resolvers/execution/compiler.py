"""From a document to columns: everything that does not depend on who asks is decided once.

Fields are collected by graphql-core itself, for one operation and one outcome of its `@skip` and `@include`.
What a plan cannot say is left to graphql-core as a whole.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# graphql-core leaves types of wrapped types and of contexts open

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLObjectType,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet, collect_fields
from strawberry import relay
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField

from resolvers.execution.calls import call_of
from resolvers.execution.columns import (
    Call,
    Column,
    Completion,
    Followed,
    Place,
    Plain,
    Reader,
    Resolved,
    TypeName,
    Within,
    attribute,
    computed,
    global_ids,
    informed,
)
from resolvers.execution.completion import Abstract, Leaves, Lists, Nullable, Objects, Shape
from schema.columns import Part, Shown
from schema.edges import Edge

_MOST_COLUMNS = 5000  # abstract types within abstract types multiply
_RESOLVES_ID = vars(relay.Node)["_id"].__func__


class NotCompilable(Exception):  # noqa: N818 - graphql-core does it then
    pass


@dataclass(frozen=True, slots=True)
class Root:
    """A field of the operation itself: its resolver runs once, and may write."""

    place: Place
    call: Call
    completion: Completion


@dataclass(frozen=True, eq=False, slots=True)
class Plan:
    """The root fields by their names in the answer, and whether everything depends on nothing but them.

    What they lead to is then the same for everyone, and needs no waiting.
    """

    roots: Mapping[str, Root]
    is_same_for_all: bool


def compile_operation(executor: StrawberryGraphQLCoreExecutionContext) -> Plan:
    """Refuses: `NotCompilable`."""
    compiler = _Compiler(executor)
    return Plan(compiler.roots(), is_same_for_all=not compiler.asks)


class _Compiler:
    def __init__(self, executor: StrawberryGraphQLCoreExecutionContext) -> None:
        self._executor = executor
        schema: Any = executor.schema
        self._library: GraphQLCoreConverter = schema._strawberry_schema.schema_converter  # noqa: SLF001 - as Strawberry finds it
        self._left = _MOST_COLUMNS
        self._edges = Counter[str]()
        self.asks = False

    def roots(self) -> Mapping[str, Root]:
        executor = self._executor
        type = executor.schema.get_root_type(executor.operation.operation)
        if type is None:
            raise NotCompilable
        collected = collect_fields(
            executor.schema,
            executor.fragments,
            executor.variable_values,
            type,
            executor.operation,
        )
        return {
            name: Root(place, self._call(place), self._completion(place.field.type, details))
            for name, details, place in self._places(type, collected.grouped_field_set)
        }

    def _places(
        self, parent: GraphQLObjectType, fields: GroupedFieldSet
    ) -> Iterator[tuple[str, FieldDetailsList, Place]]:
        for name, details in fields.items():
            nodes = [detail.node for detail in details]
            field = self._executor.schema.get_field(parent, nodes[0].name.value)
            if field is None:
                raise NotCompilable
            yield name, details, Place(parent, name, field, nodes)

    def _completion(self, type: Any, details: FieldDetailsList) -> Completion:
        if not is_non_null_type(type):
            return Nullable(self._nonnull(type, details))
        return self._nonnull(type.of_type, details)

    def _nonnull(self, type: Any, details: FieldDetailsList) -> Completion:
        if is_leaf_type(type):
            return Leaves.of(type)
        if is_list_type(type):
            return Lists(self._completion(type.of_type, details))
        if is_abstract_type(type):
            possible = {
                one.name: self._objects(one, details)
                for one in self._executor.schema.get_possible_types(type)
            }
            return Abstract(type, possible)
        return self._objects(type, details)

    def _objects(self, type: GraphQLObjectType, details: FieldDetailsList) -> Objects:
        return Objects(
            type,
            {
                name: self._column(place, below)
                for name, below, place in self._places(type, self._below(type, details))
            },
        )

    def _below(self, type: GraphQLObjectType, details: FieldDetailsList) -> GroupedFieldSet:
        return self._executor.collect_subfields(type, details).grouped_field_set

    def _part(self, place: Place, details: FieldDetailsList) -> Shape | None:
        """How to put a part of a thing together without making it, where only its attributes are asked."""
        definition: StrawberryField | None = place.definition
        type = get_named_type(place.field.type)
        if definition is None or Part not in definition.metadata:
            return None
        assert isinstance(type, GraphQLObjectType), "a part is a thing"
        columns: dict[str, Column] = {}
        for name, below, inner in self._places(type, self._below(type, details)):
            if inner.nodes[0].name.value == "__typename":
                columns[name] = TypeName(inner)
                continue
            reader = _part_reader(inner, definition.metadata[Part])
            if reader is None:
                return None
            columns[name] = Plain(inner, reader, self._completion(inner.field.type, below))
        return columns

    def _column(self, place: Place, details: FieldDetailsList) -> Column | Shape:
        self._left -= 1
        if self._left < 0:
            raise NotCompilable
        if place.nodes[0].name.value == "__typename":
            return TypeName(place)
        definition = place.field.extensions.get("strawberry-definition")
        if not isinstance(definition, StrawberryField):
            raise NotCompilable
        if (part := self._part(place, details)) is not None:
            return part
        completion = self._completion(place.field.type, details)
        if (reader := _reader(place, definition)) is not None:
            return _read(place, reader, completion)
        self.asks = True
        if Edge in definition.metadata:
            return self._followed(place, definition.metadata[Edge], completion, details)
        if (reader := _informed_reader(place, definition)) is not None:
            return _read(place, reader, completion)
        return Resolved(place, self._call(place), completion)

    def _followed(
        self, place: Place, edge: Edge, completion: Completion, details: FieldDetailsList
    ) -> Followed:
        loader_name = edge.loader_name
        if edge.with_below:
            type: Any = get_named_type(place.field.type)
            below = self._below(type, details)
            asked = {
                inner.nodes[0].name.value
                for _, its, inner in self._places(type, below)
                if self._part(inner, its) is None
            }
            loader_name = next(
                (richer for name, richer in edge.with_below.items() if name in asked), loader_name
            )
        self._edges[loader_name] += 1
        return Followed(place, edge, loader_name, completion, self._edges)

    def _call(self, place: Place) -> Call:
        return call_of(place, self._library)


def _read(place: Place, reader: Reader, completion: Completion) -> Column:
    return (Within if completion.waits else Plain)(place, reader, completion)


def _part_reader(place: Place, part: Part) -> Reader | None:
    """How to read a field of a part, if the thing itself tells."""
    definition = place.definition
    if definition.is_basic_field:
        name = part.attributes.get(definition.python_name)
        return attribute(name) if name else None
    if (work_out := part.worked_out.get(definition.python_name)) is not None:
        return computed(work_out)
    node = _node_with_plain_ids(_plain_resolver(place, definition))
    name = node and part.attributes.get(node.resolve_id_attr())
    return global_ids(place.parent.name, name) if name else None


def _reader(place: Place, definition: StrawberryField) -> Reader | None:
    """How to read the field of a thing by nothing but the thing, if there is a way."""
    if Shown in definition.metadata:
        return attribute(definition.metadata[Shown].attribute)
    if definition.is_basic_field and definition.default_resolver is getattr:
        return attribute(definition.python_name)
    resolver = _plain_resolver(place, definition)
    if (node := _node_with_plain_ids(resolver)) is not None:
        return global_ids(place.parent.name, node.resolve_id_attr())
    return computed(resolver) if _parameters(definition) == ["self"] and resolver else None


def _informed_reader(place: Place, definition: StrawberryField) -> Reader | None:
    resolver = _plain_resolver(place, definition)
    knows = _parameters(definition) == ["self", "info"]
    return informed(resolver, place) if knows and resolver else None


def _plain_resolver(place: Place, definition: StrawberryField) -> Any:
    """The field's resolver, if it takes no arguments and nothing has to be waited for or asked before."""
    waits_or_asks = definition.is_async or place.field.args or definition.extensions
    if definition.base_resolver is None or waits_or_asks:
        return None
    return definition.base_resolver.wrapped_func


def _parameters(definition: StrawberryField) -> list[str]:
    return [*definition.base_resolver.signature.parameters] if definition.base_resolver else []


def _node_with_plain_ids(resolver: Any) -> type[relay.Node] | None:
    """The type whose `id` this resolves, if it does so as Relay's nodes do: its name and an attribute."""
    node = getattr(resolver, "__self__", None)
    if not isinstance(node, type) or not issubclass(node, relay.Node):
        return None
    as_usual = (
        resolver.__func__ is _RESOLVES_ID
        and _function(node.resolve_id) is _function(relay.Node.resolve_id)
        and _function(node.resolve_typename) is _function(relay.Node.resolve_typename)
    )
    return node if as_usual else None


def _function(method: Any) -> Any:
    return getattr(method, "__func__", method)
