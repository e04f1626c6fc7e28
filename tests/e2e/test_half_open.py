"""Requests that begin and do not come are dropped; those that come slowly, but come, are answered.

And so is who lets nothing of an answer through.
"""

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from tempfile import TemporaryDirectory

import pytest
from starlette.types import Receive, Scope, Send
from websockets.asyncio.client import unix_connect

from app.deadlines import HurriedRequests
from app.endpoint import SIGN_IN_WITHIN
from core.settings import Settings
from tests.e2e.live_client import LiveClient, raw_socket
from tests.e2e.serving import serving, serving_app

HEAD = b"POST / HTTP/1.1\r\nHost: x\r\n"
WHOLE = HEAD + b"Content-Length: 2\r\n\r\nok"
ANSWER = b"HTTP/1.1 200 OK\r\n"
PATIENCE_SECONDS = 20


class Impatient(HurriedRequests):
    """So that a test need not wait as long as a client in a tunnel may."""

    head_seconds = window_seconds = 1.0
    stuck_seconds = 0.3
    least_bytes = 40


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers a whole body with its length; to a websocket it listens and says nothing."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        await receive()
    if scope["type"] != "http":
        return
    length, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        length, more = length + len(message["body"]), message.get("more_body", False)
    size = str(len(str(length))).encode()
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", size)]}
    )
    await send({"type": "http.response.body", "body": str(length).encode()})


@pytest.fixture
async def address() -> AsyncGenerator[str]:
    async with serving_app(echo, requests=Impatient) as address:
        yield address


@asynccontextmanager
async def connected(
    address: str,
) -> AsyncGenerator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    host, _, port = address.partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    yield reader, writer
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


async def heard_until_dropped(address: str, *pieces: bytes, pause: float = 0.1) -> bytes:
    """What comes back while pieces are sent, over and over the last one, until the server hangs up."""
    async with connected(address) as (reader, writer), asyncio.timeout(PATIENCE_SECONDS):
        heard = asyncio.create_task(_all(reader))
        for piece in pieces:
            writer.write(piece)
            await asyncio.sleep(pause)
        while not heard.done():
            writer.write(pieces[-1])
            await asyncio.sleep(pause)
        return heard.result()


async def _all(reader: asyncio.StreamReader) -> bytes:
    heard = b""
    with suppress(ConnectionError):
        while some := await reader.read(1000):
            heard += some
    return heard


NEVER_WHOLE = {
    "nothing at all": (b"",),
    "empty lines for ever": (b"\r\n",),
    "half a first line": (b"P", b"O", b"S", b"T", b""),
    "headers for ever": (HEAD, b"X: y\r\n"),
    "no body": (HEAD + b"Content-Length: 999\r\n\r\n", b""),
    "a body drop by drop": (HEAD + b"Content-Length: 999\r\n\r\n", b"x"),
    "chunks drop by drop": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "half a handshake": (HEAD + b"Upgrade: websocket\r\nConnection: upgrade\r\n", b""),
}


async def test_what_does_not_come_is_dropped(address: str) -> None:
    heard = await asyncio.gather(
        *(heard_until_dropped(address, *pieces) for pieces in NEVER_WHOLE.values())
    )

    assert dict(zip(NEVER_WHOLE, heard, strict=True)) == dict.fromkeys(NEVER_WHOLE, b"")


async def test_a_good_request_buys_no_time_for_the_next(address: str) -> None:
    heard = await asyncio.gather(
        *(heard_until_dropped(address, WHOLE, *pieces) for pieces in NEVER_WHOLE.values())
    )

    assert [answer[: len(ANSWER)] for answer in heard] == [ANSWER] * len(NEVER_WHOLE)
    assert [answer.count(b"HTTP/1.1") for answer in heard] == [1] * len(NEVER_WHOLE)


async def test_a_head_has_an_end(address: str) -> None:
    async with connected(address) as (reader, writer), asyncio.timeout(PATIENCE_SECONDS):
        for _ in range(2):
            writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 2**12 + b"\r\n")
            assert (await reader.readuntil(b"\r\n\r\n0")).startswith(ANSWER)
    for endless in (b"x" * 2**14, b"x: " + b"y" * 2**14 + b"\r\n"):
        heard = await heard_until_dropped(address, HEAD, endless, pause=0)
        assert heard.startswith(b"HTTP/1.1 431 ")


