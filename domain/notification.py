"""Which notifications someone has read. Pure."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from uuid import UUID

from domain.errors import Invalid

MOST_AT_ONCE = 100


class TooManyNotifications(Invalid):
    code = "TOO_MANY_NOTIFICATIONS"


@dataclass(frozen=True, slots=True)
class UpTo:
    """The one with this id and all older ones."""

    id: UUID


@dataclass(frozen=True, slots=True)
class These:
    """Refuses: `TooManyNotifications`."""

    ids: AbstractSet[UUID]

    def __post_init__(self) -> None:
        if len(self.ids) > MOST_AT_ONCE:
            raise TooManyNotifications(
                f"Name at most {MOST_AT_ONCE}, or use `upTo`.", path=("ids",)
            )


Reading = UpTo | These
