"""Buckets on a real Redis: atomic, shared, by its clock; and without it."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from redis.asyncio import Redis

from adapters.buckets import Buckets
from domain.bucket import Bucket

HOUR = 3600
LARGE, SMALL = Bucket("large", 10, HOUR), Bucket("small", 4, HOUR)
NOWHERE = "redis://127.0.0.1:1"


@asynccontextmanager
async def made_on(redis_url: str) -> AsyncGenerator[Buckets]:
    made = Buckets(redis_url)
    yield made
    await made.close()


@pytest.fixture(params=["redis", "away"])
async def buckets(request: pytest.FixtureRequest, redis_url: str) -> AsyncGenerator[Buckets]:
    """On Redis, and without it: they behave alike."""
    async with made_on(redis_url if request.param == "redis" else NOWHERE) as made:
        yield made


async def test_takes_from_all_or_none(buckets: Buckets) -> None:
    assert await buckets.take([LARGE, SMALL], 3) == (3, (7, 1), 0)

    refused = await buckets.take([LARGE, SMALL], 2)

    assert (refused.amount, refused.left) == (0, (7, 1))
    assert HOUR / 4 - 5 < refused.wait_seconds <= HOUR / 4
    assert await buckets.take([LARGE], 7) == (7, (0,), 0)


async def test_takes_as_much_as_there_is_up_to_what_is_wanted(buckets: Buckets) -> None:
    assert await buckets.take([LARGE, SMALL], 1, 3) == (3, (7, 1), 0)
    assert await buckets.take([LARGE, SMALL], 1, 3) == (1, (6, 0), 0)
    assert (await buckets.take([LARGE, SMALL], 1, 3)).amount == 0


async def test_what_is_given_back_can_be_taken_again(buckets: Buckets) -> None:
    await buckets.take([SMALL], 4)
    assert await buckets.take([SMALL], -1) == (-1, (1,), 0)
    assert await buckets.take([SMALL], -100) == (-100, (4,), 0)
    assert await buckets.take([SMALL], 4) == (4, (0,), 0)


async def test_what_goes_back_first_is_room_for_more(buckets: Buckets) -> None:
    await buckets.take([LARGE], 8)
    assert await buckets.take([LARGE], 3, 5, back=2) == (4, (0,), 0)
    assert await buckets.take([LARGE], 3, back=2) == (0, (2,), pytest.approx(HOUR / 10, abs=5))
    assert await buckets.take([LARGE], 3, back=100) == (3, (7,), 0)


async def test_fills_again_with_time(buckets: Buckets) -> None:
    fast = Bucket("fast", 1000, 1)
    await buckets.take([fast], 1000)
    async with asyncio.timeout(20):
        while (await buckets.take([fast], 500)).wait_seconds:  # noqa: ASYNC110 - Redis tells nobody
            await asyncio.sleep(0.05)


async def test_processes_share_them_and_take_no_more_than_there_is(redis_url: str) -> None:
    many = Bucket("many", 100, HOUR)
    async with made_on(redis_url) as one, made_on(redis_url) as other:
        taken = await asyncio.gather(*(each.take([many], 3) for each in (one, other) * 40))

    assert sum(each.amount for each in taken) == 99


async def test_leaves_nothing_behind(redis_url: str) -> None:
    client: Any = Redis.from_url(redis_url)  # pyright: ignore[reportUnknownMemberType] - half typed
    async with made_on(redis_url) as buckets, client as redis:
        await buckets.take([SMALL], 1)
        assert 0 < await redis.pttl("small") <= HOUR / 4 * 1000
        await buckets.take([SMALL], -1)
        assert await redis.keys("*") == []


async def test_counts_alone_while_redis_is_away_and_says_so_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING, "adapters.buckets"):
        async with made_on(NOWHERE) as alone:
            taken = [await alone.take([SMALL], 1) for _ in range(6)]

    assert [each.amount for each in taken] == [1, 1, 1, 1, 0, 0]
    assert [record.getMessage()[:41] for record in caplog.records] == [
        "Each process counts for itself while Redi"
    ]


async def test_survives_the_loss_of_its_connections(redis_url: str) -> None:
    client: Any = Redis.from_url(redis_url)  # pyright: ignore[reportUnknownMemberType] - half typed
    async with made_on(redis_url) as buckets, client as redis:
        await buckets.take([SMALL], 3)
        await redis.client_kill_filter(_type="normal", skipme=True)
        assert await buckets.take([SMALL], 1) == (1, (0,), 0)
