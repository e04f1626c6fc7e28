"""What no request may do, whatever is behind it: send too much, or be of another origin unasked."""

from starlette.middleware.cors import CORSMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LINGERING_BYTES = 2**20


class _TooLarge(Exception):  # noqa: N818 - told by a status, never shown
    pass


class BodyLimit:
    """413 for a body over its limit, before more of it is read. JSON has a limit of its own.

    A body whose head tells its length has that length, which the server sees to.
    """

    def __init__(self, app: ASGIApp, *, json_bytes: int, other_bytes: int) -> None:
        self._app = app
        self._json_bytes, self._other_bytes = json_bytes, other_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        limit = self._limit(headers.get(b"content-type", b""))
        declared = headers.get(b"content-length", b"")
        if declared.isdigit() and int(declared) <= limit:
            await self._app(scope, receive, send)
            return
        try:
            await self._app(scope, _limited(receive, -1 if declared.isdigit() else limit), send)
        except _TooLarge:
            refusal = PlainTextResponse("The body is too large.", 413, {"Connection": "close"})
            await refusal(scope, receive, _lingering(receive, send))

    def _limit(self, content_type: bytes) -> int:
        is_json = content_type.startswith(b"application/json")
        return self._json_bytes if is_json else self._other_bytes


def _limited(receive: Receive, left: int) -> Receive:
    """Of `left` bytes. Less than nothing refuses at once."""

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


class Origins(CORSMiddleware):
    """Starlette's, for those who tell an origin. That answers depend on it, every one of them says itself."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and any(name == b"origin" for name, _ in scope["headers"]):
            await super().__call__(scope, receive, send)
        else:
            await self.app(scope, receive, send)
