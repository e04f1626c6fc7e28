"""What the contract lets a client ask: documents that select all there is, and every place for an id."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from io import BytesIO
from typing import Any, NamedTuple, cast

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    build_schema,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)
from graphql.type import is_abstract_type
from starlette.datastructures import UploadFile

from core.ids import new_id
from resolvers.limits import DEEPEST
from resolvers.root import graphql
from tests.imports import SPLITWISE

SCHEMA = build_schema(graphql.as_str())
_TYPES = cast("Mapping[str, Any]", SCHEMA.type_map)  # graphql-core's own types are half typed
ROOTS: Mapping[str, Mapping[str, Any]] = {
    operation: _TYPES[operation.title()].fields
    for operation in ("query", "mutation", "subscription")
}
NODES = frozenset(kind.name for kind in SCHEMA.get_possible_types(_TYPES["Node"]))
"""The names of all types that have an id."""

MADE_BY_CLIENTS = "A UUID of version 7 of your own"
"""How the contract begins to describe an id of what is yet to be."""

_SAMPLES: Mapping[str, Any] = {
    "String": "x" * 32,
    "Int": 1,
    "BigInt": 100,
    "Boolean": True,
    "Date": "2026-05-04",
    "DateTime": "2026-05-04T00:00:00Z",
    "Decimal": "1.5",
    "CurrencyCode": "EUR",
}
_BY_NAME: Mapping[str, Any] = {"basisPoints": 10_000, "seq": 1}

Identify = Callable[[str], str]
"""From the name of an argument or input field to the id that stands there."""


class Place(NamedTuple):
    """Where an argument takes an id, as names from the argument inwards; `*` is each of a list.

    It is `new` where the client makes it, and else of something that is there. `declared` says by which
    argument or input field, which may be part of many arguments.
    """

    path: tuple[str, ...]
    is_global: bool
    is_new: bool
    declared: str

    def __str__(self) -> str:
        return ".".join(self.path)


def _inner(type: Any) -> Mapping[str, Any]:
    """The fields of a type, by name."""
    return type.fields


def fields() -> Iterator[tuple[str, str]]:
    """Every field of the roots, as operation and name."""
    return ((operation, name) for operation, named in ROOTS.items() for name in named)


def answered(operation: str, name: str) -> Any:
    """The type of what a root's field answers, without lists and nulls."""
    return cast("Any", get_named_type(ROOTS[operation][name].type))


def places(operation: str, name: str) -> list[Place]:
    """Where the arguments of a root's field take an id or a UUID."""
    arguments = ROOTS[operation][name].args.items()
    return [
        place
        for key, one in arguments
        for place in _places(one.type, (key,), name, one.description)
    ]


def _places(
    type: Any, path: tuple[str, ...], owner: str, description: str | None
) -> Iterator[Place]:
    match type:
        case GraphQLNonNull():
            yield from _places(cast("Any", type).of_type, path, owner, description)
        case GraphQLList():
            yield from _places(cast("Any", type).of_type, (*path, "*"), owner, description)
        case GraphQLInputObjectType():
            for key, field in _inner(type).items():
                yield from _places(field.type, (*path, key), type.name, field.description)
        case _ if type.name in {"ID", "UUID"}:
            is_new = (description or "").startswith(MADE_BY_CLIENTS)
            named = path[-1] if path[-1] != "*" else path[-2]
            yield Place(path, type.name == "ID", is_new, f"{owner}.{named}")
        case _:
            pass


def with_id(
    operation: str, name: str, right: Mapping[str, Any], place: Place, id: str, member: str
) -> dict[str, Any]:
    """The arguments with the id in its place. Whatever else has to be named beside it is a member."""
    key, *path = place.path
    type = ROOTS[operation][name].args[key].type
    return {**right, key: _placed(type, path, id, right.get(key), lambda _: member)}


def _placed(type: Any, path: list[str], id: str, right: Any, identify: Identify) -> Any:
    match type:
        case GraphQLNonNull():
            return _placed(cast("Any", type).of_type, path, id, right, identify)
        case GraphQLList():
            first = right[0] if right else None
            return [_placed(cast("Any", type).of_type, path[1:], id, first, identify)]
        case GraphQLInputObjectType():
            key, *rest = path
            known = dict(right or {})
            others = {} if type.is_one_of else _required(type, identify) | known
            inner = _placed(_inner(type)[key].type, rest, id, known.get(key), identify)
            return others | {key: inner}
        case _:
            return id


def sample(type: Any, name: str, identify: Identify) -> Any:
    """A value of an input type: of an object what it requires."""
    match type:
        case GraphQLNonNull():
            value = sample(cast("Any", type).of_type, name, identify)
        case GraphQLList():
            value = [sample(cast("Any", type).of_type, name, identify)]
        case GraphQLEnumType():
            value = next(iter(type.values))
        case GraphQLInputObjectType() if type.is_one_of:
            key, field = next(iter(_inner(type).items()))
            value = {key: sample(field.type, key, identify)}
        case GraphQLInputObjectType():
            value = _required(type, identify)
        case _:
            value = _of_scalar(type.name, name, identify)
    return value


