"""Leaving unnoticed: ready no more, every socket sent elsewhere, and what was begun is finished.

Clients of sockets are told by 1012 that the service restarts (IANA's registry of RFC 6455), upon which
clients of GraphQL connect again. The close's reason tells each of them when, so that they do not all come
back at once, and everyone resumes by the newest `seq` that they have.
"""

import asyncio
import random
from contextlib import suppress
from typing import ClassVar, Protocol

from starlette.types import ASGIApp, Message, Receive, Scope, Send

SERVICE_RESTART = 1012
_LATEST_RETURN_SECONDS = 5.0
_TAKEN_WITHIN_SECONDS = 1.0
_MILLIS = 1000
_TRY_ELSEWHERE = (
    {
        "type": "websocket.http.response.start",
        "status": 503,
        "headers": [(b"retry-after", b"1"), (b"content-length", b"0")],
    },
    {"type": "websocket.http.response.body", "body": b""},
)


class Leaving(Protocol):
    async def finish(self) -> None:
        """Return when nothing but subscriptions goes on, or has for too long."""
        ...

    async def send_elsewhere(self, code: int, reason: str) -> None: ...


class Restarting(Exception):  # noqa: N818 - why a stream ends, and when to come back
    code: ClassVar[str] = "RESTARTING"


class _Stream:
    """One that a request waits for, and nothing else."""

    def __init__(self) -> None:
        self.over: asyncio.Future[Restarting] = asyncio.get_running_loop().create_future()

    async def finish(self) -> None:
        pass

    async def send_elsewhere(self, code: int, reason: str) -> None:  # noqa: ARG002 - a socket's
        if not self.over.done():
            self.over.set_result(Restarting(reason))


class Draining:
    """Of one web process: it has begun or it has not."""

    def __init__(self) -> None:
        self.has_begun = False
        self._sockets: set[Leaving] = set()

    def enter(self, socket: Leaving) -> None:
        self._sockets.add(socket)

    def leave(self, socket: Leaving) -> None:
        self._sockets.discard(socket)

    async def over(self) -> Restarting:
        """Wait until a stream is sent elsewhere."""
        stream = _Stream()
        self.enter(stream)
        try:
            return await stream.over
        finally:
            self.leave(stream)

    async def drain(self, seconds: float) -> None:
        """Send everybody elsewhere, spread over the time that load balancers are given to notice."""
        self.has_begun = True
        sockets = list(self._sockets)
        async with asyncio.TaskGroup() as farewells:
            farewells.create_task(asyncio.sleep(seconds))
            for number, socket in enumerate(sockets):
                farewells.create_task(_send_elsewhere(socket, seconds * number / len(sockets)))


async def _send_elsewhere(socket: Leaving, after_seconds: float) -> None:
    """Whoever does not even take that is closed with the process."""
    await asyncio.sleep(after_seconds)
    await socket.finish()
    with suppress(OSError, RuntimeError):
        async with asyncio.timeout(_TAKEN_WITHIN_SECONDS):
            await _tell(socket)


async def _tell(socket: Leaving) -> None:
    millis = random.randrange(int(_LATEST_RETURN_SECONDS * _MILLIS))  # noqa: S311 - no secret
    await socket.send_elsewhere(SERVICE_RESTART, f"RESTARTING; return in {millis} ms and resume")


class NoNewcomers:
    """While draining, sockets are refused and kept connections end with the answer that they wait for."""

    def __init__(self, app: ASGIApp, *, draining: Draining) -> None:
        self._app = app
        self._draining = draining

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._draining.has_begun or scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            for message in _TRY_ELSEWHERE:
                await send(dict(message))
        else:
            await self._app(scope, receive, _closing(send))


def _closing(send: Send) -> Send:
    async def closing(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), (b"connection", b"close")]
        await send(message)

    return closing
