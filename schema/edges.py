"""Edges of types: what leads from one thing to another, by a loader and a key.

Said so that a compiled operation can follow one for all things of a list at once. Anything else that
executes it follows it for each of them, and the loader makes one query of that.
"""

from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from types import MappingProxyType
from typing import Any, NamedTuple

import strawberry

from core.loader import Known, Loader
from schema.columns import Part
from schema.context import Info, Loaders


class Edge(NamedTuple):
    """`key` reads from a thing what the loader needs; `of` makes what clients see of what was loaded.

    `with_below` names loaders to use instead where a field of what is loaded is asked for, too.
    """

    loader_name: str
    key: Callable[[Any], Any]
    of: Callable[[Any], Any]
    with_below: Mapping[str, str]


def edge(
    loader_name: str,
    of: Callable[[Any], Any],
    *,
    by: str,
    description: str,
    brought: str | None = None,
    is_id: bool = False,
    with_below: Mapping[str, str] = MappingProxyType({}),
) -> Any:
    """A field of the annotated type, by one of `Loaders`. `by` names the attribute with the key.

    `brought` names one of the thing's row with what would be loaded, which it has if loaded `with_below`.
    Where the key `is_id` of what is there for sure, nothing is loaded for those who ask for no more.
    """
    assert {loader_name, *with_below.values()} <= Loaders.__annotations__.keys()
    its = Edge(loader_name, _key(by, brought), of, with_below)

    loader: Callable[[Loaders], Loader[Any, Any]] = attrgetter(loader_name)

    async def follow(self: Any, info: Info):  # noqa: ANN202 - the field's annotation is its type
        return its.of(await loader(info.context.loaders).load(its.key(self)))

    known = {Part: Part({"id": by})} if is_id else {}
    return strawberry.field(follow, description=description, metadata={Edge: its, **known})


def _key(by: str, brought: str | None) -> Callable[[Any], Any]:
    read = attrgetter(by)
    if brought is None:
        return read

    def key(thing: Any) -> Any:
        there = getattr(thing.row, brought, None)
        return read(thing) if there is None else Known(there)

    return key


def each(of: Callable[[Any], Any]) -> Callable[[Iterable[Any]], list[Any]]:
    """For edges to lists."""
    return lambda rows: list(map(of, rows))
