"""What is told about pushes: how late they were, and which request each goes back to."""

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


def told(events: Sequence[Event]) -> None:
    """Everyone here who was ready for them has been sent them."""
    at = now()
    for event in events:
        metrics.PUSH_SECONDS.observe((at - event.at).total_seconds())
