"""Values as the answer has them, many at once: the specification's CompleteValue."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# graphql-core leaves types of wrapped types and of contexts open

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, count, pairwise, repeat
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
from strawberry.types.cast import TYPE_CAST_ATTRIBUTE

from resolvers.execution.columns import (
    Awaited,
    Column,
    Completion,
    Place,
    Run,
    Values,
    complete,
    together,
)

_ROWS_REMEMBERED = 1000  # they have the names that clients give
_PLAIN: Mapping[GraphQLLeafType, type] = {GraphQLString: str, GraphQLID: str, GraphQLBoolean: bool}

Shape = Mapping[str, "Column | Shape"]
"""Columns by their names in the answer. A part, made of the thing's own columns, has a shape of its own."""

Rows = Callable[[Sequence[Values]], list[Any]]


class Unexpected(Exception):  # noqa: N818 - nobody sees it: graphql-core will say what is wrong
    pass


@dataclass(frozen=True, slots=True)
class Leaves:
    """Values of the class `plain` are in the answer as they are; the type serializes any other."""

    serialize: Callable[[Any], Any]
    plain: type | None
    waits: bool = False

    @staticmethod
    @cache
    def of(type: GraphQLLeafType) -> "Leaves":
        serialize: Any = type.coerce_output_value
        plain = serialize if serialize in (int, str) else _PLAIN.get(type)
        return Leaves(serialize, plain)

    def now(self, values: Values, place: Place, run: Run) -> Values:  # noqa: ARG002 - as every completion
        if {*map(type, values)} == {self.plain}:
            return values
        _require_all(values)
        completed = list(map(self.serialize, values))
        _require_all(completed)
        return completed

    async def later(self, values: Values, place: Place, run: Run) -> Values:
        return self.now(values, place, run)


class Objects:
    """Things of one type: columns are read side by side and put together row by row."""

    def __init__(self, type: GraphQLObjectType, shape: Shape) -> None:
        self._columns = list(_columns(shape))
        self._awaited = [
            (number, column)
            for number, column in enumerate(self._columns)
            if isinstance(column, Awaited)
        ]
        self._rows = _rows(_written(shape, count()), len(self._columns))
        self._are_ours = _Class(type)

    @property
    def waits(self) -> bool:
        return bool(self._awaited)

    def now(self, values: Values, place: Place, run: Run) -> Values:
        self._are_ours.require(values, place, run)
        return self._put_together([column.now(values, run) for column in self._columns], values)  # pyright: ignore[reportAttributeAccessIssue] - none of them waits

    async def later(self, values: Values, place: Place, run: Run) -> Values:
        if not values:
            return []
        self._are_ours.require(values, place, run)
        found = [
            () if isinstance(column, Awaited) else column.now(values, run)
            for column in self._columns
        ]
        awaited = await together([column.later(values, run) for _, column in self._awaited])
        for (number, _), column in zip(self._awaited, awaited, strict=True):
            found[number] = column
        return self._put_together(found, values)

    def _put_together(self, found: Sequence[Values], values: Values) -> Values:
        return self._rows(found) if found else [{} for _ in values]


class _Class:
    """Whether things are of a type, as the type says: asked once for each class, unless a thing is cast."""

    def __init__(self, type: GraphQLObjectType) -> None:
        definition: Any = type.extensions.get("strawberry-definition")
        self._is_type_of = type.is_type_of
        self._depends_on_class = definition is not None and definition.is_type_of is None
        self._known: set[Any] = set()

    def require(self, values: Values, place: Place, run: Run) -> None:
        classes = {*map(type, values)}
        if NoneType in classes:
            raise Unexpected
        if (is_type_of := self._is_type_of) is None:
            return
        cast = any(map(hasattr, values, repeat(TYPE_CAST_ATTRIBUTE)))
        if cast or not classes <= self._known:
            info = run.info(place)
            if not all(is_type_of(value, info) is True for value in values):
                raise Unexpected
            if self._depends_on_class and not cast:
                self._known |= classes


def _columns(shape: Shape) -> Iterator[Column]:
    for within in shape.values():
        if isinstance(within, Mapping):
            yield from _columns(within)
        else:
            yield within