async def test_what_comes_slowly_but_comes_is_answered(address: str) -> None:
    async with connected(address) as (reader, writer), asyncio.timeout(PATIENCE_SECONDS):
        for _ in range(2):
            writer.write(HEAD + b"Content-Length: 400\r\n\r\n")
            for _ in range(10):
                await asyncio.sleep(0.15)  # longer in all than a window, and than a head may take
                writer.write(b"x" * 40)
            assert (await reader.readuntil(b"400")).startswith(ANSWER)


async def test_who_answers_slowly_is_waited_for() -> None:
    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await asyncio.sleep(1.5)
            await echo(scope, receive, send)

    async with (
        serving_app(slow, requests=Impatient) as address,
        connected(address) as (reader, writer),
        asyncio.timeout(PATIENCE_SECONDS),
    ):
        large = b"x" * 2**20  # more than is read before the answer begins
        writer.write(HEAD + b"Content-Length: 1048576\r\n\r\n" + large)
        assert (await reader.readuntil(b"1048576")).startswith(ANSWER)


@pytest.mark.parametrize("pieces", [1, 10_000])
async def test_who_never_reads_the_answer_is_cut_off_and_little_is_kept_for_them(
    pieces: int,
) -> None:
    lost, taken = asyncio.Event(), 0
    part = b"x" * (2**26 // pieces)

    async def talker(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal taken
        if scope["type"] == "http":
            await receive()
            await send({"type": "http.response.start", "status": 200, "headers": []})
            for _ in range(pieces):
                await send({"type": "http.response.body", "body": part, "more_body": True})
                taken += not lost.is_set()
            await send({"type": "http.response.body"})

    class Noticed(Impatient):
        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            lost.set()

    async with serving_app(talker, requests=Noticed) as address, asyncio.timeout(PATIENCE_SECONDS):
        host, _, port = address.partition(":")
        _, writer = await asyncio.open_connection(host, int(port), limit=1)
        writer.write(WHOLE)
        await lost.wait()
        writer.close()
    assert (taken - 1) * len(part) < 2**20  # though the system would take several times that


async def test_a_socket_of_the_file_system_serves_as_well() -> None:
    with (
        TemporaryDirectory(prefix="outgo-") as folder,  # those of tests are too long for an address
        socket.socket(socket.AF_UNIX) as listening,
    ):
        listening.bind(f"{folder}/web")
        listening.listen()
        async with (
            serving_app(echo, requests=Impatient, listening=listening) as path,
            asyncio.timeout(PATIENCE_SECONDS),
        ):
            reader, writer = await asyncio.open_unix_connection(path)
            writer.write(WHOLE)
            assert (await reader.readuntil(b"\r\n\r\n2")).startswith(ANSWER)
            writer.close()
            async with unix_connect(path, "ws://outgo/graphql") as websocket:
                await websocket.send("here")
                await websocket.wait_closed()


async def test_who_reads_slowly_but_reads_has_the_whole_answer() -> None:
    length = 2**22

    async def talker(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await receive()
            head = [(b"content-length", str(length).encode())]
            await send({"type": "http.response.start", "status": 200, "headers": head})
            await send({"type": "http.response.body", "body": b"x" * length})

    async with (
        serving_app(talker, requests=Impatient) as address,
        connected(address) as (reader, writer),
        asyncio.timeout(PATIENCE_SECONDS),
    ):
        writer.write(WHOLE)
        await reader.readuntil(b"\r\n\r\n")
        for _ in range(8):
            await asyncio.sleep(0.1)  # longer in all than nothing may get through
            assert len(await reader.readexactly(length // 8)) == length // 8


async def test_an_open_websocket_is_left_alone(address: str) -> None:
    async with raw_socket(address, subprotocols=None) as socket:
        await asyncio.sleep(1.5)
        await socket.send("still here")
        assert (await LiveClient(socket).closed()).code is not None


async def test_who_hangs_up_in_the_midst_of_a_request_is_no_error(
    settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    async with serving(settings) as served:
        async with connected(served) as (_, writer):
            writer.write(HEAD.replace(b"/ ", b"/graphql ") + b"Content-Length: 99\r\n")
            writer.write(b'Content-Type: application/json\r\n\r\n{"query": "')
            await writer.drain()
            await asyncio.sleep(0.2)
        await asyncio.sleep(0.2)

    assert "Traceback" not in capfd.readouterr().err


def test_as_shipped_nothing_half_open_lives_for_ten_seconds() -> None:
    assert HurriedRequests.head_seconds < 10
    assert HurriedRequests.window_seconds * 2 < 10
    assert SIGN_IN_WITHIN.total_seconds() <= 10
