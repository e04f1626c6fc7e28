"""Jobs and events that are carried are timed, counted and told to the log, under the id of their request."""

# ruff: noqa: ARG002 - as every middleware

import logging
from collections.abc import Sequence
from contextlib import ExitStack
from time import perf_counter
from typing import Any

from dramatiq import Broker, MessageProxy, Middleware

from core.telemetry import metrics, traces, trail
from models.event import Event

ORIGIN = "origin"
"""The option of a message that leads to the request which caused it."""

_MILLIS = 1000

_log = logging.getLogger(__name__)


class Observed(Middleware):
    """A job is begun and ended by the same thread."""

    def __init__(self) -> None:
        self._open: dict[str, tuple[ExitStack, float]] = {}

    def before_process_message(self, broker: Broker, message: MessageProxy) -> None:
        origin = message.options.get(ORIGIN)
        around = ExitStack()
        around.enter_context(trail.following(trail.of(origin, message.actor_name)))
        around.enter_context(traces.span(message.actor_name, origin or {}))
        self._open[message.message_id] = around, perf_counter()

    def after_process_message(
        self,
        broker: Broker,
        message: MessageProxy,
        *,
        result: Any = None,
        exception: BaseException | None = None,
    ) -> None:
        self._end(message, "failed" if exception else "done", exception)

    def after_skip_message(self, broker: Broker, message: MessageProxy) -> None:
        self._end(message, "skipped")

    def _end(
        self, message: MessageProxy, outcome: str, exception: BaseException | None = None
    ) -> None:
        around, began = self._open.pop(message.message_id, (None, 0.0))
        if around is None:
            return  # it was interrupted before it began
        seconds = perf_counter() - began
        metrics.JOB_SECONDS.labels(message.actor_name, outcome).observe(seconds)
        _log.info(outcome, extra={"millis": round(seconds * _MILLIS, 1)})
        around.__exit__(type(exception) if exception else None, exception, None)


def carried(events: Sequence[Event]) -> None:
    metrics.RELAYED.inc(len(events))
    for event in events:
        with (
            trail.following(trail.of(event.origin, "relay")),
            traces.span("relay", event.origin),
        ):
            _log.debug("carried", extra={"ledger": event.ledger_id, "seq": event.seq})
