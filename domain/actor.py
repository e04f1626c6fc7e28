"""Who does something. Every write names a person and a device, or the system."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, NamedTuple
from uuid import UUID

from domain.causality import SERVER


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person on one of their devices. A guest has no account, but a seat in one ledger."""

    user_id: UUID
    device_id: int
    session_id: UUID
    guest_of: UUID | None = None


class Identity(NamedTuple):
    """Who an access token speaks for, and until when."""

    actor: Actor
    expires_at: datetime


class Unauthenticated(Exception):  # noqa: N818 - a state of the caller, not an error
    """The caller's token speaks for nobody (any more)."""

    code: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Author:
    """How the log names who did it. The name stays as it was, even when the account is gone."""

    user_id: UUID | None
    name: str
    device_id: int


SYSTEM = Author(user_id=None, name="Outgo", device_id=SERVER)
