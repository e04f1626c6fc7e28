"""Subscriptions as server-sent events, for clients whose network lets no websocket through.

One request, one stream ("distinct connections" of the GraphQL over SSE protocol). Like a socket it lasts as
long as the token and the session do; then the client is told why, and resumes by the newest `seq` it has.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from contextvars import Context, copy_context
from typing import Any

from starlette.types import Scope
from strawberry.http import GraphQLHTTPResponse
from strawberry.http.streaming import SSETransport

from app.deadlines import AT_ONCE
from app.draining import Restarting
from domain.actor import Unauthenticated
from resolvers.execution.shared import encoded_once
from resolvers.named_error import named_error
from subscriptions.shortcut import Shortcut, opened


class EventStream(SSETransport):
    """For those who take nothing else: clients that take both want their queries answered in JSON."""

    def accepts(self, accept: str) -> bool:
        return super().accepts(accept) and "json" not in accept


_EVENTS = EventStream()


def shortcut(scope: Scope) -> Shortcut:
    """Past whatever waits, where the server knows a way."""
    at_once = scope.get("extensions", {}).get(AT_ONCE, {}).get("send")

    def send(data: bytes) -> bool:
        return bool(at_once and at_once(b'event: next\r\ndata: {"data":%b}\r\n\r\n' % data))

    return Shortcut(send)


async def told(
    answers: AsyncGenerator[GraphQLHTTPResponse],
    way: Shortcut,
    encode_json: Callable[[object], str],
) -> AsyncGenerator[str]:
    """The answers as events, but for those that took the shortcut. Heartbeats are among them."""
    with opened(way):
        async with aclosing(answers):
            async for answer in answers:
                yield _EVENTS.encode_next(encoded_once(answer), encode_json)
    yield _EVENTS.encode_complete()


async def until_over(
    stream: AsyncGenerator[str],
    over: Sequence[Callable[[], Awaitable[Unauthenticated | Restarting]]],
    way: Shortcut,
    encode_json: Callable[[object], str],
) -> AsyncGenerator[str]:
    """The stream, but when one of `over` comes first, a last event with the reason and its proper end."""
    endings = [asyncio.ensure_future(each()) for each in over]
    context = copy_context()  # one for the whole stream, which may set something and take it back
    following = _task(anext(stream, None), context)
    try:
        while (first := await _first_of(following, *endings)) is following:
            if (text := following.result()) is None:
                return
            yield text
            following = _task(anext(stream, None), context)
        way.close()
        reason = first.result()
        said = named_error(reason.code, str(reason)).formatted
        yield _EVENTS.encode_next({"errors": [said]}, encode_json)
        yield _EVENTS.encode_complete()
    finally:
        for each in (*endings, following):
            each.cancel()
        await asyncio.wait({following})
        await _task(stream.aclose(), context)


def _task(doing: Awaitable[Any], context: Context) -> asyncio.Task[Any]:
    async def done() -> Any:
        return await doing

    return asyncio.create_task(done(), context=context)


async def _first_of(*futures: "asyncio.Future[Any]") -> "asyncio.Future[Any]":
    """Whichever is done; of several, the last named."""
    done, _ = await asyncio.wait(futures, return_when=asyncio.FIRST_COMPLETED)
    return next(future for future in reversed(futures) if future in done)
