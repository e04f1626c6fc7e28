"""Points of users and addresses: what is taken in advance is nobody's gain and nobody's loss."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from redis.asyncio import Redis

from adapters import rates as module
from adapters.buckets import Buckets
from adapters.rates import Rates
from core.ids import new_id

HOME = "192.0.2.1"


@pytest.fixture(autouse=True)
def _slowly_filled(monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction] - used by every test
    monkeypatch.setattr(module, "WINDOW_SECONDS", 3600)


@asynccontextmanager
async def made_on(redis_url: str, *, user: int = 1000, address: int = 0) -> AsyncGenerator[Rates]:
    buckets = Buckets(redis_url)
    yield Rates(buckets, per_user=user, per_address=address)
    await buckets.close()


async def spent(rates: Rates, user: Any, *points: int, address: str = HOME) -> list[Any]:
    """What is left after each, or "wait"."""
    standings = [await rates.spend(user, address, each) for each in points]
    return [
        standing and ("wait" if standing.wait_seconds else standing.left) for standing in standings
    ]


async def test_everyone_has_their_own_points(redis_url: str) -> None:
    ann, bob = new_id(), new_id()
    async with made_on(redis_url) as rates:
        assert await spent(rates, ann, 100, 10, 10) == [900, 890, 880]
        assert await spent(rates, bob, 1) == [999]


async def test_whoever_has_too_few_waits(redis_url: str) -> None:
    ann = new_id()
    async with made_on(redis_url) as rates:
        assert await spent(rates, ann, 400, 400, 400) == [600, 200, "wait"]
        standing = await rates.spend(ann, HOME, 400)

    assert standing is not None
    assert (standing.policy, standing.capacity) == ("user", 1000)
    assert 700 < standing.wait_seconds <= 720  # 200 more at 1,000 in an hour


async def test_an_address_has_points_too_whoever_asks(redis_url: str) -> None:
    async with made_on(redis_url, user=1000, address=1500) as rates:
        assert await spent(rates, new_id(), 900) == [100]
        assert await spent(rates, new_id(), 900) == ["wait"]
        assert await spent(rates, None, 100) == [450]  # 50 are taken in advance for the first
        assert await spent(rates, None, 900, address="198.51.100.7") == [600]


async def test_nobody_has_more_than_all_however_long_they_rest(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_KEPT_SECONDS", 0)
    ann = new_id()
    client: Any = Redis.from_url(redis_url)  # pyright: ignore[reportUnknownMemberType] - half typed
    async with made_on(redis_url) as rates, client as redis:
        assert await spent(rates, ann, 10) == [990]
        await redis.flushdb()  # as when the bucket has had the time to fill again

        assert await spent(rates, ann, 10, 10) == [990, 980]


async def test_what_costs_more_than_all_takes_all(redis_url: str) -> None:
    ann = new_id()
    async with made_on(redis_url) as rates:
        assert await spent(rates, ann, 5000, 1) == [0, "wait"]


async def test_without_a_limit_nothing_is_asked() -> None:
    async with made_on("redis://127.0.0.1:1", user=0, address=0) as rates:
        assert await spent(rates, new_id(), 10**9) == [None]


async def test_most_operations_need_not_ask_redis(redis_url: str) -> None:
    ann = new_id()
    client: Any = Redis.from_url(redis_url)  # pyright: ignore[reportUnknownMemberType] - half typed
    async with made_on(redis_url, user=100_000) as rates, client as redis:
        await rates.spend(ann, HOME, 10)
        before = (await redis.info("commandstats"))["cmdstat_evalsha"]["calls"]
        for _ in range(100):
            await rates.spend(ann, HOME, 10)
        after = (await redis.info("commandstats"))["cmdstat_evalsha"]["calls"]

    assert after == before


async def test_what_was_taken_in_advance_is_given_back(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_KEPT_SECONDS", 0)  # every operation asks
    ann = new_id()
    async with made_on(redis_url) as one, made_on(redis_url) as other:
        assert await spent(one, ann, *[10] * 20) == [1000 - 10 * n for n in range(1, 21)]
        [left] = await spent(other, ann, 10)

    assert left == 1000 - 20 * 10 - 10 - 50  # a twentieth is still with the first process