def _of_scalar(scalar: str, name: str, identify: Identify) -> Any:
    match scalar:
        case "ID":
            return identify(name)
        case "UUID":
            return str(new_id())
        case "Upload":
            return UploadFile(BytesIO(SPLITWISE))
        case _:
            return _BY_NAME.get(name, _SAMPLES[scalar])


def _required(type: GraphQLInputObjectType, identify: Identify) -> dict[str, Any]:
    return {
        key: sample(field.type, key, identify)
        for key, field in _inner(type).items()
        if is_required_input_field(field)
    }


def required(operation: str, name: str, identify: Identify) -> dict[str, Any]:
    """The arguments that a root's field cannot do without."""
    return {
        key: sample(argument.type, key, identify)
        for key, argument in ROOTS[operation][name].args.items()
        if is_required_argument(argument)
    }


@cache
def documents(operation: str, name: str) -> Sequence[str]:
    """One field with its arguments as variables, and all that its answer shows.

    A query that may answer one of several things asks for each of them in a document of its own.
    """
    type = ROOTS[operation][name].type
    selections = (
        [_Selection(kinds=[kind]).of(type) for kind in kinds_of(type)]
        if operation == "query"
        else [_Selection(inside=True).of(type)]
    )
    return [_document(operation, name, selection) for selection in selections]


def surface(operation: str, name: str, selection: str = "__typename") -> str:
    """One field with its arguments as variables, and no more of its answer than that."""
    is_leaf = is_leaf_type(answered(operation, name))
    return _document(operation, name, "" if is_leaf else f" {{ {selection} }}")


def _document(operation: str, name: str, selection: str) -> str:
    arguments = {
        key: str(argument.type)
        for key, argument in ROOTS[operation][name].args.items()
        if is_required_argument(argument) or not isinstance(argument.type, GraphQLNonNull)
    }
    passed = ", ".join(f"{key}: ${key}" for key in arguments)
    heads = ", ".join(f"${key}: {type}" for key, type in arguments.items())
    head = f"{operation}({heads})" if heads else operation
    return f"{head} {{ {name}{f'({passed})' if passed else ''}{selection} }}"


class _Selection:
    """Every field of every type once; of things with an id inside of others only the surface."""

    def __init__(
        self, *, inside: bool = False, kinds: Sequence[GraphQLObjectType] | None = None
    ) -> None:
        self._inside = inside
        self._kinds = kinds
        self._shown: set[str] = set()

    def of(self, type: Any, depth: int = 1) -> str:
        if is_leaf_type(get_named_type(type)):
            return ""
        kinds, self._kinds = self._kinds or kinds_of(type), None
        types: dict[str, str] = {}
        chosen = [(kind.name, self._fields(kind, types, depth)) for kind in kinds]
        if not is_abstract_type(get_named_type(type)):
            return f" {{ {chosen[0][1] or '__typename'} }}"
        several = " ".join(f"... on {name} {{ {fields} }}" for name, fields in chosen if fields)
        return f" {{ __typename {several} }}"

    def _fields(self, kind: GraphQLObjectType, types: dict[str, str], depth: int) -> str:
        if kind.name in self._shown or depth == DEEPEST:
            return ""
        self._shown.add(kind.name)
        has_id, was_inside = kind.name in NODES, self._inside
        self._inside = was_inside or has_id
        chosen = [
            f"{_alias(kind, name, types)}{name}{_told(field)}{self.of(field.type, depth + 1)}"
            for name, field in _inner(kind).items()
            if is_leaf_type(get_named_type(field.type)) or not (was_inside and has_id)
        ]
        self._inside = was_inside
        return " ".join(chosen)


def _alias(kind: GraphQLObjectType, name: str, types: dict[str, str]) -> str:
    """A name of its own, for what another kind beside this one has as another type."""
    type = str(_inner(kind)[name].type)
    return "" if types.setdefault(name, type) == type else f"{kind.name}_{name}: "


def kinds_of(type: Any) -> Sequence[GraphQLObjectType]:
    named = cast("Any", get_named_type(type))
    return SCHEMA.get_possible_types(named) if is_abstract_type(named) else [named]


def _told(field: Any) -> str:
    """What a field inside has to be told, or one of the things that it may be told."""
    needed = [key for key, one in field.args.items() if is_required_argument(one)]
    others = [key for key, one in field.args.items() if not isinstance(one.type, GraphQLNonNull)]
    chosen = needed or [key for key in others if key != "after"][:1]
    values = [
        f"{key}: {json.dumps(sample(field.args[key].type, key, lambda _: ''))}" for key in chosen
    ]
    return f"({', '.join(values)})" if values else ""
