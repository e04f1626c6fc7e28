"""How long a request, or an operation of a socket, may take. What it has begun by then is rolled back.

A client's own time does not count: whoever sends a file slowly is not late, as long as it comes.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Generator
from contextlib import aclosing, contextmanager, suppress
from contextvars import ContextVar
from typing import Any, NamedTuple, TypeVar

from core.troubles import TimedOut

Answer = TypeVar("Answer")
Part = TypeVar("Part")


class _Deadline(NamedTuple):
    task: asyncio.Task[Any] | None
    timeout: asyncio.Timeout


_deadline: ContextVar[_Deadline | None] = ContextVar("deadline", default=None)


async def in_time(work: Awaitable[Answer], seconds: float) -> Answer:
    """What the work answers. Raises `TimedOut`.

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
            raise TimedOut(f"It took longer than {seconds} seconds.") from None
        raise
    finally:
        _deadline.set(whole)


async def each_in_time(parts: AsyncGenerator[Part], seconds: float) -> AsyncGenerator[Part]:
    """The parts of what is too long to have one deadline. Raises `TimedOut`."""
    async with aclosing(parts):
        while (part := await in_time(anext(parts, None), seconds)) is not None:
            yield part


def take(seconds: float) -> None:
    """Let what asks go on for so long from now, where it has less time left."""
    if (whole := _deadline.get()) is not None:
        until = asyncio.get_running_loop().time() + seconds
        whole.timeout.reschedule(max(until, whole.timeout.when() or until))


@contextmanager
def waiting_for_the_client() -> Generator[None]:
    """No time passes for the deadline during the block."""
    whole = _deadline.get()
    if whole is None or (until := whole.timeout.when()) is None:
        yield
        return
    loop = asyncio.get_running_loop()
    left = until - loop.time()
    whole.timeout.reschedule(None)
    try:
        yield
    finally:
        with suppress(RuntimeError):  # nobody waits for the whole any more
            whole.timeout.reschedule(loop.time() + left)


async def as_it_comes(body: AsyncIterator[bytes]) -> AsyncGenerator[bytes]:
    """What a client sends."""
    while True:
        with waiting_for_the_client():
            piece = await anext(body, None)
        if piece is None:
            return
        yield piece
