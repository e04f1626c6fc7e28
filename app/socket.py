"""GraphQL over a websocket: `graphql-transport-ws`, for as long as its token and its session last."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property
from typing import Any, cast

import orjson
from graphql import GraphQLError
from starlette.websockets import WebSocketDisconnect, WebSocketState
from strawberry.asgi import ASGIWebSocketAdapter
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
)

from adapters.tokens import TokenInvalid
from app.authentication import authenticate, bearer_token
from app.deadlines import AT_ONCE
from app.observed import name_operation, observed
from app.parts import Parts
from app.session_watch import Leave
from core.db import TROUBLE
from core.telemetry import metrics, trail
from core.telemetry.trail import Trail
from domain.actor import Identity, Unauthenticated
from resolvers.execution.shared import encoded_once
from resolvers.named_error import named_error
from subscriptions.context import LiveContext
from subscriptions.shortcut import Shortcut, opened

MOST_OPERATIONS = 20
_TOO_MANY = f"A socket carries {MOST_OPERATIONS} operations at a time."
_MOST_REASON_BYTES = 123
_FORBIDDEN = 4403
_TRY_AGAIN_LATER = 1013
_FINISH_SECONDS, _LOOK_SECONDS = 3.0, 0.05

_log = logging.getLogger(__name__)


class TextSocket(ASGIWebSocketAdapter):
    """Text frames, as the protocol demands, and silence towards a client that is gone."""

    async def send_json(self, message: Mapping[str, object]) -> None:
        if "payload" in message:
            message = {**message, "payload": encoded_once(message["payload"])}
        await self.send_text(orjson.dumps(message).decode())

    async def send_text(self, message: str) -> None:
        if self._is_open():
            with suppress(WebSocketDisconnect):  # whoever receives will notice
                await self.ws.send_text(message)

    def send_at_once(self, text: bytes) -> bool:
        """Whether the server could take it without any waiting."""
        return self._at_once is not None and self._is_open() and self._at_once(text)

    async def close(self, code: int, reason: str) -> None:
        """With as much of the reason as the protocol has room for."""
        if self._is_open():
            await super().close(code, reason.encode()[:_MOST_REASON_BYTES].decode(errors="ignore"))

    @cached_property
    def _at_once(self) -> Callable[[bytes], bool] | None:
        return self.ws.scope.get("extensions", {}).get(AT_ONCE, {}).get("send")

    def _is_open(self) -> bool:
        return self.ws.application_state is WebSocketState.CONNECTED


class Socket(BaseGraphQLTransportWSHandler[LiveContext, None]):
    """Signs in by `connection_init`: `{"authorization": "Bearer …"}`.

    When the token expires or its session ends, every operation is told so and the socket closes with 4403.
    A client then connects with a new token and resumes its streams by the newest `seq` that it has.
    """

    def __init__(self, view: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(view, *args, **kwargs)
        self._parts: Parts = view.parts
        self._leave: Leave | None = None
        self._ending: asyncio.Task[None] | None = None
        self._begun = 0
        self._going_on: set[Trail] = set()

    async def handle_message(self, message: Any) -> None:
        if _is_well_formed(message):
            await super().handle_message(message)
        else:
            await self.handle_invalid_message("Not a message of graphql-transport-ws")

    async def handle_connection_init(self, message: Any) -> None:
        if self.connection_init_received:
            await super().handle_connection_init(message)  # it refuses a second one
            return
        try:
            identity = await self._identity(message.get("payload"))
        except Unauthenticated as refusal:
            await self.websocket.close(_FORBIDDEN, refusal.code)
            return
        except TROUBLE as problem:
            _log.warning("Cannot let a websocket in for now: %s", problem)
            await self.websocket.close(_TRY_AGAIN_LATER, "TRY_AGAIN_LATER")
            return
        self.context = self._parts.context(identity.actor, self.context.address)
        await super().handle_connection_init(message)
        metrics.SOCKETS.inc()
        self._parts.draining.enter(self)
        self._leave = self._parts.session_watch.watch(identity, self._end_soon)
        self.connection_init_timeout_task = None  # it is over, and would keep what it consists of

    async def handle_subscribe(self, message: Any) -> None:
        if not self.connection_acknowledged or message["id"] in self.operations:
            await super().handle_subscribe(message)  # it sends them away
            return
        if self._ending:
            return
        if len(self.operations) >= MOST_OPERATIONS:
            await self._refuse(message, named_error("TOO_MANY_SUBSCRIPTIONS", _TOO_MANY))
            return
        payload = message["payload"]
        try:
            document = await self._parts.documents.meant(
                payload.get("query"), payload.get("extensions")
            )
        except GraphQLError as refusal:
            await self._refuse(message, refusal)
        else:
            named = {**message, "payload": {**payload, "query": document or ""}}
            await super().handle_subscribe(cast("Any", named))

    async def _refuse(self, message: Any, refusal: GraphQLError) -> None:
        error = {"id": message["id"], "type": "error", "payload": [refusal.formatted]}
        await self.send_message(cast("Any", error))

    async def shutdown(self) -> None:
        if self._leave:
            self._leave()
            self._leave = None  # which holds us
            metrics.SOCKETS.dec()
            self._parts.draining.leave(self)
        await super().shutdown()

    async def run_operation(self, operation: Any) -> None:
        """Under the socket's id and a number of its own."""
        self._begun += 1
        its = trail.of(trail.origin(), "")
        its.request_id = f"{its.request_id}.{self._begun}"
        with trail.following(its), observed(its), opened(Shortcut(self._sender(operation))):
            name_operation(operation.query, operation.operation_name)
            self._going_on.add(its)
            try:
                await super().run_operation(operation)
            finally:
                self._going_on.discard(its)

    async def finish(self) -> None:
        """Wait until what has been asked for is done, but not for ever: subscriptions never are."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_FINISH_SECONDS):
                while not all(its.is_lasting for its in self._going_on):  # noqa: ASYNC110 - rare and short
                    await asyncio.sleep(_LOOK_SECONDS)

    async def send_elsewhere(self, code: int, reason: str) -> None:
        await self.websocket.close(code, reason)

    def _sender(self, operation: Any) -> Callable[[bytes], bool]:
        """Sends the data of a result as the library would, without putting it into JSON again."""
        socket = cast("TextSocket", self.websocket)
        head = b'{"id":%b,"type":"next","payload":{"data":' % orjson.dumps(operation.id)

        def send(data: bytes) -> bool:
            goes_on = self.operations.get(operation.id) is operation
            return goes_on and socket.send_at_once(b"%b%b}}" % (head, data))

        return send

    async def _identity(self, payload: object) -> Identity:
        match payload:
            case {"authorization": str(authorization)}:
                bearer = bearer_token(authorization)
            case _:
                bearer = None
        identity = await authenticate(self._parts.db, self._parts.gate.tokens, bearer)
        if identity is None:
            raise TokenInvalid("Send an access token in connection_init.")
        return identity

    def _end_soon(self, refusal: Unauthenticated) -> None:
        self._ending = self._ending or asyncio.create_task(self._end(refusal))

    async def _end(self, refusal: Unauthenticated) -> None:
        """Whatever goes on ends at once, however long its client takes to hear of it."""
        error = named_error(refusal.code, str(refusal)).formatted
        for operation in self.operations.values():
            if operation.task:  # pyright: ignore[reportUnknownMemberType] - half typed
                operation.task.cancel()  # pyright: ignore[reportUnknownMemberType] - half typed
        while self.operations:
            operation = next(iter(self.operations.values()))
            await operation.send_operation_message(  # which also forgets it, so it must have ended
                {"id": operation.id, "type": "error", "payload": [error]}
            )
        await self.websocket.close(_FORBIDDEN, refusal.code)


def _is_well_formed(message: Any) -> bool:
    """Whether the library can handle it without looking at its types."""
    match message:
        case {"type": "subscribe", "id": str(id), "payload": {"query": str(), **rest}} if id:
            return _is_operation(rest) and _fits(rest, "extensions", dict)
        case {"type": "subscribe", "id": str(id), "payload": {"extensions": dict(), **rest}} if id:
            return _is_operation(rest) and _fits(rest, "query", str)
        case {"type": "complete", "id": str()} | {"type": "connection_init" | "ping" | "pong"}:
            return True
        case _:
            return False


def _is_operation(payload: Mapping[str, object]) -> bool:
    return _fits(payload, "variables", dict) and _fits(payload, "operationName", str)


def _fits(payload: Mapping[str, object], name: str, type: type) -> bool:
    value = payload.get(name)
    return value is None or isinstance(value, type)
