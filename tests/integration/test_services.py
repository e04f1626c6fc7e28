"""Services of people's own that do their worst: whoever tells them is through in time and tells others."""

import asyncio
import gzip
import re
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from adapters.apprise.service import service_of
from adapters.apprise.services import Services
from domain.delivery import Again, Outcome, Refused, Sent, Untried

_HEAD = b"HTTP/1.1 200 OK\r\n"
_CHUNK = b"10000\r\n" + bytes(2**16) + b"\r\n"
_BOMB = gzip.compress(bytes(2**20)) * 2**10
"""One MB that is a GiB."""

Answer = Callable[[StreamWriter], Awaitable[None]]


async def takes_it(to: StreamWriter) -> None:
    to.write(_HEAD + b"Content-Length: 0\r\n\r\n")


async def drips(to: StreamWriter) -> None:
    to.write(_HEAD + b"Content-Length: 1000000\r\n\r\n")
    while not to.is_closing():
        to.write(b".")
        await asyncio.sleep(0.1)


async def never_ends(to: StreamWriter) -> None:
    to.write(_HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    while not to.is_closing():
        to.write(_CHUNK)
        await to.drain()


async def unfolds(to: StreamWriter) -> None:
    kind = f"Content-Encoding: gzip\r\nContent-Length: {len(_BOMB)}\r\n\r\n"
    to.write(_HEAD + kind.encode() + _BOMB)
    await to.drain()


@asynccontextmanager
async def listening(answer: Answer) -> AsyncGenerator[str]:
    """A service by its URL."""

    async def answered(reader: StreamReader, writer: StreamWriter) -> None:
        with suppress(OSError):
            head = await reader.readuntil(b"\r\n\r\n")
            size = re.search(rb"(?i)content-length: (\d+)", head)
            assert size
            await reader.readexactly(int(size[1]))
            await answer(writer)
            await writer.drain()
        writer.close()

    async with await asyncio.start_server(answered, "127.0.0.1", 0) as server:
        yield f"json://127.0.0.1:{server.sockets[0].getsockname()[1]}/secret-path"


async def told(services: Services, *urls: str) -> list[type[Outcome]]:
    return [type(one) for one in await services.send([(url, "Dinner") for url in urls])]


async def test_services_are_told_one_after_the_other() -> None:
    async with listening(takes_it) as url:
        there, gone = await Services(private_too=True).send([(url, "Dinner"), ("syslog://", "")])

    assert isinstance(there, Sent)
    assert gone == Refused("The service is not known any more.")


@pytest.mark.parametrize("answer", [never_ends, unfolds])
async def test_an_answer_without_an_end_is_nobody_elses_trouble(answer: Answer) -> None:
    async with listening(answer) as endless, listening(takes_it) as url:
        assert await told(Services(private_too=True), endless, url) == [Again, Sent]


async def test_who_never_comes_to_an_end_is_given_up_in_time() -> None:
    async with listening(drips) as slow, listening(takes_it) as url:
        services = Services(private_too=True, seconds=3)

        assert await told(services, url, f"{slow}?rto=1000000", url) == [Sent, Again, Untried]


def test_nobody_chooses_how_long_we_wait() -> None:
    service = service_of("json://example.org/?rto=1000000&cto=nan")

    assert service is not None
    assert service.request_timeout == (4, 4)


async def test_nobody_of_the_inside_is_told() -> None:
    calls = 0

    async def counts(to: StreamWriter) -> None:
        nonlocal calls
        calls += 1
        await takes_it(to)

    async with listening(counts) as url:
        assert await told(Services(), url, url) == [Again, Again]
        assert calls == 0
        assert await told(Services(private_too=True), url) == [Sent]
        assert calls == 1
