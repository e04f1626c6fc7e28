"""Edges of types: what leads from one thing to another, by a loader and a key.

Said so that a compiled operation can follow one for all things of a list at once. Anything else that
executes it follows it for each of them, and the loader makes one query of that.
"""

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any, NamedTuple

import strawberry

from core.loader import Loader
from schema.context import Info, Loaders


class Edge(NamedTuple):
    """`key` reads from a thing what the loader needs; `of` makes what clients see of what was loaded."""

    loader_name: str
    key: Callable[[Any], Any]
    of: Callable[[Any], Any]

    def loader(self, loaders: Loaders) -> Loader[Any, Any]:
        return getattr(loaders, self.loader_name)


def edge(loader_name: str, of: Callable[[Any], Any], *, by: str, description: str) -> Any:
    """A field of the annotated type, by one of `Loaders`. `by` names the attribute with the key."""
    assert loader_name in Loaders.__annotations__
    its = Edge(loader_name, attrgetter(by), of)

    async def follow(self: Any, info: Info):  # noqa: ANN202 - the field's annotation is its type
        return its.of(await its.loader(info.context.loaders).load(its.key(self)))

    return strawberry.field(follow, description=description, metadata={Edge: its})


def each(of: Callable[[Any], Any]) -> Callable[[Iterable[Any]], list[Any]]:
    """For edges to lists."""
    return lambda rows: list(map(of, rows))
