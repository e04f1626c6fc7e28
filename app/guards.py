"""What no request may do, whatever is behind it: send too much, or never read."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LINGERING_BYTES = 2**20


class _TooLarge(Exception):  # noqa: N818 - told by a status, never shown
    pass


class BodyLimit:
    """413 for a body over its limit, before more of it is read. JSON has a limit of its own."""

    def __init__(self, app: ASGIApp, *, json_bytes: int, other_bytes: int) -> None:
        self._app = app
        self._json_bytes, self._other_bytes = json_bytes, other_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            await self._app(scope, self._limited(Headers(scope=scope), receive), send)
        except _TooLarge:
            refusal = PlainTextResponse("The body is too large.", 413, {"Connection": "close"})
            await refusal(scope, receive, _lingering(receive, send))

    def _limited(self, headers: Headers, receive: Receive) -> Receive:
        is_json = headers.get("content-type", "").startswith("application/json")
        limit = self._json_bytes if is_json else self._other_bytes
        declared = headers.get("content-length", "")
        left = -1 if declared.isdigit() and int(declared) > limit else limit

        async def limited() -> Message:
            nonlocal left
            if left < 0:
                raise _TooLarge
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise _TooLarge
            return message

        return limited


def _lingering(receive: Receive, send: Send) -> Send:
    """Sends, and reads a little of what still comes: closed with that unread, the answer would be lost."""

    async def lingering(message: Message) -> None:
        if message["type"] != "http.response.body":
            await send(message)
            return
        await send({**message, "more_body": True})
        left = _LINGERING_BYTES
        while left > 0 and (more := await receive()).get("more_body"):
            left -= len(more.get("body", b""))
        await send({"type": "http.response.body"})

    return lingering


class SendDeadline:
    """Cuts off a client who lets nothing of an answer through for `seconds`; sockets have `app.deadlines`."""

    def __init__(self, app: ASGIApp, *, seconds: float) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def hurried(message: MutableMapping[str, Any]) -> None:
            try:
                async with asyncio.timeout(self._seconds):
                    await send(message)
            except TimeoutError:
                raise OSError("The client does not read.") from None

        await self._app(scope, receive, hurried if scope["type"] == "http" else send)
