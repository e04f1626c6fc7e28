"""A field's values for all things that are asked for it, at once.

A column knows one field of one type in one document. It reads the field of every source and completes the
values, as the specification's ExecuteField does for one. It knows no errors: whatever raises makes
graphql-core execute the operation, which words and places them (see `resolvers.execution.planned`).
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# graphql-core leaves types of wrapped types and of contexts open

import asyncio
from binascii import b2a_base64
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from inspect import isawaitable
from operator import attrgetter
from typing import Any, Protocol

from graphql import FieldNode, GraphQLField, GraphQLObjectType
from graphql.execution.values import get_argument_values
from graphql.pyutils import Path
from strawberry.types.info import Info

from core.loader import Known
from resolvers.execution.asked import Asked
from schema.edges import Edge

Values = Sequence[Any]


@dataclass(frozen=True, eq=False, slots=True)
class Place:
    """Where a field stands in a document."""

    parent: GraphQLObjectType
    name: str
    field: GraphQLField
    nodes: list[FieldNode]

    @property
    def definition(self) -> Any:
        return self.field.extensions.get("strawberry-definition")


@dataclass(frozen=True, slots=True)
class Run:
    """One execution of a compiled operation."""

    asked: Asked
    _infos: dict[Place, Any] = field(default_factory=dict)

    def info(self, place: Place) -> Any:
        """The same for all things of a list: its path ends with the field and has no indices."""
        info = self._infos.get(place)
        if info is None:
            path, executor = Path(None, place.name, place.parent.name), self.asked.executor
            info = executor.build_resolve_info(place.field, place.nodes, place.parent, path)
            self._infos[place] = info
        return info

    def arguments(self, place: Place) -> Mapping[str, Any]:
        if not place.field.args:
            return {}
        return get_argument_values(place.field, place.nodes[0], self.asked.variables)


class PlannedInfo(Info[Any, Any]):
    """What a resolver is told. Most want the context only, so the rest is made when it is asked for."""

    def __init__(self, run: Run, place: Place) -> None:
        self.run, self.place, self._field = run, place, place.definition

    @property
    def _raw_info(self) -> Any:  # pyright: ignore[reportIncompatibleVariableOverride] - nobody sets it
        return self.run.info(self.place)

    @property
    def context(self) -> Any:
        return self.run.asked.context


class Completion(Protocol):
    """Makes of values what the answer has of them: `now`, or `later` where something has to be waited for."""

    @property
    def waits(self) -> bool: ...

    def now(self, values: Values, place: Place, run: Run) -> Values: ...

    async def later(self, values: Values, place: Place, run: Run) -> Values: ...


async def complete(completion: Completion, values: Values, place: Place, run: Run) -> Values:
    if completion.waits:
        return await completion.later(values, place, run)
    return completion.now(values, place, run)


Reader = Callable[[Values, Run], Values]
Call = Callable[[Any, Run], Any]
"""Resolves a field for one thing; what it answers may have to be awaited."""


@dataclass(frozen=True, slots=True)
class Plain:
    """Read and completed without waiting."""

    place: Place
    read: Reader
    completion: Completion

    def now(self, sources: Values, run: Run) -> Values:
        return self.completion.now(self.read(sources, run), self.place, run)


@dataclass(frozen=True, slots=True)
class TypeName:
    place: Place

    def now(self, sources: Values, run: Run) -> Values:  # noqa: ARG002 - as every column
        return [self.place.parent.name] * len(sources)


@dataclass(frozen=True, slots=True)
class Within:
    """Read without waiting; for what is within it, one has to wait."""

    place: Place
    read: Reader
    completion: Completion

    async def later(self, sources: Values, run: Run) -> Values:
        return await self.completion.later(self.read(sources, run), self.place, run)


@dataclass(frozen=True, slots=True)
class Followed:
    """An edge: each different key is loaded, made something of and completed once.

    `followed` counts the plan's edges by loader: where several need the same one, they wait for each other,
    so that all have one query.
    """

    place: Place
    edge: Edge
    loader_name: str
    completion: Completion
    followed: Counter[str]

    async def later(self, sources: Values, run: Run) -> Values:
        keys = list(map(self.edge.key, sources))
        different = list(dict.fromkeys(keys))
        found = list(map(self.edge.of, await self._loaded(different, run)))
        completed = await complete(self.completion, found, self.place, run)
        if len(different) == len(keys):
            return completed
        by_key = dict(zip(different, completed, strict=True))
        return [by_key[key] for key in keys]

    async def _loaded(self, different: Values, run: Run) -> Values:
        if all(isinstance(key, Known) for key in different):
            return [key.value for key in different]
        loader = getattr(run.asked.context.loaders, self.loader_name)
        alone = self.followed[self.loader_name] == 1
        return await (loader.load_at_once if alone else loader.load_many)(different)


@dataclass(frozen=True, slots=True)
class Resolved:
    """Any other field: its resolver is asked for every source, and all that it has to wait for at once."""

    place: Place
    call: Call
    completion: Completion

    async def later(self, sources: Values, run: Run) -> Values:
        found = [self.call(source, run) for source in sources]
        return await complete(self.completion, await settled(found), self.place, run)


Awaited = Within | Followed | Resolved
Column = Plain | TypeName | Awaited


def attribute(name: str) -> Reader:
    read = attrgetter(name)
    return lambda sources, _run: list(map(read, sources))


def computed(resolver: Callable[[Any], Any]) -> Reader:
    return lambda sources, _run: list(map(resolver, sources))


def informed(resolver: Callable[..., Any], place: Place) -> Reader:
    """By a resolver that wants to know about the operation, such as who is asking."""

    def read(sources: Values, run: Run) -> Values:
        info = PlannedInfo(run, place)
        return [resolver(source, info=info) for source in sources]

    return read


def global_ids(type_name: str, id_attribute: str) -> Reader:
    """As Relay's nodes have them: the type's name and the row's id, in base64."""
    read, start = attrgetter(id_attribute), f"{type_name}:"
    return lambda sources, _run: [
        b2a_base64(f"{start}{read(source)}".encode(), newline=False).decode() for source in sources
    ]


async def settled(values: list[Any]) -> Values:
    """The values, once all that some of them have to wait for has ended."""
    waiting = [place for place, value in enumerate(values) if isawaitable(value)]
    found = await together([values[place] for place in waiting])
    for place, value in zip(waiting, found, strict=True):
        values[place] = value
    return values


async def together(awaitables: Sequence[Awaitable[Any]]) -> Sequence[Any]:
    if len(awaitables) == 1:
        return [await awaitables[0]]
    found = await asyncio.gather(*awaitables, return_exceptions=True)
    for value in found:
        if isinstance(value, BaseException):
            raise value
    return found
