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
from collections.abc import Iterator, Mapping
from typing import Any

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

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


def configure(level: str, *, as_json: bool) -> None:
    """For the process, from now on, to standard error. The level is that of our own lines."""
    handler = logging.StreamHandler()
    handler.setFormatter(_formatter(as_json=as_json))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(logging.INFO, logging.getLevelNamesMapping()[level]))
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(capture=True)


def _formatter(*, as_json: bool) -> structlog.stdlib.ProcessorFormatter:
    shared: list[Processor] = [
        structlog.stdlib.ExtraAdder(),
        without_secrets,  # of what a line was given: what is added to it from here on has none
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso"),
        _add_trail,
    ]
    told: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if as_json:
        told += [_add_exception, structlog.processors.JSONRenderer(_json)]
    else:
        plain = structlog.dev.plain_traceback  # the other one shows variables, which are tokens too
        told += [
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)
        ]
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=told)


def _add_trail(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    if found := trail.current():
        line["request_id"] = found.request_id
        if found.operation:
            line["operation"] = found.operation
    if trace_id := traces.trace_id():
        line["trace_id"] = trace_id
    return line


def without_secrets(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """Drops fields that hold data of people, and cuts what looks like a secret out of the others."""
    return {
        name: _SECRETS.sub(_CUT, value) if isinstance(value, str) else value
        for name, value in line.items()
        if name not in _SECRET_FIELDS
    }


def _add_exception(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    match line.pop("exc_info", None):
        case (_, BaseException() as error, _) | (BaseException() as error):
            line["exception"] = "\n".join(_told(error))
        case _:
            pass
    return line


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


def _json(line: Mapping[str, Any], **_: Any) -> str:
    return orjson.dumps(line, default=str).decode()
