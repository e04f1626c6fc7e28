"""From global ids, as clients hold them, to the ids of rows."""

from uuid import UUID

from strawberry.relay import GlobalID

from domain.errors import NotFound


def row_id(id: GlobalID, type_name: str) -> UUID:
    """Refuses: `NotFound` for an id of another type or of no row."""
    try:
        found = UUID(id.node_id) if id.type_name == type_name else None
    except ValueError:
        found = None
    if found is None:
        raise NotFound(f"No such {type_name.lower()}.")
    return found
