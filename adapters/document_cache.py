"""Documents that clients registered lately, in Redis, so for all processes together.

It is a cache: while Redis is away nothing is known, and a client that is told so sends its document whole.
"""

# pyright: reportUnknownMemberType=false
# redis is half typed

import logging
from datetime import timedelta

from redis.asyncio import Redis
from redis.exceptions import RedisError

_PATIENCE_SECONDS = 1
_log = logging.getLogger(__name__)


class DocumentCache:
    """By the SHA-256 of a document's text, in hex. Each time one is asked for, it is kept `keep` longer."""

    def __init__(self, redis_url: str, *, keep: timedelta) -> None:
        self._keep = keep
        self._redis: Redis = Redis.from_url(
            redis_url,
            decode_responses=True,
            socket_timeout=_PATIENCE_SECONDS,
            socket_connect_timeout=_PATIENCE_SECONDS,
        )

    async def get(self, sha256: str) -> str | None:
        try:
            found = await self._redis.getex(_key(sha256), ex=self._keep)
        except RedisError as problem:
            _log.warning("Cannot look up documents: %s", problem)
            return None
        return None if found is None else str(found)

    async def put(self, sha256: str, document: str) -> None:
        try:
            await self._redis.set(_key(sha256), document, ex=self._keep)
        except RedisError as problem:
            _log.warning("Cannot keep a document: %s", problem)

    async def close(self) -> None:
        await self._redis.aclose()


def _key(sha256: str) -> str:
    return f"document:{sha256}"
