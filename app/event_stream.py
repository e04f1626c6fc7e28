"""Subscriptions as server-sent events, for clients whose network lets no websocket through.

One request, one stream ("distinct connections" of the GraphQL over SSE protocol). Like a socket it lasts as
long as the token and the session do; then the client is told why, and resumes by the newest `seq` it has.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import Any

from strawberry.http.streaming import SSETransport

from app.draining import Restarting
from domain.actor import Unauthenticated
from resolvers.named_error import named_error


class EventStream(SSETransport):
    """For those who take nothing else: clients that take both want their queries answered in JSON."""

    def accepts(self, accept: str) -> bool:
        return super().accepts(accept) and "json" not in accept


_EVENTS = EventStream()


async def until_over(
    stream: AsyncGenerator[str],
    over: Sequence[Callable[[], Awaitable[Unauthenticated | Restarting]]],
    encode_json: Callable[[object], str],
) -> AsyncGenerator[str]:
    """The stream, but when one of `over` comes first, a last event with the reason and its proper end."""
    endings = [asyncio.ensure_future(each()) for each in over]
    following = asyncio.ensure_future(anext(stream, None))
    try:
        while (first := await _first_of(following, *endings)) is following:
            if (text := following.result()) is None:
                return
            yield text
            following = asyncio.ensure_future(anext(stream, None))
        reason = first.result()
        told = named_error(reason.code, str(reason)).formatted
        yield _EVENTS.encode_next({"errors": [told]}, encode_json)
        yield _EVENTS.encode_complete()
    finally:
        for each in (*endings, following):
            each.cancel()
        await asyncio.wait({following})
        await stream.aclose()


async def _first_of(*futures: "asyncio.Future[Any]") -> "asyncio.Future[Any]":
    """Whichever is done; of several, the last named."""
    done, _ = await asyncio.wait(futures, return_when=asyncio.FIRST_COMPLETED)
    return next(future for future in reversed(futures) if future in done)
