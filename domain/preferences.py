"""What someone wants to be told of, where, and how often. Pure."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.notification import NotificationKind as Kind

_MORNING = time(8)


class Channel(StrEnum):
    IN_APP = "IN_APP"
    EMAIL = "EMAIL"
    PUSH = "PUSH"
    SERVICE = "SERVICE"


class Digest(StrEnum):
    IMMEDIATE = "IMMEDIATE"
    HOURLY = "HOURLY"
    DAILY = "DAILY"


_BACKGROUND = frozenset(
    {
        Kind.MEMBER_ADDED,
        Kind.MEMBER_JOINED,
        Kind.MEMBER_CLAIMED,
        Kind.MEMBER_LEFT,
        Kind.GROUP_RENAMED,
        Kind.GROUP_CURRENCY_CHANGED,
        Kind.GROUP_CHANGED,
        Kind.RECEIPT_READ,
    }
)
"""What is worth knowing, but worth no interruption unless one asks for it."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """`choices` holds what differs from the default. Only mail waits for a digest."""

    digest: Digest = Digest.HOURLY
    choices: Mapping[Kind, AbstractSet[Channel]] = field(
        default_factory=dict[Kind, AbstractSet[Channel]]
    )

    def channels(self, kind: Kind) -> AbstractSet[Channel]:
        return self.choices.get(kind, default_channels(kind))

    def chosen(
        self, digest: Digest | None, choices: Mapping[Kind, AbstractSet[Channel]]
    ) -> "Preferences":
        """With these changes, and still without what is the default anyway."""
        merged = {**self.choices, **choices}
        kept = {kind: wanted for kind, wanted in merged.items() if wanted != default_channels(kind)}
        return Preferences(digest or self.digest, kept)


def default_channels(kind: Kind) -> AbstractSet[Channel]:
    return frozenset({Channel.IN_APP}) if kind in _BACKGROUND else frozenset(Channel)


def due(digest: Digest, at: datetime, time_zone: str) -> datetime:
    """When a mail of this moment leaves: at once, at the next full hour, or at the next 8:00 there."""
    match digest:
        case Digest.IMMEDIATE:
            return at
        case Digest.HOURLY:
            return at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        case Digest.DAILY:
            return _next_morning(at, ZoneInfo(time_zone))


def _next_morning(at: datetime, zone: ZoneInfo) -> datetime:
    today = at.astimezone(zone).date()
    mornings = (
        datetime.combine(day, _MORNING, zone).astimezone(UTC)
        for day in (today, today + timedelta(days=1))
    )
    return next(morning for morning in mornings if morning > at)
