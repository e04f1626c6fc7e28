"""uvicorn, except that before it closes anything, those whom it serves are sent elsewhere."""

import asyncio

import uvicorn

from app.draining import Draining

_LOOK_SECONDS = 0.1


class Server(uvicorn.Server):
    """A socket that other processes accept from too is left to them at once; Ctrl-C again cuts it short."""

    def __init__(
        self, config: uvicorn.Config, draining: Draining, *, seconds: float, shares_socket: bool
    ) -> None:
        super().__init__(config)
        self._draining = draining
        self._seconds = seconds
        self._shares_socket = shares_socket

    async def main_loop(self) -> None:
        await super().main_loop()
        if self._shares_socket:
            for server in self.servers:
                server.close()
        leaving = asyncio.create_task(self._draining.drain(self._seconds))
        while not (leaving.done() or self.force_exit):  # noqa: ASYNC110 - a signal's handler sets it
            await asyncio.sleep(_LOOK_SECONDS)
        leaving.cancel()