def _written(shape: Shape, numbers: Iterator[int]) -> str:
    """As Python, with a variable for each column."""
    pairs = (
        f"{name!r}: {_written(within, numbers) if isinstance(within, Mapping) else f'v{next(numbers)}'}"
        for name, within in shape.items()
    )
    return f"{{{', '.join(pairs)}}}"


@lru_cache(maxsize=_ROWS_REMEMBERED)
def _rows(row: str, width: int) -> Rows:
    """Puts rows together of columns. Written out, it takes a third of what zipping names and values does."""
    variables = "".join(f"v{number}, " for number in range(width)) or "_"
    return eval(f"lambda columns: [{row} for {variables} in zip(*columns, strict=True)]")  # noqa: S307 - of names of a valid document


@dataclass(frozen=True, slots=True)
class Abstract:
    """Things of several types, each completed among its like."""

    type: GraphQLAbstractType
    possible: Mapping[str, Objects]

    @property
    def waits(self) -> bool:
        return any(objects.waits for objects in self.possible.values())

    def now(self, values: Values, place: Place, run: Run) -> Values:
        groups = self._grouped(values, place, run)
        return _in_place(
            groups, [self.possible[name].now(group, place, run) for name, _, group in groups]
        )

    async def later(self, values: Values, place: Place, run: Run) -> Values:
        groups = self._grouped(values, place, run)
        return _in_place(
            groups,
            await together(
                [complete(self.possible[name], group, place, run) for name, _, group in groups]
            ),
        )

    def _grouped(
        self, values: Values, place: Place, run: Run
    ) -> Sequence[tuple[str, Sequence[int], Values]]:
        """By their types' names: where they are among the values, and they themselves."""
        _require_all(values)
        numbers: dict[str, list[int]] = {}
        for number, value in enumerate(values):
            numbers.setdefault(self._type_of(value, place, run), []).append(number)
        return [(name, those, [values[n] for n in those]) for name, those in numbers.items()]

    def _type_of(self, value: Any, place: Place, run: Run) -> str:
        definition = get_object_definition(value)
        if definition and not definition.is_graphql_generic and not _is_cast(value):
            return definition.name
        resolve_type = self.type.resolve_type
        assert resolve_type is not None
        name = resolve_type(value, run.info(place), self.type)
        if not isinstance(name, str):
            raise Unexpected
        return name


def _in_place(
    groups: Sequence[tuple[str, Sequence[int], Values]], completed: Sequence[Values]
) -> Values:
    rows = {
        number: row
        for (_, numbers, _), group in zip(groups, completed, strict=True)
        for number, row in zip(numbers, group, strict=True)
    }
    return [rows[number] for number in range(len(rows))]


class _Wrapping(ABC):
    """Opens what is wrapped, has it completed, and wraps it again."""

    def __init__(self, inner: Completion) -> None:
        self._inner = inner
        self.waits = inner.waits

    @abstractmethod
    def opened(self, values: Values) -> tuple[Values, Callable[[Values], Values]]:
        """What is within, and how to wrap it."""

    def now(self, values: Values, place: Place, run: Run) -> Values:
        within, wrapped = self.opened(values)
        return wrapped(self._inner.now(within, place, run))

    async def later(self, values: Values, place: Place, run: Run) -> Values:
        within, wrapped = self.opened(values)
        return wrapped(await self._inner.later(within, place, run))


class Lists(_Wrapping):
    """The items of all lists are completed as one."""

    def opened(self, values: Values) -> tuple[Values, Callable[[Values], Values]]:
        if not all(isinstance(value, list | tuple) for value in values):
            raise Unexpected
        ends = [0, *accumulate(map(len, values))]
        items = [item for value in values for item in value]
        return items, lambda items: [list(items[start:end]) for start, end in pairwise(ends)]


class Nullable(_Wrapping):
    """What is there is completed; null stays null."""

    def opened(self, values: Values) -> tuple[Values, Callable[[Values], Values]]:
        if NoneType not in map(type, values):
            return values, _as_they_are
        there = [value for value in values if value is not None]

        def wrapped(completed: Values) -> Values:
            rest = iter(completed)
            return [None if value is None else next(rest) for value in values]

        return there, wrapped


def _as_they_are(values: Values) -> Values:
    return values


def _require_all(values: Values) -> None:
    if NoneType in map(type, values):
        raise Unexpected


def _is_cast(value: Any) -> bool:
    return hasattr(value, TYPE_CAST_ATTRIBUTE)
