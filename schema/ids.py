"""From global ids, as clients hold them, to the ids of rows."""

from uuid import UUID

from strawberry.relay import GlobalID

from domain.errors import NotFound


def row_id(id: GlobalID, type_name: str) -> UUID:
    """Refuses: `NotFound` for an id of another type or of no row."""
    named, found = node_key(id)
    if found is None or named != type_name:
        raise NotFound(f"No such {type_name.lower()}.")
    return found


def node_key(id: GlobalID) -> tuple[str, UUID | None]:
    """What `Loaders.node` finds it by: a type's name, and None for the id of no row."""
    try:
        return id.type_name, UUID(id.node_id)
    except ValueError:
        return id.type_name, None
