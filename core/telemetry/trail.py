"""What one request sets in motion goes by its id: on log lines, in events, through jobs, to pushes."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from core.ids import new_id
from core.telemetry import traces

_REQUEST_ID = "requestId"


@dataclass(slots=True, eq=False)
class Trail:
    """Of one request or one job. `statements` counts what it has asked the database so far.

    What is lasting, such as a subscription, ends when somebody leaves: how long it took says nothing.
    """

    request_id: str
    operation: str = ""
    statements: int = 0
    is_lasting: bool = False


_current: ContextVar[Trail | None] = ContextVar("trail", default=None)


def current() -> Trail | None:
    return _current.get()


@contextmanager
def following(trail: Trail) -> Generator[Trail]:
    token = _current.set(trail)
    try:
        yield trail
    finally:
        _current.reset(token)


def of(origin: Mapping[str, Any] | None, operation: str) -> Trail:
    """What goes on where an event has left off; without one, something new."""
    request_id = (origin or {}).get(_REQUEST_ID)
    return Trail(request_id or new_id().hex, operation)


def origin() -> dict[str, str] | None:
    """For an event or a job to carry along: where what is going on now has begun, if that is known."""
    trail = _current.get()
    return {_REQUEST_ID: trail.request_id, **traces.carried()} if trail else None


def note_statement() -> None:
    if trail := _current.get():
        trail.statements += 1
