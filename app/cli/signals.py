"""Ctrl-C, SIGTERM and a closed terminal all end a command the same way."""

import signal
from collections.abc import Generator
from contextlib import contextmanager, suppress
from types import FrameType


@contextmanager
def until_interrupted() -> Generator[None]:
    """Whichever signal comes ends the block by an exception, so that everything begun in it is undone."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    with suppress(KeyboardInterrupt):
        yield


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
