"""How long a query or a mutation may take. What it has begun by then is rolled back."""

import asyncio
from collections.abc import Awaitable
from contextvars import ContextVar
from typing import TypeVar

from core.troubles import Trouble
from resolvers.masking import in_trouble

Answer = TypeVar("Answer")

_deadlines: ContextVar[tuple[asyncio.Timeout, ...]] = ContextVar("deadlines", default=())


async def in_time(work: Awaitable[Answer], seconds: float) -> Answer:
    """What the work answers. Raises `GraphQLError`: TIMED_OUT."""
    deadline = asyncio.timeout(seconds)
    outer = _deadlines.get()
    _deadlines.set((*outer, deadline))
    try:
        async with deadline:
            return await work
    except TimeoutError:
        if deadline.expired():
            raise in_trouble(Trouble.TIMED_OUT) from None
        raise
    finally:
        _deadlines.set(outer)


def take(seconds: float) -> None:
    """Let the operation that asks go on for so long from now, where it has less time left."""
    until = asyncio.get_running_loop().time() + seconds
    for deadline in _deadlines.get():
        deadline.reschedule(max(until, deadline.when() or until))
