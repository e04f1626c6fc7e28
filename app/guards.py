"""What no request may do, whatever is behind it: send too much, or be of another origin unasked."""

from starlette.middleware.cors import CORSMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LINGERING_BYTES = 2**20


class _TooLarge(Exception):  # noqa: N818 - told by a status, never shown
    pass


class BodyLimit:
    """413 for a body over its limit, before more of it is read.

    Forms, and what is sent to below `files`, may have `file_bytes`. All else is read as a whole, whatever it
    is said to be, and may have `bytes`. A body whose head tells its length has that length, which the server
    sees to.
    """

    def __init__(self, app: ASGIApp, *, bytes: int, file_bytes: int, files: str) -> None:
        self._app = app
        self._bytes, self._file_bytes, self._files = bytes, file_bytes, files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        limit = self._limit(scope)
        declared = headers.get(b"content-length", b"")
        if declared.isdigit() and int(declared) <= limit:
            await self._app(scope, receive, send)
            return
        try:
            await self._app(scope, _limited(receive, -1 if declared.isdigit() else limit), send)
        except _TooLarge:
            refusal = PlainTextResponse("The body is too large.", 413, {"Connection": "close"})
            await refusal(scope, receive, _lingering(receive, send))

    def _limit(self, scope: Scope) -> int:
        types = [value for name, value in scope["headers"] if name == b"content-type"]
        is_form = [type.partition(b";")[0].strip() for type in types] == [b"multipart/form-data"]
        is_file = is_form or scope["path"].startswith(self._files)
        return self._file_bytes if is_file else self._bytes


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
