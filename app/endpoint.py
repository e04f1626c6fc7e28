"""GraphQL over HTTP and websockets, with the defaults of the library that we do not share put right."""

import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from datetime import timedelta
from functools import partial
from types import NoneType
from typing import Any, cast

import orjson
import strawberry
from cross_web import AsyncHTTPRequestAdapter, HTTPException
from graphql import GraphQLError
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types.execution import ExecutionResult, PreExecutionError

from app.authentication import address, authenticate, bearer_token
from app.event_stream import EventStream, shortcut, told, until_over
from app.http_answer import GRAPHQL, JSON, headers_of, status_of
from app.observed import name_operation
from app.parts import Parts
from app.refused import gone_away
from app.socket import Socket, TextSocket
from core.db import TROUBLE
from core.troubles import trouble
from domain.actor import Identity, Unauthenticated
from resolvers.deadlines import in_time, waiting_for_the_client
from resolvers.masking import in_trouble
from subscriptions.context import LiveContext

SIGN_IN_WITHIN = timedelta(seconds=10)
_PREFLIGHT = ("apollo-require-preflight", "graphql-require-preflight")
_PLAIN = (b"application/json", b"application/json; charset=utf-8")
_JSON = frozenset((b"content-type", value) for value in _PLAIN)
_MAY_BE = ((dict, NoneType), (str, NoneType), (dict, NoneType))  # variables, name and extensions
_UNUSED = Response()

_log = logging.getLogger(__name__)


