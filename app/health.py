"""Whether this process lives, and whether it can answer."""

import asyncio

from sqlmodel import select
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from app.parts import Parts
from core.db import TROUBLE

_PATIENCE_SECONDS = 3


def routes(parts: Parts) -> list[Route]:
    async def ready(_request: Request) -> Response:
        """Without Redis we answer and only push later, so that does not count."""
        lives = parts.live.hub.healthy and parts.session_watch.healthy
        found = {"database": await _answers(parts), "live": lives}
        status = 200 if all(found.values()) else 503
        return JSONResponse(found | {"redis": parts.live.hub.connected}, status)

    return [Route("/healthz", _alive), Route("/readyz", ready)]


async def _alive(_request: Request) -> Response:
    return PlainTextResponse("ok")


async def _answers(parts: Parts) -> bool:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS), parts.db.reading() as session:
            await session.exec(select(1))
    except TROUBLE:
        return False
    return True
