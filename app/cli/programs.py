"""The processes that Outgo is made of, as children of whoever supervises them."""

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from socket import socket

from core import machine
from core.children import Child
from core.settings import Settings

READING = ("ocr", "ocr_bulk")
_WEB = "web"


def web(listening: socket) -> Child:
    """Keeps as many web processes as are set: see `app.cli.serve`."""
    fd = listening.fileno()
    return _outgo(_WEB, "serve", "--fd", str(fd), inherits=[fd])


def relay() -> Child:
    return _outgo("relay", "relay")


def worker() -> Child:
    """Every job but reading receipts, which would keep the others waiting."""
    return _outgo("worker", "worker", *_each("--without", READING))


def readers(settings: Settings) -> list[Child]:
    """Processes that read receipts; each holds the models."""
    return [
        _outgo(f"reader-{number}", "worker", *_each("--queue", READING))
        for number in range(1, _reading_processes(settings) + 1)
    ]


def measured(settings: Settings, children: Sequence[Child]) -> Sequence[Child]:
    """The same children, each with ports of its own for its metrics, if there are to be any."""
    if port := settings.metrics_port:
        for child in children:
            child.environment = {**os.environ, "OUTGO_METRICS_PORT": str(port)}
            port += settings.web_processes if child.name == _WEB else 1
    return children


def _reading_processes(settings: Settings) -> int:
    """As many as are set, or as the machine can bear beside everything else that runs on it."""
    if settings.ocr_processes is not None:
        return settings.ocr_processes
    if settings.ocr_device != "cpu":
        return 1
    in_memory = machine.memory_mib() // 2 // settings.most_memory_mib
    return max(1, min(machine.cores() // settings.ocr_threads - 1, in_memory))


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
