"""A client of the public interface, and of nothing else: GraphQL over HTTP and `graphql-transport-ws`."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from itertools import count
from types import TracebackType
from typing import Any, Self

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

_SUBPROTOCOL = "graphql-transport-ws"
_TIMEOUT_SECONDS = 30
_PREFLIGHT = {"GraphQL-Require-Preflight": "1"}


class Refused(Exception):  # noqa: N818 - the API's answer, not an error of ours
    """The API answered with errors or with a refusal; the text says which."""


class Api:
    """Queries and mutations of one person; nobody until `token` is set."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.token: str | None = None
        self._http = httpx.AsyncClient(base_url=url, timeout=_TIMEOUT_SECONDS)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    async def ask(self, document: str, **variables: Any) -> Any:
        """What the document's only root field answers. Raises `Refused`."""
        body = {"query": document, "variables": variables}
        return _answer(await self._http.post("/graphql", json=body, headers=self._headers()))

    async def upload(self, document: str, file: bytes, **variables: Any) -> Any:
        """Like `ask`, with a file as `$input.file`, by the GraphQL multipart request specification."""
        variables["input"] = {**variables["input"], "file": None}
        parts = {
            "operations": json.dumps({"query": document, "variables": variables}),
            "map": json.dumps({"0": ["variables.input.file"]}),
        }
        headers = {**self._headers(), **_PREFLIGHT}
        files = {"0": ("receipt", file)}
        return _answer(await self._http.post("/graphql", data=parts, files=files, headers=headers))

    @asynccontextmanager
    async def socket(self) -> AsyncGenerator["Socket"]:
        """A websocket of the same person."""
        url = self.url.replace("http", "ws", 1) + "/graphql"
        async with connect(url, subprotocols=[_SUBPROTOCOL], proxy=None) as connection:  # pyright: ignore[reportArgumentType] - the library's Subprotocol is a NewType of str
            socket = Socket(connection)
            await socket.begin(self.token)
            reading = asyncio.create_task(socket.read())
            try:
                yield socket
            finally:
                reading.cancel()

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


class Socket:
    """Several subscriptions over one connection."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._streams: dict[str, asyncio.Queue[dict[str, Any]]] = {}
        self._ids = count(1)

    async def begin(self, token: str | None) -> None:
        payload = {"authorization": f"Bearer {token}"}
        await self._send({"type": "connection_init", "payload": payload})
        answer = json.loads(await self._connection.recv())
        if answer["type"] != "connection_ack":
            raise Refused(json.dumps(answer))

    async def subscribe(self, document: str, **variables: Any) -> AsyncGenerator[Any]:
        """What the document's only root field says, message by message; it is subscribed on return."""
        id = str(next(self._ids))
        self._streams[id] = asyncio.Queue()
        payload = {"query": document, "variables": variables}
        await self._send({"id": id, "type": "subscribe", "payload": payload})
        return self._messages(self._streams[id])

    async def read(self) -> None:
        """Hand each message to its stream until the connection closes."""
        try:
            async for text in self._connection:
                message = json.loads(text)
                if message["type"] == "ping":
                    await self._send({"type": "pong"})
                elif "id" in message:
                    self._streams[message["id"]].put_nowait(message)
        except ConnectionClosed:
            pass
        for stream in self._streams.values():
            stream.put_nowait({"type": "complete"})

    async def _messages(self, stream: asyncio.Queue[dict[str, Any]]) -> AsyncGenerator[Any]:
        while (message := await stream.get())["type"] != "complete":
            if message["type"] == "error":
                raise Refused(json.dumps(message["payload"]))
            yield _only(message["payload"])

    async def _send(self, message: dict[str, Any]) -> None:
        await self._connection.send(json.dumps(message))


def _answer(response: httpx.Response) -> Any:
    return _only(response.json())


def _only(result: dict[str, Any]) -> Any:
    """The value of the only root field. Raises `Refused`."""
    if result.get("errors"):
        raise Refused("; ".join(error["message"] for error in result["errors"]))
    (value,) = result["data"].values()
    if isinstance(value, dict) and "code" in value and "message" in value:
        raise Refused(f"{value['code']}: {value['message']}")
    return value  # pyright: ignore[reportUnknownVariableType] - whatever JSON it is
