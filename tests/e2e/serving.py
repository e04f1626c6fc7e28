"""The API on a free port, in this process, served as the command line serves it."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, closing, suppress

import uvicorn
from starlette.types import ASGIApp

from app.deadlines import HurriedRequests, HurriedSocket
from app.main import create_app
from core.settings import Settings

_FINISH_SECONDS = 2
_LOOK_SECONDS = 0.005


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
    listening: socket.socket | None = None,
) -> AsyncGenerator[str]:
    config = uvicorn.Config(
        app,
        http=requests,
        ws=sockets,
        log_level="warning",
        ws_max_size=64 * 2**10,
        ws_per_message_deflate=False,
    )
    server = _Prompt(config)
    with closing(listening or _free_port()) as door:
        task = asyncio.create_task(server.serve(sockets=[door]))
        while not server.started:
            if task.done():
                task.result()
            await asyncio.sleep(_LOOK_SECONDS)
        where = door.getsockname()
        yield where if isinstance(where, str) else f"{where[0]}:{where[1]}"
        server.over.set()
        await task


def _free_port() -> socket.socket:
    """As uvloop has it, and asyncio does not: else every answer waits 40 ms for its body."""
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


class _Prompt(uvicorn.Server):
    """Leaves in the same order, but without the tenths of a second in which uvicorn looks round."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.over = asyncio.Event()

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await self.over.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for listening in (*self.servers, *(sockets or ())):
            listening.close()
        state = self.server_state
        for connection in list(state.connections):
            connection.shutdown()
        with suppress(TimeoutError):
            async with asyncio.timeout(_FINISH_SECONDS):
                while state.connections or state.tasks:  # noqa: ASYNC110 - it has no event for that
                    await asyncio.sleep(_LOOK_SECONDS)
        for task in state.tasks:
            task.cancel()
        await self.lifespan.shutdown()
