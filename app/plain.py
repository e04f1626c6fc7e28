"""Routes beside GraphQL: each has the time of an operation, and says by a status what it refuses."""

from collections.abc import Awaitable, Callable

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.storage import StorageUnavailable
from app.parts import Parts
from app.refused import gone_away, refused
from domain.actor import Unauthenticated
from domain.errors import Refusal
from resolvers.deadlines import in_time


def plain(
    parts: Parts,
    path: str,
    answer: Callable[[Request], Awaitable[Response]],
    *,
    method: str = "GET",
) -> Route:
    async def endpoint(request: Request) -> Response:
        try:
            return await in_time(answer(request), parts.limits.seconds)
        except (Refusal, Unauthenticated, StorageUnavailable) as refusal:
            return refused(refusal)
        except ClientDisconnect:
            return gone_away()

    return Route(path, endpoint, methods=[method])
