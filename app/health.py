"""Whether this process lives, and whether it can answer.

Ready is who may be sent requests. Without Redis we answer and only push later, so then we are degraded and
ready. A database whose schema is older than our code is not ours yet; one that is newer is the next
version's, which only adds to it.
"""

import asyncio

from sqlmodel import select
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from app import migrations
from app.parts import Parts
from core.db import TROUBLE, Database

_PATIENCE_SECONDS = 3


def routes(parts: Parts) -> list[Route]:
    schema = _Schema(parts.db)

    async def ready(_request: Request) -> Response:
        needed = {
            "database": await _answers(parts),
            "schema": await schema.is_there(),
            "live": parts.live.hub.healthy and parts.session_watch.healthy,
            "open": not parts.draining.has_begun,
        }
        wanted = {"redis": parts.live.hub.connected}
        degraded = [name for name, is_well in {**needed, **wanted}.items() if not is_well]
        status = 200 if all(needed.values()) else 503
        return JSONResponse({**needed, **wanted, "degraded": degraded}, status)

    return [Route("/healthz", _alive), Route("/readyz", ready)]


class _Schema:
    """Looked at until it is there, and never again: nobody takes it back under a running process."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._is_there = False

    async def is_there(self) -> bool:
        if not self._is_there:
            try:
                async with asyncio.timeout(_PATIENCE_SECONDS):
                    self._is_there = not await migrations.is_behind(self._db)
            except TROUBLE:
                return False
        return self._is_there


async def _alive(_request: Request) -> Response:
    return PlainTextResponse("ok")


async def _answers(parts: Parts) -> bool:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS), parts.db.reading() as session:
            await session.exec(select(1))
    except TROUBLE:
        return False
    return True
