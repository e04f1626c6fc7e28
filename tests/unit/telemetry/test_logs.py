"""A log line tells what happened, and not whose it was."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from core.telemetry import logs, trail
from core.telemetry.trail import Trail

_log = logging.getLogger("app.of_this_test")


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What is written from here on, as JSON, from DEBUG on."""
    root, written = logging.getLogger(), io.StringIO()
    levels = {name: logging.getLogger(name).level for name in logs.OURS}
    handlers, level = root.handlers, root.level
    monkeypatch.setattr("sys.stderr", written)
    logs.configure("DEBUG", as_json=True)
    yield written
    root.handlers, root.level = handlers, level
    logging.captureWarnings(capture=False)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def lines(said: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.getvalue().splitlines()]


def test_a_line_says_what_it_belongs_to(said: io.StringIO) -> None:
    with trail.following(Trail("abcdefgh", "List")):
        _log.info("answered", extra={"status": 200})
    _log.debug("alone")

    first, second = lines(said)
    assert first.pop("timestamp").endswith("Z")
    assert first == {
        "event": "answered",
        "status": 200,
        "level": "info",
        "logger": "app.of_this_test",
        "request_id": "abcdefgh",
        "operation": "List",
    }
    assert "request_id" not in second


def test_libraries_are_not_asked_for_more_than_they_should_say(said: io.StringIO) -> None:
    logging.getLogger("websockets.server").debug("< TEXT 'Ann owes 5'")
    logging.getLogger("httpcore").debug("send_request_headers.started")

    assert lines(said) == []


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("Bearer abc.def", "Bearer …"),
        ("token eyJhbGciOi.eyJzdWIi.c2ln!", "token …!"),
        ("postgresql+asyncpg://outgo:hush@host/outgo", "postgresql+asyncpg://…@host/outgo"),
        ("no mail to ann+trip@example.org now", "no mail to … now"),
        ("duplicate key\nDETAIL:  Key (name)=(Ann) already exists.", "duplicate key\n…"),
    ],
)
def test_what_looks_like_a_secret_is_cut_out(said: io.StringIO, told: str, kept: str) -> None:
    _log.warning("%s", told)

    assert lines(said)[0]["event"] == kept


def test_fields_of_people_are_dropped(said: io.StringIO) -> None:
    _log.info("made", extra={"description": "Dinner", "amount": 5, "token": "x", "seq": 3})

    assert set(lines(said)[0]) == {"event", "seq", "level", "logger", "timestamp"}


def test_an_exception_is_its_type_and_its_place(said: io.StringIO) -> None:
    def fail() -> None:
        try:
            {}["Ann"]
        except KeyError as error:
            raise ExceptionGroup("Bob", [ValueError("Eve")]) from error

    try:
        fail()
    except ExceptionGroup:
        _log.exception("A bug.")

    text = lines(said)[0]["exception"]
    assert [line for line in text.splitlines() if not line.startswith(" ")] == [
        "KeyError",
        "ExceptionGroup",
        "ValueError",
    ]
    assert f"{__file__}:" in text
    assert not any(name in text for name in ("Ann", "Bob", "Eve"))
