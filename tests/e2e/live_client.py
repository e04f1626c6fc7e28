"""A small client of `graphql-transport-ws`: many streams over one socket, each read at its own pace."""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from itertools import count
from typing import Any, NamedTuple

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

PATIENCE_SECONDS = 20
SUBPROTOCOL = "graphql-transport-ws"


class Closed(NamedTuple):
    code: int | None
    reason: str | None


class Stream:
    """What the server says about one operation."""

    def __init__(self, id: str, inbox: "asyncio.Queue[dict[str, Any]]") -> None:
        self.id = id
        self._inbox = inbox

    async def receive(self) -> dict[str, Any]:
        """The next message as it came: `next`, `error` or `complete`."""
        return await asyncio.wait_for(self._inbox.get(), PATIENCE_SECONDS)

    async def next(self) -> dict[str, Any]:
        """The only root field of the next `next`."""
        message = await self.receive()
        assert message["type"] == "next", message
        assert "errors" not in message["payload"], message
        ((_, value),) = message["payload"]["data"].items()
        return value

    async def take(self, number: int) -> list[dict[str, Any]]:
        return [await self.next() for _ in range(number)]

    async def error_code(self) -> str:
        """The code of the error that comes next, before the stream began or in the midst of it."""
        message = await self.receive()
        errors = message["payload"] if message["type"] == "error" else message["payload"]["errors"]
        return errors[0]["extensions"]["code"]


class LiveClient:
    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._inboxes: defaultdict[str, asyncio.Queue[dict[str, Any]]] = defaultdict(asyncio.Queue)
        self._ids = count(1)
        self._may_read = asyncio.Event()
        self._may_read.set()

    async def subscribe(self, document: str, **variables: Any) -> Stream:
        return await self.operate({"query": document, "variables": variables})

    async def operate(self, payload: object) -> Stream:
        id = str(next(self._ids))
        await self.send({"type": "subscribe", "id": id, "payload": payload})
        return Stream(id, self._inboxes[id])

    async def complete(self, stream: Stream) -> None:
        await self.send({"type": "complete", "id": stream.id})

    async def send(self, message: object) -> None:
        await self._socket.send(json.dumps(message))

    @asynccontextmanager
    async def not_reading(self) -> AsyncGenerator[None]:
        """Leave the socket alone for the block, as a client does that hangs."""
        self._may_read.clear()
        yield
        self._may_read.set()

    async def closed(self, *, within_seconds: float | None = PATIENCE_SECONDS) -> Closed:
        async with asyncio.timeout(within_seconds):
            await self._socket.wait_closed()
        return Closed(self._socket.close_code, self._socket.close_reason)

    async def listen(self) -> None:
        with suppress(ConnectionClosed):
            while await self._may_read.wait():
                message = json.loads(await self._socket.recv())
                self._inboxes[message.get("id", "")].put_nowait(message)


@asynccontextmanager
async def raw_socket(
    address: str, *, subprotocols: Any = (SUBPROTOCOL,), **options: Any
) -> AsyncGenerator[ClientConnection]:
    url = f"ws://{address}/graphql"
    async with connect(url, subprotocols=subprotocols, compression=None, **options) as socket:
        yield socket


@asynccontextmanager
async def live(address: str, token: str) -> AsyncGenerator[LiveClient]:
    """A socket that has signed in."""
    async with raw_socket(address) as socket:
        client = LiveClient(socket)
        await client.send(
            {"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}}
        )
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert json.loads(await socket.recv()) == {"type": "connection_ack"}
        listening = asyncio.create_task(client.listen())
        yield client
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening
