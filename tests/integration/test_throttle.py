from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from redis.asyncio import Redis

from adapters.buckets import Buckets
from adapters.throttle import LoginThrottle, TooManyAttempts

WINDOW = timedelta(minutes=15)
HOME, AWAY = "192.0.2.1", "198.51.100.1"


@asynccontextmanager
async def made_on(redis_url: str) -> AsyncGenerator[LoginThrottle]:
    made = LoginThrottle(Buckets(redis_url), per_account=3, per_address=5, window=WINDOW)
    yield made
    await made.buckets.close()


@pytest.fixture
async def throttle(redis_url: str) -> AsyncIterator[LoginThrottle]:
    async with made_on(redis_url) as made:
        yield made


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Any]:
    async with Redis.from_url(redis_url) as client:  # pyright: ignore[reportUnknownMemberType] - half typed
        yield client


async def admitted(throttle: LoginThrottle, email: str, address: str, *, tries: int = 10) -> int:
    """How many attempts in a row are let through."""
    for done in range(tries):
        try:
            await throttle.admit(email, address)
        except TooManyAttempts:
            return done
    return tries


async def test_refuses_an_account_from_everywhere_but_no_other(throttle: LoginThrottle) -> None:
    assert await admitted(throttle, "ann@example.com", HOME, tries=4) == 3

    with pytest.raises(TooManyAttempts) as refusal:
        await throttle.admit("ann@example.com", AWAY)

    assert refusal.value.code == "TOO_MANY_ATTEMPTS"
    assert refusal.value.retry_after_seconds == 300  # a third of the window, as three fit into it
    assert await admitted(throttle, "bob@example.com", AWAY, tries=1) == 1


async def test_refuses_an_address_whatever_the_account_but_no_other(
    throttle: LoginThrottle,
) -> None:
    assert [await admitted(throttle, f"{n}@example.com", HOME, tries=1) for n in range(6)] == [
        1,
        1,
        1,
        1,
        1,
        0,
    ]
    assert await admitted(throttle, "0@example.com", AWAY, tries=1) == 1


async def test_only_failures_count(throttle: LoginThrottle) -> None:
    for _ in range(20):
        await throttle.admit("ann@example.com", HOME)
        await throttle.forgive("ann@example.com", HOME)

    assert await admitted(throttle, "ann@example.com", HOME) == 3


async def test_a_network_of_ipv6_is_one_address(throttle: LoginThrottle) -> None:
    neighbours = [f"2001:db8:0:1:{n}::1" for n in range(5)]
    for n, address in enumerate(neighbours):
        await throttle.admit(f"{n}@example.com", address)

    assert await admitted(throttle, "x@example.com", "2001:db8:0:1::9", tries=1) == 0
    assert await admitted(throttle, "x@example.com", "2001:db8:0:2::9", tries=1) == 1


async def test_an_ipv4_address_is_the_same_by_either_protocol(throttle: LoginThrottle) -> None:
    for n in range(5):
        await throttle.admit(f"{n}@example.com", HOME)

    assert await admitted(throttle, "x@example.com", f"::ffff:{HOME}", tries=1) == 0


async def test_processes_count_together_and_redis_learns_no_address_of_mail(
    throttle: LoginThrottle, redis: Any, redis_url: str
) -> None:
    await throttle.admit("ann@example.com", HOME)

    async with made_on(redis_url) as other:
        assert await admitted(other, "ann@example.com", AWAY) == 2

    keys = [key.decode() for key in await redis.keys("*")]
    assert len(keys) == 3
    assert not [key for key in keys if "ann" in key]
    assert all([0 < await redis.ttl(key) <= 900 for key in keys])


async def test_survives_the_loss_of_its_connections(throttle: LoginThrottle, redis: Any) -> None:
    await throttle.admit("ann@example.com", HOME)
    await redis.client_kill_filter(_type="normal", skipme=True)

    assert await admitted(throttle, "ann@example.com", HOME) == 2


async def test_each_process_counts_for_itself_while_redis_is_away() -> None:
    async with made_on("redis://127.0.0.1:1") as alone:
        assert await admitted(alone, "ann@example.com", HOME) == 3
        await alone.forgive("ann@example.com", HOME)
        assert await admitted(alone, "ann@example.com", HOME, tries=1) == 1
