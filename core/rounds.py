"""Work that goes round and round until its task is cancelled."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from core.db import TROUBLE


def heed_cancellation() -> None:
    """End the task if it was cancelled: drivers swallow a cancellation that comes with an answer."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def keep(
    doing: Callable[[], Awaitable[object]],
    what: str,
    *,
    every_seconds: float,
    log: logging.Logger,
    troubles: tuple[type[Exception], ...] = TROUBLE,
) -> None:
    """Do it until cancelled. In trouble the log is told that `what` cannot be done for now."""
    while True:
        try:
            await doing()
        except troubles as problem:
            log.warning("Cannot %s for now: %s", what, problem)
        heed_cancellation()
        await asyncio.sleep(every_seconds)
