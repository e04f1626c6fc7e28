"""How long a request, or an operation of a socket, may take. What it has begun by then is rolled back."""

import asyncio
from collections.abc import Awaitable
from contextvars import ContextVar
from typing import Any, NamedTuple, TypeVar

from core.troubles import Trouble
from resolvers.masking import in_trouble

Answer = TypeVar("Answer")


class _Deadline(NamedTuple):
    task: asyncio.Task[Any] | None
    timeout: asyncio.Timeout


_deadline: ContextVar[_Deadline | None] = ContextVar("deadline", default=None)


async def in_time(work: Awaitable[Answer], seconds: float) -> Answer:
    """What the work answers. Raises `GraphQLError`: TIMED_OUT.

    Of what a task asks in the course of something else, only the whole has a deadline.
    """
    task, whole = asyncio.current_task(), _deadline.get()
    if whole is not None and whole.task is task:
        return await work
    timeout = asyncio.timeout(seconds)
    _deadline.set(_Deadline(task, timeout))
    try:
        async with timeout:
            return await work
    except TimeoutError:
        if timeout.expired():
            raise in_trouble(Trouble.TIMED_OUT) from None
        raise
    finally:
        _deadline.set(whole)


def take(seconds: float) -> None:
    """Let what asks go on for so long from now, where it has less time left."""
    if (whole := _deadline.get()) is not None:
        until = asyncio.get_running_loop().time() + seconds
        whole.timeout.reschedule(max(until, whole.timeout.when() or until))