class Endpoint(GraphQL[LiveContext, None]):
    graphql_transport_ws_handler_class = Socket
    websocket_adapter_class = TextSocket
    stream_transport_classes_by_protocol = {GRAPHQL_SSE_PROTOCOL: EventStream}

    def __init__(
        self, schema: strawberry.Schema, parts: Parts, *, allowed_origins: tuple[str, ...]
    ) -> None:
        super().__init__(
            schema,
            graphql_ide=None,
            subscription_protocols=[  # not the older one for websockets, which has known holes
                GRAPHQL_TRANSPORT_WS_PROTOCOL,
                GRAPHQL_SSE_PROTOCOL,
            ],
            connection_init_wait_timeout=SIGN_IN_WITHIN,
            multipart_uploads_enabled=True,
            max_subscriptions_per_connection=None,  # the socket itself counts, and says so by name
            allowed_origins=allowed_origins,
        )
        self.parts = parts

    async def run(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if not isinstance(request, Request):
            return cast("Any", await super().run(request, *args, **kwargs))
        http = cast("Request", request)
        try:
            headers = _headers(http)
            asked = _asked(await http.body()) if _is_plain(http.method, headers) else None
            answer = (
                self._answer(http, headers, asked) if asked else super().run(http, *args, **kwargs)
            )
            return await in_time(answer, self.parts.limits.seconds)
        except ClientDisconnect:
            return gone_away()
        except TROUBLE as problem:  # nobody could even be asked who is calling
            return await self._in_trouble(http, problem)
        finally:
            await http.close()  # uploaded files lie on disk until then

    async def _answer(
        self, request: Request, headers: Mapping[bytes, bytes], asked: GraphQLRequestData
    ) -> Response:
        """What the library does about one operation, without looking for anything else in the request."""
        identity = await self._caller(headers.get(b"authorization"))
        result = await self._meant(asked) or await self.execute_single(
            request=request,
            request_adapter=cast("Any", request),
            sub_response=_UNUSED,
            context=self.parts.context(identity and identity.actor, address(request)),
            root_value=None,
            request_data=asked,
        )
        answer = await self.process_result(request, result)
        return self._response(answer, _media_type(headers.get(b"accept", b"")))

    async def _in_trouble(self, request: Request, problem: Exception) -> Response:
        """Nothing was executed, or nothing is left of it."""
        which = trouble(problem)
        if which is None:
            raise problem
        _log.warning("Cannot answer for now: %s", problem)
        told = in_trouble(which)
        self.schema.process_errors([told])
        answer: Any = {"errors": [told.formatted]}
        response = self.create_response(answer, await self.get_sub_response(request))
        response.headers["Retry-After"] = "1"
        return response

    def should_render_graphql_ide(self, request: Any) -> bool:
        return "extensions" not in request.query_params and super().should_render_graphql_ide(
            request
        )

    async def execute_operation(self, *args: Any, **kwargs: Any) -> Any:
        asked: GraphQLRequestData = kwargs["request_data"]
        return await self._meant(asked) or await super().execute_operation(*args, **kwargs)

    async def _meant(self, asked: GraphQLRequestData) -> PreExecutionError | None:
        """Put the document there that is meant, unless it is refused."""
        try:
            asked.query = await self.parts.documents.meant(asked.query, asked.extensions)
        except GraphQLError as refusal:
            return PreExecutionError(data=None, errors=[refusal])
        name_operation(asked.query, asked.operation_name)
        return None

    async def get_context(
        self,
        request: Request | WebSocket,
        response: Response | WebSocket,  # noqa: ARG002 - the library passes it
    ) -> LiveContext:
        """A websocket signs in later, by its first message."""
        identity = None
        if isinstance(request, Request):
            identity = await self._caller(_headers(request).get(b"authorization"))
        request.state.identity = identity
        return self.parts.context(identity and identity.actor, address(request))

    async def _caller(self, authorization: bytes | None) -> Identity | None:
        try:
            bearer = bearer_token((authorization or b"").decode("latin-1"))
            return await authenticate(self.parts.db, self.parts.gate.tokens, bearer)
        except Unauthenticated:
            return None

    async def parse_http_body(self, request: AsyncHTTPRequestAdapter) -> Any:
        with waiting_for_the_client():
            try:
                return await super().parse_http_body(request)
            except (TypeError, ValueError) as error:
                raise HTTPException(400, "This is no media type.") from error

    def decode_json(self, data: str | bytes) -> object:
        return orjson.loads(data)

    def encode_json(self, data: object) -> bytes:
        return orjson.dumps(data)

    def parse_json(self, data: str | bytes) -> Any:
        parsed: object = super().parse_json(data)
        if isinstance(data, bytes) and not isinstance(parsed, dict | list):
            raise HTTPException(400, "The body is a JSON object.")
        return cast("Any", parsed)

    async def parse_multipart(self, request: AsyncHTTPRequestAdapter) -> dict[str, str]:
        """Only for callers that a browser has asked us about: a form needs no such permission."""
        if not any(request.headers.get(name) for name in _PREFLIGHT):
            raise HTTPException(400, f"Uploads need a header {' or '.join(_PREFLIGHT)}.")
        try:
            operations = cast("object", await super().parse_multipart(request))
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise HTTPException(400, "The map of files does not fit the operations.") from error
        if not isinstance(operations, dict):
            raise HTTPException(400, "The operations are a JSON object.")
        return cast("dict[str, str]", operations)

    async def get_sub_response(self, request: Request | WebSocket) -> Response:
        """Carries the media type that the client asked for (GraphQL over HTTP, section 6.1)."""
        return Response(media_type=_media_type(_headers(request).get(b"accept", b"")))

    async def process_result(
        self, request: Request, result: ExecutionResult
    ) -> GraphQLHTTPResponse:
        answer = await super().process_result(request, result)
        if isinstance(result, PreExecutionError):
            answer.pop("data", None)
        return answer

    async def _create_streaming_response(
        self,
        request: Request | WebSocket,
        result: Any,
        protocol: object,  # noqa: ARG002 - there is one
        sub_response: Response,  # noqa: ARG002 - an answer's, not a stream's
    ) -> Response:
        """For as long as the caller's token and session last."""
        assert isinstance(request, Request)
        way = shortcut(request.scope)
        events = told(self._answers(request, result), way, self.encode_json_string)
        identity: Identity | None = request.state.identity
        if identity is not None:
            over = (partial(self.parts.session_watch.over, identity), self.parts.draining.over)
            events = until_over(events, over, way, self.encode_json_string)
        return StreamingResponse(events, headers=EventStream.headers)

    async def _answers(
        self, request: Request, results: AsyncGenerator[ExecutionResult]
    ) -> AsyncGenerator[GraphQLHTTPResponse]:
        async with aclosing(results):
            async for result in results:
                yield await self.process_result(request, result)

    def create_response(
        self,
        response_data: GraphQLHTTPResponse | list[GraphQLHTTPResponse],
        sub_response: Response,
    ) -> Response:
        return self._response(response_data, sub_response.media_type)

    def _response(self, answer: object, media_type: str | None) -> Response:
        return Response(
            self.encode_json(answer),
            status_code=status_of(answer, media_type),
            headers=headers_of(answer),
            media_type=media_type,
        )


class Straight:
    """Most requests are operations as JSON, which need neither routes nor what handles errors of others."""

    def __init__(self, app: ASGIApp, *, path: str, endpoint: Endpoint) -> None:
        self._app, self._path, self._endpoint = app, path, endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == self._path and _has_json(scope):
            scope["endpoint"] = self._endpoint
            await self._endpoint(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _has_json(scope: Scope) -> bool:
    return scope["method"] == "POST" and not _JSON.isdisjoint(scope["headers"])


def _headers(connection: HTTPConnection) -> Mapping[bytes, bytes]:
    """By their names; the first of each."""
    return dict(reversed(connection.scope["headers"]))


def _is_plain(method: str, headers: Mapping[bytes, bytes]) -> bool:
    """Whether it can only be one operation as JSON, to be answered as JSON."""
    return (
        method == "POST"
        and headers.get(b"content-type") in _PLAIN
        and b"event-stream" not in headers.get(b"accept", b"").lower()
    )


def _media_type(accepted: bytes) -> str:
    return GRAPHQL if GRAPHQL.encode() in accepted else JSON


def _asked(body: bytes) -> GraphQLRequestData | None:
    """None where the library has something to say about the body."""
    try:
        parsed: object = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(parsed, dict):
        return None
    told = cast("dict[str, Any]", parsed)
    query, variables = told.get("query"), told.get("variables")
    name, extensions = told.get("operationName"), told.get("extensions")
    if isinstance(query, str) and all(map(isinstance, (variables, name, extensions), _MAY_BE)):
        return GraphQLRequestData(query, variables, name, extensions)
    return None
