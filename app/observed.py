"""Every request and every operation over a socket gets an id, is timed and counted, and is told to the log.

The id is the caller's `X-Request-Id` where that is one, and goes back in the answer.
"""

import logging
import os
import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from time import perf_counter

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.telemetry import metrics, traces, trail
from core.telemetry.trail import Trail
from core.troubles import trouble

_ID_HEADER, _TRACE_HEADER = b"x-request-id", b"traceparent"
_STARTS = ("http.response.start", "websocket.accept")
_SANE_ID = re.compile(rb"[\w.-]{8,64}", re.ASCII)
_NAME = re.compile(r"[_A-Za-z]\w{0,63}", re.ASCII)
_OPERATION = re.compile(r"[\s,]*(query|mutation|subscription)\b\s*([_A-Za-z]\w{0,63})?", re.ASCII)
_ID_BYTES = 16
_UNNAMED = "unnamed"
_PROBED = ("GET /healthz", "GET /readyz")
_MILLIS = 1000
_OUR_FAULT = JSONResponse(
    {"code": "INTERNAL_SERVER_ERROR", "message": "Unexpected error."}, 500, {"Connection": "close"}
)

_log = logging.getLogger(__name__)


class Observed:
    """The outermost layer: what is refused within it is seen too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers: Mapping[bytes, bytes] = dict(scope["headers"])
        its = Trail(_request_id(headers.get(_ID_HEADER)))
        answer = _Answer(send, its.request_id)
        with trail.following(its):
            if scope["type"] == "websocket":
                await self._app(scope, receive, answer.send)
                return
            with observed(its, traceparent=headers.get(_TRACE_HEADER), answer=answer):
                await self._app(scope, receive, answer.send)
                its.operation = its.operation or _place(scope)


class Unforeseen:
    """What nobody foresaw is answered within the layers that see every answer, counted, and told to the log.

    Where an answer has begun it breaks off.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_begun = False

        async def noticed(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, noticed)
        except Exception as problem:  # noqa: BLE001 - that is what it is for
            if has_begun and (which := trouble(problem)):
                _log.warning("%s at %s: %s", which.name, _place(scope), problem)
            else:
                metrics.note_bug(_place(scope))
                _log.exception("A bug at %s.", _place(scope))
            if not has_begun:
                await _OUR_FAULT(scope, receive, send)


class _Answer:
    """Sends on, adds the id and remembers the status. Without one, nobody was answered."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._header = (_ID_HEADER, request_id.encode())
        self.status: int | None = None

    async def send(self, message: Message) -> None:
        if message["type"] in _STARTS:
            self.status = message.get("status")
            message["headers"] = [*message.get("headers", ()), self._header]
        await self._send(message)


@contextmanager
def observed(
    its: Trail, *, traceparent: bytes | None = None, answer: _Answer | None = None
) -> Generator[None]:
    """Around one operation, whose name is known by the end."""
    began = perf_counter()
    begun_by = {"traceparent": traceparent.decode("latin-1")} if traceparent else None
    with traces.span("operation", begun_by) as span:
        try:
            yield
        finally:
            its.operation = its.operation or _UNNAMED
            if span:
                span.update_name(its.operation)
            _tell(its, perf_counter() - began, answer.status if answer else None)


def name_operation(document: str | None, name: object) -> None:
    """What the client calls what it asks for, as soon as it is known which document is meant."""
    its, found = trail.current(), _OPERATION.match(document or "")
    if its is None:
        return
    kind, first = found.groups() if found else (None, None)
    its.operation = name if isinstance(name, str) and _NAME.fullmatch(name) else first or _UNNAMED
    its.is_lasting = kind == "subscription"


def _tell(its: Trail, seconds: float, status: int | None) -> None:
    if status is not None:
        metrics.answers(status).inc()
    if not its.is_lasting:
        took, asked = metrics.operation(metrics.operation_label(its.operation))
        took.observe(seconds)
        asked.observe(its.statements)
    level = logging.DEBUG if its.operation in _PROBED else logging.INFO
    if _log.isEnabledFor(level):
        line = logging.LogRecord(
            _log.name, level, __file__, 0, "answered", (), None
        )  # from nowhere else
        line.status, line.millis = status, round(seconds * _MILLIS, 1)
        line.statements = its.statements
        _log.handle(line)


def _request_id(told: bytes | None) -> str:
    return told.decode() if told and _SANE_ID.fullmatch(told) else os.urandom(_ID_BYTES).hex()


def _place(scope: Scope) -> str:
    """Where it went, without what stands for one thing there: a path may hold a secret."""
    if "endpoint" not in scope:
        return "elsewhere"
    first = scope["path"].split("/")[1]
    return f"{scope['method']} /{first}"
