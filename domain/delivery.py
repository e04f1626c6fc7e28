"""How the delivery of a notification ends, and when to try again. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

LEASE = timedelta(minutes=5)
"""How long a claim holds. Longer than a person's turn takes, so that only a dead worker's claim runs out."""

MOST_ATTEMPTS = 8
_LONGEST_PAUSE = timedelta(hours=6)


class DeliveryState(StrEnum):
    WAITING = "WAITING"
    CLAIMED = "CLAIMED"
    SENT = "SENT"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Sent:
    """The other side has taken it."""


@dataclass(frozen=True, slots=True)
class Again:
    """It may work later. The reason is for the log of the operator and names no secret."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """It will never work."""

    reason: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The address exists no more: nothing must be sent there again."""


@dataclass(frozen=True, slots=True)
class Untried:
    """There was no time for it."""


Outcome = Sent | Again | Refused | Gone | Untried


def pause(attempts: int) -> timedelta | None:
    """How long to wait after this many attempts: 1, 4, 16, 64, 256 minutes, then 6 hours; None to give up."""
    if attempts >= MOST_ATTEMPTS:
        return None
    return min(timedelta(minutes=4 ** (attempts - 1)), _LONGEST_PAUSE)
