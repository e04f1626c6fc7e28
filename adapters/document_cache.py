"""Documents that clients registered lately, in Redis, so for all processes together.

It is a cache: while Redis is away nothing is known, and a client that is told so sends its document whole.
Anybody may register, and Redis holds jobs too: so those asked for last are kept, and no more.
"""

# pyright: reportUnknownMemberType=false
# redis is half typed

import logging
from datetime import timedelta

from redis.asyncio import Redis
from redis.exceptions import RedisError

MOST_DOCUMENTS = 5_000

_PATIENCE_SECONDS = 1
_INDEX = "documents"
_GET = """
local found = redis.call('GETEX', KEYS[2], 'EX', ARGV[1])
if found then
  local time = redis.call('TIME')
  redis.call('ZADD', KEYS[1], time[1] * 1000000 + time[2], KEYS[2])
  redis.call('EXPIRE', KEYS[1], ARGV[1])
end
return found
"""
_PUT = """
local time = redis.call('TIME')
redis.call('SET', KEYS[2], ARGV[1], 'EX', ARGV[2])
redis.call('ZADD', KEYS[1], time[1] * 1000000 + time[2], KEYS[2])
redis.call('EXPIRE', KEYS[1], ARGV[2])
local over = redis.call('ZCARD', KEYS[1]) - ARGV[3]
if over > 0 then
  for place, each in ipairs(redis.call('ZPOPMIN', KEYS[1], over)) do
    if place % 2 == 1 then
      redis.call('DEL', each)
    end
  end
end
"""
_log = logging.getLogger(__name__)


class DocumentCache:
    """By the SHA-256 of a document's text, in hex. Each time one is asked for, it is kept `keep` longer.

    Of more than `most` those go that were asked for the longest ago.
    """

    def __init__(self, redis_url: str, *, keep: timedelta, most: int = MOST_DOCUMENTS) -> None:
        self._keep, self._most = int(keep.total_seconds()), most
        self._redis: Redis = Redis.from_url(
            redis_url,
            decode_responses=True,
            socket_timeout=_PATIENCE_SECONDS,
            socket_connect_timeout=_PATIENCE_SECONDS,
        )
        self._get, self._put = map(self._redis.register_script, (_GET, _PUT))

    async def get(self, sha256: str) -> str | None:
        try:
            found = await self._get(keys=[_INDEX, _key(sha256)], args=[self._keep])
        except RedisError as problem:
            _log.warning("Cannot look up documents: %s", problem)
            return None
        return None if found is None else str(found)

    async def put(self, sha256: str, document: str) -> None:
        try:
            keys = [_INDEX, _key(sha256)]
            await self._put(keys=keys, args=[document, self._keep, self._most])
        except RedisError as problem:
            _log.warning("Cannot keep a document: %s", problem)

    async def close(self) -> None:
        await self._redis.aclose()


def _key(sha256: str) -> str:
    return f"document:{sha256}"
