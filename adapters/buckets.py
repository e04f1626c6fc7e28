"""Token buckets in Redis, so of all processes together; see `domain.bucket`.

One script takes from several buckets, or from none if one of them has too little, by the clock of Redis.
While Redis is away each process counts for itself: nobody is locked out, nothing fails or waits, and
guessing stays slow. What was counted meanwhile is forgotten.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# redis is half typed

import logging
import time
from collections import OrderedDict
from collections.abc import Sequence

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from domain.bucket import Bucket, Taken, full_after, left, wait_for

_PATIENCE_SECONDS = 0.5
_REST_SECONDS = 5  # between two looks whether Redis is back
_MOST_OWN = 10_000
_MICROSECONDS = 1_000_000
_TAKE = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local least, most, back = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local amount, wait, full, left = most, 0, {}, {}
for i, key in ipairs(KEYS) do
  local capacity, window = ARGV[2 * i + 2], ARGV[2 * i + 3]
  full[i] = math.max(now, tonumber(redis.call('GET', key) or 0) - back * window / capacity)
  left[i] = math.floor((now + window - full[i]) * capacity / window)
  amount = math.min(amount, math.max(least, left[i]))
  wait = math.max(wait, full[i] + least * window / capacity - now - window)
end
if wait > 0 then
  amount = 0
end
for i, key in ipairs(KEYS) do
  local capacity, window = ARGV[2 * i + 2], ARGV[2 * i + 3]
  local until_full = math.max(now, full[i] + amount * window / capacity)
  left[i] = math.floor((now + window - until_full) * capacity / window)
  if until_full > now then
    redis.call('SET', key, string.format('%.0f', until_full), 'PX', math.ceil((until_full - now) / 1000))
  else
    redis.call('DEL', key)
  end
end
return {amount, math.ceil(wait), unpack(left)}
"""
_log = logging.getLogger(__name__)


class Buckets:
    def __init__(self, redis_url: str) -> None:
        self._redis: Redis = Redis.from_url(
            redis_url,
            socket_timeout=_PATIENCE_SECONDS,
            socket_connect_timeout=_PATIENCE_SECONDS,
            retry=Retry(NoBackoff(), 1),  # a restarted Redis leaves dead connections in the pool
        )
        self._take = self._redis.register_script(_TAKE)
        self._own = _Own()
        self._away = False
        self._asks_at = 0.0

    async def take(
        self, buckets: Sequence[Bucket], least: int, most: int | None = None, *, back: int = 0
    ) -> Taken:
        """From each bucket the same: as much as all have up to `most`, or nothing if one has not `least`.

        What is given `back` goes there before, as far as there is room. Less than nothing is given back, too.
        """
        most = least if most is None else most
        if self._away and time.monotonic() < self._asks_at:
            return self._own.take(buckets, least, most, back)
        self._asks_at = (
            time.monotonic() + _REST_SECONDS
        )  # if it is away, one caller looks and no other waits
        try:
            taken = await self._ask(buckets, least, most, back)
        except RedisError as problem:
            self._note(away=True, why=problem)
            return self._own.take(buckets, least, most, back)
        self._note(away=False)
        return taken

    async def close(self) -> None:
        await self._redis.aclose()

    async def _ask(self, buckets: Sequence[Bucket], least: int, most: int, back: int) -> Taken:
        sizes = [
            (bucket.capacity, int(bucket.window_seconds * _MICROSECONDS)) for bucket in buckets
        ]
        amount, wait, *left = await self._take(
            keys=[bucket.key for bucket in buckets],
            args=[least, most, back, *(number for size in sizes for number in size)],
        )
        return Taken(amount, tuple(left), wait / _MICROSECONDS)

    def _note(self, *, away: bool, why: object = None) -> None:
        if away and not self._away:
            _log.warning("Each process counts for itself while Redis is away: %s", why)
        if self._away and not away:
            _log.warning("Redis counts again")
        self._away = away


class _Own:
    """Of this process alone; the buckets that were used last."""

    def __init__(self) -> None:
        self._full_at: OrderedDict[str, float] = OrderedDict()

    def take(self, buckets: Sequence[Bucket], least: int, most: int, back: int) -> Taken:
        now = time.monotonic()
        pairs = [
            (bucket, full_after(bucket, self._full_at.get(bucket.key, now), now, -back))
            for bucket in buckets
        ]
        wait = max(wait_for(bucket, full, now, least) for bucket, full in pairs)
        there = (left(bucket, full, now) for bucket, full in pairs)
        amount = 0 if wait else min(most, *(max(least, each) for each in there))
        for bucket, full in pairs:
            self._full_at[bucket.key] = full_after(bucket, full, now, amount)
            self._full_at.move_to_end(bucket.key)
        while len(self._full_at) > _MOST_OWN:
            self._full_at.popitem(last=False)
        after = (left(bucket, self._full_at[bucket.key], now) for bucket in buckets)
        return Taken(amount, tuple(after), wait)
