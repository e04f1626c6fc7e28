"""Refusals over plain HTTP, beside GraphQL: a status, and the code and message in JSON."""

import logging

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from strawberry.relay import GlobalID

from adapters.images import ImageTooLarge, ImageTypeNotSupported
from adapters.rates import RateLimited
from adapters.storage import StorageUnavailable
from core.telemetry import metrics
from core.troubles import trouble
from domain.actor import Unauthenticated
from domain.errors import Conflict, Forbidden, Invalid, NotFound, Refusal

_STATUS: tuple[tuple[type[Exception], int], ...] = (  # the first that fits
    (ImageTooLarge, 413),
    (ImageTypeNotSupported, 415),
    (Invalid, 422),
    (Unauthenticated, 401),
    (RateLimited, 429),
    (Forbidden, 403),
    (NotFound, 404),
    (Conflict, 409),
    (StorageUnavailable, 503),
)
_log = logging.getLogger(__name__)

_UNREAD = {"Connection": "close"}  # so that nobody reads on what was refused


async def in_trouble(_request: Request, problem: Exception) -> Response:
    """What passes by itself: 503, and worth another try. Raises what does not."""
    which = trouble(problem)
    if which is None:
        raise problem
    _log.warning("Cannot answer for now: %s", problem)
    metrics.REFUSALS.labels(which.name).inc()
    answer = {"code": which.name, "message": which.value, "retryable": True}
    return JSONResponse(answer, 503, _UNREAD)


def refused(refusal: Refusal | Unauthenticated | StorageUnavailable) -> Response:
    status = next(status for kind, status in _STATUS if isinstance(refusal, kind))
    metrics.REFUSALS.labels(refusal.code).inc()
    answer = {"code": refusal.code, "message": str(refusal)}
    if isinstance(refusal, Conflict) and refusal.entity:
        answer["currentId"] = str(GlobalID(refusal.entity[0], str(refusal.entity[1])))
    again = {"Retry-After": str(refusal.seconds)} if isinstance(refusal, RateLimited) else {}
    return JSONResponse(answer, status, _UNREAD | again)


def gone_away() -> Response:
    """Who asked left while they were sending, so nobody hears it."""
    return Response(status_code=400)
