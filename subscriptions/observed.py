"""What is told about pushes: how late each was, and which request it goes back to."""

import logging
from collections.abc import Sequence

from core.clock import now
from core.telemetry import metrics, traces, trail
from models.event import Event

_log = logging.getLogger(__name__)


def arrived(events: Sequence[Event], listeners: int) -> None:
    """Once for this process, however many listen."""
    for event in events:
        with (
            trail.following(trail.of(event.origin, "push")),
            traces.span("push", event.origin),
        ):
            _log.debug(
                "pushed",
                extra={"ledger": event.ledger_id, "seq": event.seq, "listeners": listeners},
            )


def sent(first: Event) -> None:
    """To one subscriber, who has taken it and what came with it."""
    metrics.PUSH_SECONDS.observe((now() - first.at).total_seconds())
