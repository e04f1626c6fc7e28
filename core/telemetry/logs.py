"""Log lines: JSON for machines or text for people, each with the request and the trace that it belongs to.

Everything goes through the standard library's `logging`, libraries' lines too; structlog renders it.
Nobody's tokens, names or amounts are in it: libraries, which print what they carry, stay at INFO; fields are
dropped by their names, and what looks like a secret is cut out of the rest. In JSON an exception is its type
and where it was raised, since what it says may be somebody's data.
"""

import logging
import re
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import orjson
import structlog
from structlog.typing import Processor

from core.telemetry import traces, trail

OURS = ("app", "resolvers", "workers", "subscriptions", "services", "adapters", "core")

_CUT = "…"
_SECRET_FIELDS = frozenset(
    {
        *("amount", "amounts", "authorization", "body", "color_message", "cookie", "credentials"),
        *("data", "description", "email", "headers", "input", "key", "memo", "merchant", "minor"),
        *("name", "note", "password", "payload", "phone", "query", "secret", "text", "title"),
        *("token", "url", "variables"),
    }
)
_SECRETS = re.compile(
    r"eyJ[\w-]+\.[\w-]+\.[\w-]*"  # JSON Web Tokens
    r"|(?<=bearer )\S+"
    r"|(?<=://)[^/\s:@]*:[^/\s@]*(?=@)"  # a URL's user and password
    r"|[\w.+-]+@[\w-]+\.[\w.-]+"  # addresses of mail
    r"|DETAIL: .*",  # PostgreSQL repeats the row that it refuses
    re.IGNORECASE,
)

_LEFT_OUT = {*vars(logging.makeLogRecord({})), "message", "asctime", *_SECRET_FIELDS}


def configure(level: str, *, as_json: bool) -> None:
    """For the process, from now on, to standard error. The level is that of our own lines."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Lines(_renderer(as_json=as_json)))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(logging.INFO, logging.getLevelNamesMapping()[level]))
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(capture=True)
    for nothing_told in ("logThreads", "logProcesses", "logMultiprocessing", "logAsyncioTasks"):
        setattr(logging, nothing_told, False)  # nor looked up for each line


class _Lines(logging.Formatter):
    """A record as structlog renders it: its own formatter takes long, and every answer has a line."""

    def __init__(self, render: Processor) -> None:
        super().__init__()
        self._render = render

    def format(self, record: logging.LogRecord) -> str:
        told = {name: value for name, value in vars(record).items() if name not in _LEFT_OUT}
        line = {"event": record.getMessage(), **told}
        for name, value in line.items():
            if isinstance(value, str) and not value.isalnum():  # a single word is none of them
                line[name] = _SECRETS.sub(_CUT, value)
        line["level"], line["logger"] = record.levelname.lower(), record.name
        line["timestamp"] = _instant(record.created)
        _add_trail(line)
        if record.exc_info:
            line["exc_info"] = record.exc_info
        return str(self._render(None, "", line))


def _renderer(*, as_json: bool) -> Processor:
    if as_json:
        return structlog.processors.JSONRenderer(_json)
    plain = structlog.dev.plain_traceback  # the other one shows variables, which are tokens too
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)


def _instant(seconds: float) -> str:
    at = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")
    return f"{at.removesuffix('+00:00')}Z"


def _add_trail(line: dict[str, Any]) -> None:
    if its := trail.current():
        line["request_id"] = its.request_id
        if its.operation:
            line["operation"] = its.operation
    if trace_id := traces.trace_id():
        line["trace_id"] = trace_id


def _told(error: BaseException) -> Iterator[str]:
    """As Python prints it, without what it says and without lines of source."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before:
        yield from _told(before)
    yield type(error).__qualname__
    for frame, line_number in traceback.walk_tb(error.__traceback__):
        yield f"  {frame.f_code.co_filename}:{line_number} {frame.f_code.co_name}"
    several: tuple[BaseException, ...] = getattr(error, "exceptions", ())  # of a group
    for one in several:
        yield from _told(one)


def _json(line: dict[str, Any], **_: Any) -> str:
    if exc_info := line.pop("exc_info", None):
        line["exception"] = "\n".join(_told(exc_info[1]))
    return orjson.dumps(line, default=str).decode()
