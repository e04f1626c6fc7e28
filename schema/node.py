"""Types that have an id and can be fetched again by it."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from strawberry import relay

from schema.context import Info


class Node(relay.Node):
    """Fetched through `Loaders.node`, which knows what the viewer may see."""

    @classmethod
    async def resolve_nodes(
        cls,
        *,
        info: Info,
        node_ids: Iterable[str],
        required: bool = False,  # noqa: ARG003 - what is not there is None; GraphQL refuses it if required
    ) -> Any:
        keys = [(cls.__name__, _uuid(node_id)) for node_id in node_ids]
        return await info.context.loaders.node.load_many(keys)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
