"""A client that never reads is cut off, and costs nobody else anything."""

import asyncio

from starlette.types import Receive, Scope, Send

from app.guards import SendDeadline
from tests.e2e.live_client import raw_socket
from tests.e2e.serving import serving_app

_CHUNK = "x" * 2**16


async def test_a_client_that_never_reads_is_cut_off() -> None:
    ended: asyncio.Future[BaseException] = asyncio.get_running_loop().create_future()

    async def talker(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            return
        await receive()
        await send({"type": "websocket.accept", "subprotocol": scope["subprotocols"][0]})
        try:
            while True:
                await send({"type": "websocket.send", "text": _CHUNK})
        except BaseException as end:
            ended.set_result(end)
            raise

    async with (
        serving_app(SendDeadline(talker, seconds=0.3)) as address,
        raw_socket(address, max_queue=1, close_timeout=0.1),
        asyncio.timeout(20),
    ):
        end = await ended

    assert isinstance(end, OSError)


async def test_a_client_that_never_reads_its_answer_is_cut_off() -> None:
    ended: asyncio.Future[BaseException] = asyncio.get_running_loop().create_future()

    async def talker(scope: Scope, _receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        chunk = {"type": "http.response.body", "body": _CHUNK.encode(), "more_body": True}
        try:
            while True:
                await send(chunk)
        except BaseException as end:
            ended.set_result(end)
            raise

    async with serving_app(SendDeadline(talker, seconds=0.3)) as address, asyncio.timeout(20):
        host, port = address.split(":")
        _, writer = await asyncio.open_connection(host, int(port), limit=1)
        writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        end = await ended
        writer.close()

    assert isinstance(end, OSError)


async def test_a_client_that_reads_is_left_alone() -> None:
    async def echo(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            return
        await receive()
        await send({"type": "websocket.accept", "subprotocol": scope["subprotocols"][0]})
        while (message := await receive())["type"] == "websocket.receive":
            await asyncio.sleep(0.05)  # longer than a send may take
            await send({"type": "websocket.send", "text": message["text"]})

    async with (
        serving_app(SendDeadline(echo, seconds=0.02)) as address,
        raw_socket(address) as socket,
    ):
        for word in ("one", "two"):
            await socket.send(word)
            assert await socket.recv() == word
