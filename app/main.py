"""Composition root of the API: the only module that knows every other."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from asyncpg import InterfaceError, PostgresError
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route, WebSocketRoute

from app import exports, health, log_export, pages, uploads
from app.draining import NoNewcomers
from app.endpoint import Endpoint, Straight
from app.guards import BodyLimit, Origins
from app.observed import Observed, Unforeseen
from app.parts import Parts
from app.refused import in_trouble
from app.security_headers import SecurityHeaders
from core.settings import Settings
from resolvers.root import executed_by_the_library, graphql

_GRAPHQL = "/graphql"
_LARGEST_JSON_BYTES = 2**20
_FORM_OVERHEAD_BYTES = 2**16
_CORS_HEADERS = (
    "Authorization",
    "Content-Type",
    "Apollo-Require-Preflight",
    "GraphQL-Require-Preflight",
    "X-Request-Id",
    "traceparent",
)
_TROUBLE = (SQLAlchemyError, PostgresError, InterfaceError, ConnectionError, TimeoutError)
_CORS_MAX_AGE_SECONDS = 600


def create() -> Starlette:
    """For `uvicorn --factory`: configured by the environment."""
    return create_app(Settings())


def create_app(settings: Settings) -> Starlette:
    """Whoever serves it finds in `state.draining` how to drain it before it is closed."""
    parts = Parts(settings)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None]:
        async with parts.running():
            yield

    schema = graphql if settings.fast_executor else executed_by_the_library()
    endpoint = Endpoint(schema, parts, allowed_origins=settings.allowed_origins)
    routes = [
        Route(_GRAPHQL, endpoint, methods=["GET", "POST"]),
        WebSocketRoute(_GRAPHQL, endpoint),
        *health.routes(parts),
        *uploads.routes(parts),
        *log_export.routes(parts),
        *exports.routes(parts),
    ]
    if settings.graphiql:
        routes += pages.routes()
    app = Starlette(
        routes=routes,
        middleware=_middleware(settings, parts, endpoint),
        exception_handlers=dict.fromkeys(_TROUBLE, in_trouble),
        lifespan=lifespan,
    )
    app.state.draining = parts.draining
    return app


def _middleware(settings: Settings, parts: Parts, endpoint: Endpoint) -> list[Middleware]:
    return [
        Middleware(Observed),
        Middleware(NoNewcomers, draining=parts.draining),
        Middleware(SecurityHeaders, https_only=settings.base_url.startswith("https://")),
        Middleware(
            Origins,
            allow_origins=settings.allowed_origins,
            allow_methods=("GET", "POST", "PUT"),
            allow_headers=_CORS_HEADERS,
            expose_headers=("RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-Id"),
            max_age=_CORS_MAX_AGE_SECONDS,
        ),
        Middleware(Unforeseen),
        Middleware(
            BodyLimit,
            bytes=_LARGEST_JSON_BYTES,
            file_bytes=settings.max_upload_bytes + _FORM_OVERHEAD_BYTES,
            files=uploads.FOLDER,
        ),
        Middleware(Straight, path=_GRAPHQL, endpoint=endpoint),
    ]
