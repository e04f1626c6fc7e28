"""The API on a free port, in this process, served as the command line serves it."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing

import uvicorn
from starlette.types import ASGIApp

from app.deadlines import HurriedRequests, HurriedSocket
from app.main import create_app
from core.settings import Settings


@asynccontextmanager
async def serving(settings: Settings) -> AsyncGenerator[str]:
    """Yields the address, such as `127.0.0.1:43210`."""
    async with serving_app(create_app(settings)) as address:
        yield address


@asynccontextmanager
async def serving_app(
    app: ASGIApp,
    *,
    requests: type[HurriedRequests] = HurriedRequests,
    sockets: type[HurriedSocket] = HurriedSocket,
) -> AsyncGenerator[str]:
    config = uvicorn.Config(
        app,
        http=requests,
        ws=sockets,
        log_level="warning",
        timeout_graceful_shutdown=2,
        ws_max_size=64 * 2**10,
        ws_per_message_deflate=False,
    )
    server = uvicorn.Server(config)
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        # As uvloop does, and asyncio does not for such a socket: else every answer waits 40 ms for its body.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        task = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started:
            if task.done():
                task.result()
            await asyncio.sleep(0.01)
        host, port = listening.getsockname()
        yield f"{host}:{port}"
        server.should_exit = True
        await task
