"""What was seen before it is changed: a repetition that comes late undoes nothing that others did since."""

from domain.fingerprint import Stale
from models.base import Edited


def require_seen(row: Edited, if_version: int | None) -> None:
    """That nobody has changed the row since; None asks for nothing. Refuses: `Stale`."""
    if if_version is not None and row.version != if_version:
        raise Stale("Somebody has changed it since.", entity=(type(row).__name__, row.id))
