"""Attempts to log in, counted per account and per address in Redis, so by all processes together.

While Redis is away each process counts for itself: guessing stays slow, nobody is locked out, and nothing
fails. What was counted meanwhile is forgotten.
"""

import logging
import math
from collections.abc import Awaitable, Callable
from datetime import timedelta
from ipaddress import IPv6Address, ip_address
from typing import Any, NamedTuple, TypeVar

from limits import RateLimitItem, RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import FixedWindowRateLimiter
from limits.errors import StorageError
from redis.asyncio import ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from core.clock import now
from core.hashes import sha256
from domain.errors import Forbidden

_PATIENCE_SECONDS = 1
_NETWORK_BITS = 64  # what one subscriber of IPv6 is given at least (RFC 6177)

Answer = TypeVar("Answer")
_logger = logging.getLogger(__name__)


class TooManyAttempts(Forbidden):
    code = "TOO_MANY_ATTEMPTS"

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__(f"Too many attempts. Try again in {retry_after_seconds} seconds.")
        self.retry_after_seconds = retry_after_seconds


class _Counter(NamedTuple):
    limit: RateLimitItem
    of: str


class LoginThrottle:
    """`per_account` and `per_address` failures are let through in a window, which the first one opens."""

    def __init__(
        self, redis_url: str, *, per_account: int, per_address: int, window: timedelta
    ) -> None:
        seconds = int(window.total_seconds())
        self._per_account = RateLimitItemPerSecond(per_account, seconds, "login/account")
        self._per_address = RateLimitItemPerSecond(per_address, seconds, "login/address")
        self._pool: ConnectionPool = ConnectionPool.from_url(  # pyright: ignore[reportUnknownMemberType] - half typed
            redis_url,
            socket_timeout=_PATIENCE_SECONDS,
            socket_connect_timeout=_PATIENCE_SECONDS,
            retry=Retry(NoBackoff(), 1),  # a restarted Redis leaves dead connections in the pool
        )
        options: dict[str, Any] = {"connection_pool": self._pool}
        self._shared = FixedWindowRateLimiter(
            RedisStorage(
                "async+redis://", wrap_exceptions=True, implementation="redispy", **options
            )
        )
        self._own = FixedWindowRateLimiter(MemoryStorage())

    async def admit(self, email: str, address: str) -> None:
        """Count an attempt before its password is looked at. Refuses: `TooManyAttempts`."""
        counters = self._counters(email, address)
        if wait_seconds := await self._anyhow(lambda limiter: _count(limiter, *counters)):
            raise TooManyAttempts(wait_seconds)

    async def forgive(self, email: str, address: str) -> None:
        """The attempt succeeded: only failures count."""
        counters = self._counters(email, address)
        await self._anyhow(lambda limiter: _uncount(limiter, *counters))

    async def close(self) -> None:
        await self._pool.aclose()

    def _counters(self, email: str, address: str) -> tuple[_Counter, _Counter]:
        account = sha256(email).hex()  # Redis need not know who
        return _Counter(self._per_address, _network(address)), _Counter(self._per_account, account)

    async def _anyhow(self, count: Callable[[FixedWindowRateLimiter], Awaitable[Answer]]) -> Answer:
        try:
            return await count(self._shared)
        except StorageError as error:
            _logger.warning("Log-ins are counted per process while Redis is away: %s", error)
            return await count(self._own)


async def _count(limiter: FixedWindowRateLimiter, *counters: _Counter) -> int:
    """Count; the answer is 0, or in how many seconds a window closes that is full."""
    for limit, of in counters:
        if not await limiter.hit(limit, of):
            reset_at, _ = await limiter.get_window_stats(limit, of)
            return max(1, math.ceil(reset_at - now().timestamp()))
    return 0


async def _uncount(
    limiter: FixedWindowRateLimiter, by_address: _Counter, by_account: _Counter
) -> None:
    await limiter.clear(*by_account)
    await limiter.hit(*by_address, cost=-1)


def _network(address: str) -> str:
    """An IPv4 address itself; of IPv6 the network, within which one subscriber can choose at will."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address  # a socket file's peer has none
    if not isinstance(parsed, IPv6Address):
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(IPv6Address(int(parsed) >> _NETWORK_BITS << _NETWORK_BITS))
