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

Loading = Callable[[Loaders], Loader[Any, Any]]


class Edge(NamedTuple):
    """`key` reads from a thing what is loaded for it; `of` makes what clients see of what was loaded."""

    loader: Loading
    key: Callable[[Any], Any]
    of: Callable[[Any], Any]


def edge(loader: Loading, of: Callable[[Any], Any], *, by: str, description: str) -> Any:
    """A field of the annotated type. `by` names the attribute with the key."""
    key = attrgetter(by)

    async def follow(self: Any, info: Info):  # noqa: ANN202 - the field's annotation is its type
        return of(await loader(info.context.loaders).load(key(self)))

    return strawberry.field(follow, description=description, metadata={Edge: Edge(loader, key, of)})


def each(of: Callable[[Any], Any]) -> Callable[[Iterable[Any]], list[Any]]:
    """For edges to lists."""
    return lambda rows: list(map(of, rows))
