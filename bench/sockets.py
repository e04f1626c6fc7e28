"""Subscribers that only note when something arrives; what it was is looked at afterwards."""

import asyncio
import json
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from websockets import ClientProtocol, Frame, Opcode, Subprotocol
from websockets.uri import parse_uri

_OPENED_AT_ONCE = 20
_OPEN_SECONDS = 30
_LOOK_SECONDS = 0.005


class Follower(asyncio.Protocol):
    """One subscription on a connection of its own.

    `arrived` has every result in which `marker` stands, with the time in seconds since 1970.
    """

    def __init__(
        self, url: str, token: str, marker: bytes, document: str, **variables: Any
    ) -> None:
        self._address = urlsplit(url)
        self._token, self._marker = token, marker
        self._payload = {"query": document, "variables": variables}
        self._begun = asyncio.Event()
        self.arrived: list[tuple[float, bytes]] = []

    async def open(self) -> None:
        """Return when the first result, the snapshot, is there."""
        async with asyncio.timeout(_OPEN_SECONDS):
            await self.connect()
            await self._begun.wait()

    async def connect(self) -> None:
        """Return once there is a connection: the rest follows by itself."""
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: self, self._address.hostname, self._address.port)

    def close(self) -> None:
        self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._begin()

    def _begin(self) -> None:
        raise NotImplementedError

    def _note(self, at: float, result: bytes) -> None:
        if self._marker in result:
            self.arrived.append((at, result))
        else:
            self._begun.set()


class Subscriber(Follower):
    """By graphql-transport-ws, on a socket."""

    def _begin(self) -> None:
        self._websocket = ClientProtocol(
            parse_uri(f"ws://{self._address.netloc}/graphql"),
            subprotocols=[Subprotocol("graphql-transport-ws")],
        )
        self._websocket.send_request(self._websocket.connect())
        self._flush()

    def data_received(self, data: bytes) -> None:
        at = time.time()
        self._websocket.receive_data(data)
        for event in self._websocket.events_received():
            if not isinstance(event, Frame):
                bearer = {"authorization": f"Bearer {self._token}"}
                self._say({"type": "connection_init", "payload": bearer})
            elif event.opcode is Opcode.TEXT:
                self._hear(at, bytes(event.data))
        self._flush()

    def _hear(self, at: float, message: bytes) -> None:
        if b'"connection_ack"' in message:
            self._say({"id": "1", "type": "subscribe", "payload": self._payload})
        elif b'"next"' in message:
            self._note(at, message)

    def _say(self, message: dict[str, Any]) -> None:
        self._websocket.send_text(json.dumps(message).encode())

    def _flush(self) -> None:
        self._transport.writelines(self._websocket.data_to_send())


class EventSource(Follower):
    """By server-sent events. What arrives is kept as a socket would have said it."""

    def _begin(self) -> None:
        body = json.dumps(self._payload).encode()
        self._transport.write(
            f"POST /graphql HTTP/1.1\r\nHost: {self._address.netloc}\r\n"
            f"Authorization: Bearer {self._token}\r\nAccept: text/event-stream\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        self._came = b""

    def data_received(self, data: bytes) -> None:
        at = time.time()
        *events, self._came = (self._came + data).split(b"\r\n\r\n")
        for event in events:
            if b"event: next" in event:
                payload = event.partition(b"data: ")[2]
                self._note(at, b'{"id":"1","type":"next","payload":%b}' % payload)


async def open_all(subscribers: Sequence[Follower]) -> None:
    for start in range(0, len(subscribers), _OPENED_AT_ONCE):
        some = subscribers[start : start + _OPENED_AT_ONCE]
        await asyncio.gather(*(subscriber.open() for subscriber in some))


async def have_heard(subscribers: Sequence[Follower], count: int, *, seconds: float) -> None:
    """Return when all of them have so many results, or when the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if all(len(subscriber.arrived) >= count for subscriber in subscribers):
            return
        await asyncio.sleep(_LOOK_SECONDS)
