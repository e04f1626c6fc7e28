"""Who does something. Every write names a person and a device, or the system."""

from dataclasses import dataclass
from uuid import UUID

from domain.causality import SERVER


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person on one of their devices."""

    user_id: UUID
    device_id: int
    session_id: UUID


@dataclass(frozen=True, slots=True)
class Author:
    """How the log names who did it. The name stays as it was, even when the account is gone."""

    user_id: UUID | None
    name: str
    device_id: int


SYSTEM = Author(user_id=None, name="Outgo", device_id=SERVER)
