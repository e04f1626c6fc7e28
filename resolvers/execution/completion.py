"""Values as the answer has them, many at once: the specification's CompleteValue."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# graphql-core leaves types of wrapped types and of contexts open

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import NoneType
from typing import Any

from graphql import (
    GraphQLAbstractType,
    GraphQLBoolean,
    GraphQLID,
    GraphQLLeafType,
    GraphQLObjectType,
    GraphQLString,
)
from strawberry.types.base import get_object_definition
from strawberry.types.cast import get_strawberry_type_cast

from resolvers.execution.columns import Column, Completion, Place, Run, Values, together

_PLAIN: Mapping[GraphQLLeafType, type] = {GraphQLString: str, GraphQLID: str, GraphQLBoolean: bool}


class Unexpected(Exception):  # noqa: N818 - nobody sees it: graphql-core will say what is wrong
    pass


@dataclass(frozen=True, slots=True)
class Leaves:
    """Values of the class `plain` are in the answer as they are; the type serializes any other."""

    serialize: Callable[[Any], Any]
    plain: type | None
    waits: bool = False

    @staticmethod
    def of(type: GraphQLLeafType) -> "Leaves":
        serialize: Any = type.coerce_output_value
        plain = serialize if serialize in (int, str) else _PLAIN.get(type)
        return Leaves(serialize, plain)

    async def complete(self, values: Values, place: Place, run: Run) -> Values:  # noqa: ARG002 - as every completion
        if {*map(type, values)} == {self.plain}:
            return values
        _require_all(values)
        completed = list(map(self.serialize, values))
        _require_all(completed)
        return completed


@dataclass(frozen=True, slots=True)
class Objects:
    """Things of one type: columns are read side by side and put together row by row."""

    type: GraphQLObjectType
    columns: Mapping[str, Column]
    waits: bool

    async def complete(self, values: Values, place: Place, run: Run) -> Values:
        _require_all(values)
        if (is_type_of := self.type.is_type_of) is not None:
            info = run.info(place)
            if not all(is_type_of(value, info) is True for value in _of_each_class(values)):
                raise Unexpected
        if not self.columns:  # a fragment of another type asked
            return [{} for _ in values]
        found = await self._read(values, run)
        return [dict(zip(self.columns, row, strict=True)) for row in zip(*found, strict=True)]

    async def _read(self, values: Values, run: Run) -> Sequence[Values]:
        columns = list(self.columns.values())
        waiting = [column for column in columns if column.waits]
        awaited = iter(await together([column.values(values, run) for column in waiting]))
        return [
            next(awaited) if column.waits else await column.values(values, run)
            for column in columns
        ]


@dataclass(frozen=True, slots=True)
class Abstract:
    """Things of several types, each completed among its like."""

    type: GraphQLAbstractType
    possible: Mapping[str, Objects]
    waits: bool

    async def complete(self, values: Values, place: Place, run: Run) -> Values:
        _require_all(values)
        by_type: dict[str, list[int]] = {}
        for index, value in enumerate(values):
            by_type.setdefault(self._type_of(value, place, run), []).append(index)
        completed: list[Any] = [None] * len(values)
        found = await together(
            [
                self.possible[name].complete([values[index] for index in indices], place, run)
                for name, indices in by_type.items()
            ]
        )
        for indices, rows in zip(by_type.values(), found, strict=True):
            for index, row in zip(indices, rows, strict=True):
                completed[index] = row
        return completed

    def _type_of(self, value: Any, place: Place, run: Run) -> str:
        definition = get_object_definition(value)
        if definition and not definition.is_graphql_generic and _is_as_it_is(value):
            return definition.name
        resolve_type = self.type.resolve_type
        assert resolve_type is not None
        name = resolve_type(value, run.info(place), self.type)
        if not isinstance(name, str):
            raise Unexpected
        return name


@dataclass(frozen=True, slots=True)
class Lists:
    """The items of all lists are completed as one."""

    items: Completion

    @property
    def waits(self) -> bool:
        return self.items.waits

    async def complete(self, values: Values, place: Place, run: Run) -> Values:
        if not all(isinstance(value, list | tuple) for value in values):
            raise Unexpected
        items = iter(
            await self.items.complete([item for value in values for item in value], place, run)
        )
        return [[next(items) for _ in value] for value in values]


@dataclass(frozen=True, slots=True)
class Nullable:
    """What is there is completed; null stays null."""

    inner: Completion

    @property
    def waits(self) -> bool:
        return self.inner.waits

    async def complete(self, values: Values, place: Place, run: Run) -> Values:
        there = [value for value in values if value is not None]
        if not there:
            return values
        completed = await self.inner.complete(there, place, run)
        if len(there) == len(values):
            return completed
        rest = iter(completed)
        return [None if value is None else next(rest) for value in values]


def _require_all(values: Values) -> None:
    if NoneType in map(type, values):
        raise Unexpected


def _of_each_class(values: Values) -> Values:
    """One value of each class: what decides on a value's type is its class, or what it is cast to."""
    cast = [value for value in values if not _is_as_it_is(value)]
    return [*{type(value): value for value in values}.values(), *cast]


def _is_as_it_is(value: Any) -> bool:
    return get_strawberry_type_cast(value) is None
