"""The processes that Outgo is made of, as children of whoever supervises them."""

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from socket import socket

from core.children import Child
from core.settings import Settings

_READING = ("ocr", "ocr_bulk")


def web(settings: Settings, listening: socket) -> list[Child]:
    """Processes that share one socket, so that nobody is refused while one of them restarts."""
    fd = listening.fileno()
    return [
        _outgo(f"web-{number}", "serve", "--fd", str(fd), inherits=[fd])
        for number in range(1, settings.web_processes + 1)
    ]


def relay() -> Child:
    return _outgo("relay", "relay")


def worker() -> Child:
    """Every job but reading receipts, which would keep the others waiting."""
    return _outgo("worker", "worker", *_each("--without", _READING))


def readers(settings: Settings) -> list[Child]:
    """Processes that read one receipt at a time each."""
    return [
        _outgo(f"reader-{number}", "worker", "--threads", "1", *_each("--queue", _READING))
        for number in range(1, settings.ocr_processes + 1)
    ]


def measured(settings: Settings, children: Sequence[Child]) -> Sequence[Child]:
    """The same children, each with a port of its own for its metrics, if there are to be any."""
    if settings.metrics_port:
        for port, child in enumerate(children, settings.metrics_port):
            child.environment = {**os.environ, "OUTGO_METRICS_PORT": str(port)}
    return children


def logging_to(folder: Path, children: Sequence[Child]) -> Sequence[Child]:
    """The same children, each with a new log of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    for child in children:
        child.log = folder / f"{child.name}.log"
        child.log.unlink(missing_ok=True)
    return children


def _outgo(name: str, *arguments: str, inherits: Sequence[int] = ()) -> Child:
    return Child(
        name=name, command=[sys.executable, "-m", "app.cli", *arguments], inherits=inherits
    )


def _each(option: str, values: Iterable[str]) -> list[str]:
    return [word for value in values for word in (option, value)]
