"""What clients send, made ready for resolvers: coerced as the specification says, then converted.

Both are decided once, by the types. They know no errors: whatever does not fit raises, upon which the library
takes over, and says what is wrong.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# graphql-core leaves types of wrapped types and of contexts open

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING
from functools import cache
from typing import Any, NamedTuple

from graphql import (
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLSchema,
    VariableDefinitionNode,
    get_named_type,
    is_input_object_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)
from graphql.execution.get_variable_signature import (
    GraphQLVariableSignature,
    get_variable_signature,
)
from graphql.execution.values import VariableValues, VariableValueSource
from graphql.pyutils import Undefined
from graphql.type import is_required_input_field
from graphql.utilities.coerce_input_value import coerce_default_value
from strawberry.relay import GlobalID
from strawberry.scalars import is_scalar
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.arguments import convert_argument
from strawberry.types.base import (
    StrawberryList,
    StrawberryMaybe,
    StrawberryOptional,
    get_object_definition,
)
from strawberry.types.enum import StrawberryEnumDefinition, has_enum_definition
from strawberry.types.lazy_type import LazyType
from strawberry.types.unset import UNSET

Made = Callable[[Any], Any]


class Unfit(Exception):  # noqa: N818 - nobody sees it: the library will say what is wrong
    pass


class _Variable(NamedTuple):
    """`default` is Undefined where there is none."""

    signature: GraphQLVariableSignature
    coerced: Made
    default: Any
    is_required: bool


class Variables:
    """The variables of one operation. Raises `Unfit` where they cannot be known beforehand."""

    def __init__(self, schema: GraphQLSchema, nodes: Iterable[VariableDefinitionNode]) -> None:
        try:
            self._variables = [_variable(get_variable_signature(schema, node)) for node in nodes]
        except RecursionError as within_itself:
            raise Unfit from within_itself

    def of(self, given: Mapping[str, Any]) -> VariableValues:
        """What the operation is executed with. Raises where something does not fit."""
        sources: dict[str, VariableValueSource] = {}
        coerced: dict[str, Any] = {}
        for signature, make, default, is_required in self._variables:
            name = signature.name
            if name in given:
                sources[name] = VariableValueSource(signature, given[name])
                coerced[name] = make(given[name])
            elif is_required:
                raise Unfit
            else:
                sources[name] = VariableValueSource(signature)
                if default is not Undefined:
                    coerced[name] = default
        return VariableValues(sources, coerced)


def _variable(signature: GraphQLVariableSignature | GraphQLError) -> _Variable:
    if isinstance(signature, GraphQLError):
        raise Unfit
    default = coerce_default_value(signature)
    is_required = is_non_null_type(signature.type) and default is Undefined
    return _Variable(signature, coercion(signature.type), default, is_required)


def coercion(type: Any) -> Made:
    """From JSON to what resolvers are told by the library (section 6.1.2 of the specification)."""
    if is_non_null_type(type):
        return _of_named(type.of_type) if _is_named(type.of_type) else _nonnull(type.of_type)
    inner = _nonnull(type)
    return lambda value: None if value is None else inner(value)


def _is_named(type: Any) -> bool:
    return get_named_type(type) is type


def _nonnull(type: Any) -> Made:
    if is_list_type(type):
        item = coercion(type.of_type)
        return lambda values: [item(value) for value in _listed(values)]
    return _of_named(type)


@cache
def _of_named(type: Any) -> Made:
    if is_leaf_type(type):
        coerced: Made = type.coerce_input_value
        return lambda value: coerced(_there(value))
    assert is_input_object_type(type)
    return _of_object(type)


def _of_object(type: GraphQLInputObjectType) -> Made:
    fields = [
        (
            name,
            field.out_name or name,
            coercion(field.type),
            coerce_default_value(field),
            is_required_input_field(field),
        )
        for name, field in type.fields.items()
    ]

    def coerced(given: Any) -> Any:
        if not isinstance(given, dict):
            raise Unfit
        found = 0
        made: dict[str, Any] = {}
        for name, out_name, make, default, is_required in fields:
            if name in given:
                found += 1
                made[out_name] = make(given[name])
            elif is_required:
                raise Unfit
            elif default is not Undefined:
                made[out_name] = default
        if found != len(given):
            raise Unfit
        if type.is_one_of and (found != 1 or [*made.values()] in ([], [None])):
            raise Unfit
        return type.out_type(made)

    return coerced


def _there(value: Any) -> Any:
    if value is None:
        raise Unfit
    return value


def _listed(values: Any) -> Sequence[Any]:
    if not isinstance(values, list):
        raise Unfit
    return values


def conversion(type: Any, library: GraphQLCoreConverter) -> Made:
    """From what the library tells resolvers to what they take: objects for inputs, and global ids."""
    if isinstance(type, LazyType):
        return conversion(type.resolve_type(), library)
    if isinstance(type, StrawberryOptional) and not isinstance(type, StrawberryMaybe):
        return conversion(type.of_type, library)
    if type is not GlobalID and _is_leaf(type, library):
        return lambda value: value
    if (made := _made(type, library)) is not None:
        return _unless_nothing(made)
    return lambda value: convert_argument(value, type, library.scalar_registry, library.config)


def _made(type: Any, library: GraphQLCoreConverter) -> Made | None:
    if isinstance(type, StrawberryList):
        item = conversion(type.of_type, library)
        return lambda values: list(map(item, values))
    if type is GlobalID:
        return GlobalID.from_id
    definition = get_object_definition(type)
    plain = definition is not None and definition.from_input is None
    return _object(type, library) if plain else None


def _unless_nothing(make: Made) -> Made:
    return lambda value: value if value is None or value is UNSET else make(value)


def _is_leaf(type: Any, library: GraphQLCoreConverter) -> bool:
    is_enum = isinstance(type, StrawberryEnumDefinition) or has_enum_definition(type)
    return is_enum or is_scalar(type, library.scalar_registry)


@cache
def _object(type: Any, library: GraphQLCoreConverter) -> Made:
    """A type may be within itself, so what it consists of is looked up when it is first needed."""

    @cache
    def fields() -> Sequence[tuple[str, str, Made]]:
        definition = get_object_definition(type, strict=True)
        return [
            (
                library.config.name_converter.from_field(field),
                field.python_name,
                conversion(field.resolve_type(type_definition=definition), library),
            )
            for field in definition.fields
        ]

    nulls = {
        field.python_name: None
        for field in get_object_definition(type, strict=True).fields
        if field.default_value is MISSING and field.default_factory is MISSING
    }

    def made(given: Mapping[str, Any]) -> Any:
        told = {python: make(given[name]) for name, python, make in fields() if name in given}
        return type(**{**nulls, **told})

    return made
