"""Websockets whose clients do not read are closed by name; who reads, however slowly, is left alone."""

import asyncio
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from app.deadlines import TOO_SLOW, HurriedSocket
from tests.e2e.live_client import PATIENCE_SECONDS, raw_socket
from tests.e2e.serving import serving_app
from tests.live import until

_CHUNK = "x" * 2**16


class Impatient(HurriedSocket):
    stuck_seconds = 0.5
    farewell_seconds = 0.5


class Farewell(HurriedSocket):
    stuck_seconds = 0.5
    farewell_seconds = 3600.0


class Talker:
    """Talks to everybody for as long as they are there, counts, and notes what it hears when they are not."""

    def __init__(self, pause_seconds: float = 0) -> None:
        self.ends: list[dict[str, Any]] = []
        self.said = 0
        self._pause_seconds = pause_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            return
        await receive()
        await send({"type": "websocket.accept", "subprotocol": scope["subprotocols"][0]})
        talking = asyncio.create_task(self._talk(send))
        self.ends.append(dict(await receive()))
        talking.cancel()
        await asyncio.gather(talking, return_exceptions=True)

    async def _talk(self, send: Send) -> None:
        while True:
            await send({"type": "websocket.send", "text": _CHUNK})
            self.said += 1
            await asyncio.sleep(self._pause_seconds)


@pytest.fixture
async def talker() -> Talker:
    return Talker()


async def read_to_the_end(socket: ClientConnection) -> ConnectionClosed:
    """What comes is as it was sent. The answer is how it ends."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        try:
            while True:
                assert await socket.recv() == _CHUNK
        except ConnectionClosed as end:
            return end


async def test_who_never_reads_is_cut_off_and_nothing_is_kept_for_them(talker: Talker) -> None:
    async with (
        serving_app(talker, sockets=Impatient) as address,
        raw_socket(address, max_queue=1, close_timeout=0.1) as socket,
    ):
        await until(lambda: bool(talker.ends))
        await asyncio.sleep(1.5)  # longer than the farewell
        end = await read_to_the_end(socket)

    assert talker.ends == [{"type": "websocket.disconnect", "code": TOO_SLOW}]
    assert end.rcvd is None  # not even the farewell
    assert talker.said * len(_CHUNK) < 2**20  # though the system would take several times that


async def test_who_reads_again_hears_the_rest_and_why_it_ends(talker: Talker) -> None:
    async with (
        serving_app(talker, sockets=Farewell) as address,
        raw_socket(address, max_queue=1) as socket,
    ):
        await until(lambda: bool(talker.ends))
        end = await read_to_the_end(socket)

    assert end.rcvd is not None
    assert (end.rcvd.code, end.rcvd.reason) == (TOO_SLOW, "TOO_SLOW")


async def test_who_reads_slowly_but_reads_is_left_alone() -> None:
    talker = Talker(pause_seconds=0.1)
    async with (
        serving_app(talker, sockets=Impatient) as address,
        raw_socket(address, max_queue=1) as socket,
    ):
        for _ in range(20):
            await asyncio.sleep(0.1)
            assert await socket.recv() == _CHUNK

        assert talker.ends == []


def test_as_shipped_who_does_not_read_is_gone_within_thirty_seconds() -> None:
    assert HurriedSocket.stuck_seconds + HurriedSocket.farewell_seconds <= 30
    assert 4400 <= TOO_SLOW < 4500
