"""Documents that clients registered, on a real Redis: the ones asked for last, and no more."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from redis.asyncio import Redis

from adapters.document_cache import DocumentCache

DAY = timedelta(days=1)


@asynccontextmanager
async def made_on(redis_url: str, *, most: int = 3) -> AsyncGenerator[DocumentCache]:
    cache = DocumentCache(redis_url, keep=DAY, most=most)
    yield cache
    await cache.close()


async def test_what_was_asked_for_longest_ago_goes_first(redis_url: str) -> None:
    async with made_on(redis_url) as cache:
        for name in "abc":
            await cache.put(name, f"{{ {name} }}")
        assert await cache.get("a") == "{ a }"
        await cache.put("c", "{ c }")  # again: it takes no place
        assert await cache.get("b") == "{ b }"
        for name in "de":
            await cache.put(name, f"{{ {name} }}")

        kept = [name for name in "abcde" if await cache.get(name)]

    assert kept == ["b", "d", "e"]


async def test_redis_holds_no_more_however_many_come(redis_url: str) -> None:
    client: Any = Redis.from_url(redis_url)  # pyright: ignore[reportUnknownMemberType] - half typed
    async with made_on(redis_url, most=5) as cache, client as redis:
        for number in range(50):
            await cache.put(str(number), "x" * 1000)

        assert len(await redis.keys("*")) == 6  # with the index
        assert min([await redis.ttl(key) for key in await redis.keys("*")]) > 0


async def test_without_redis_nothing_is_known() -> None:
    async with made_on("redis://127.0.0.1:1") as cache:
        await cache.put("a", "{ a }")
        assert await cache.get("a") is None
