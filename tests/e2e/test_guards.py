"""A client that never reads its answer is cut off, and costs nobody else anything."""

import asyncio

from starlette.types import Receive, Scope, Send

from app.guards import SendDeadline
from tests.e2e.serving import serving_app

_CHUNK = "x" * 2**16


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
