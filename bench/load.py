"""Clients that ask again as soon as they are answered, with little work of their own."""

import asyncio
import json
import math
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

_MILLIS = 1000


class Connection:
    """One HTTP/1.1 connection of one person to the API."""

    def __init__(self, url: str, token: str) -> None:
        parts = urlsplit(url)
        assert parts.hostname
        assert parts.port
        self._host, self._port = parts.hostname, parts.port
        self._head = (
            f"POST /graphql HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: Bearer {token}\r\n"
            "Content-Type: application/json\r\nContent-Length: "
        )

    async def open(self) -> None:
        self._reader, self._writer = await asyncio.open_connection(self._host, self._port)

    async def ask(self, body: bytes) -> bytes:
        """Over a new connection if the server has hung up on who was idle for too long."""
        if self._reader.at_eof():
            self.close()
            await self.open()
        self._writer.write(f"{self._head}{len(body)}\r\n\r\n".encode() + body)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = head.lower().split(b"content-length:")[1].split(b"\r\n")[0]
        return await self._reader.readexactly(int(length))

    def close(self) -> None:
        self._writer.close()


@dataclass
class Answers:
    """What came back within `seconds`, and after how long each."""

    seconds: float = 0
    latencies: list[float] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    def print(self, problem_with: Callable[[Any], str | None]) -> None:
        problems = [problem_with(json.loads(body)) for body in self.bodies]
        wrong = [problem for problem in problems if problem]
        good = len(problems) - len(wrong)
        print(
            f"  answered             {good} in {self.seconds:.1f} s: {good / self.seconds:.1f} per s"
        )
        print(f"  latency              {spread(self.latencies)}")
        print(f"  wrong or refused     {len(wrong)}" + (f", first: {wrong[0]}" if wrong else ""))


async def load(
    connections: Sequence[Connection], body_for: Callable[[int], bytes], *, seconds: float
) -> Answers:
    """Every connection asks what `body_for` its number says, over and over, for so long."""
    answers = Answers()
    started_at = time.perf_counter()
    until = started_at + seconds

    async def keep_asking(number: int, connection: Connection) -> None:
        while (asked_at := time.perf_counter()) < until:
            answers.bodies.append(await connection.ask(body_for(number)))
            answers.latencies.append(time.perf_counter() - asked_at)

    await asyncio.gather(*(keep_asking(*each) for each in enumerate(connections)))
    answers.seconds = time.perf_counter() - started_at
    return answers


async def ask_beside(url: str, token: str, body: bytes, meanwhile: Awaitable[Any]) -> Answers:
    """Somebody who asks the same over and over until the other work is done."""
    answers, connection = Answers(), Connection(url, token)
    await connection.open()
    others = asyncio.ensure_future(meanwhile)
    while not others.done():
        asked_at = time.perf_counter()
        answers.bodies.append(await connection.ask(body))
        answers.latencies.append(time.perf_counter() - asked_at)
    connection.close()
    await others
    return answers


def spread(seconds: Sequence[float]) -> str:
    """The middle, the tail and the worst of it."""
    if not seconds:
        return "none"
    p50, p99, worst = (percentile(seconds, share) * _MILLIS for share in (0.50, 0.99, 1))
    return f"p50 {p50:.1f} ms, p99 {p99:.1f} ms, worst {worst:.1f} ms"


def percentile(seconds: Sequence[float], share: float) -> float:
    """By nearest rank."""
    return sorted(seconds)[math.ceil(share * len(seconds)) - 1]


def request(document: str, **variables: Any) -> bytes:
    return json.dumps({"query": document, "variables": variables}).encode()
