"""Fields that show columns of the row that a thing is made of.

Said so that a compiled operation can read them of all rows of a list at once, and what is not asked for
is not made. A thing that has such fields keeps its row as `row`.
"""

from collections.abc import Callable, Mapping
from operator import attrgetter
from types import MappingProxyType
from typing import Any, NamedTuple

import strawberry


class Shown(NamedTuple):
    """The value of an attribute, as it is."""

    attribute: str


class Part(NamedTuple):
    """A thing within the thing: the names of its attributes there, by their names in the part.

    A node's own `id` is among them where it is known without the node. What the part works out of its
    attributes, `worked_out` works out of the thing.
    """

    attributes: Mapping[str, str]
    worked_out: Mapping[str, Callable[[Any], Any]] = MappingProxyType({})


def column(by: str, *, description: str) -> Any:
    """A field of the annotated type. `by` names the column."""
    attribute = f"row.{by}"
    read = attrgetter(attribute)

    def show(self: Any):  # noqa: ANN202 - the field's annotation is its type
        return read(self)

    return strawberry.field(show, description=description, metadata={Shown: Shown(attribute)})
