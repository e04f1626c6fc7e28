"""What leaves after a commit: in order, at least once, and through whatever restarts."""

# pyright: reportUnknownMemberType=false
# redis and dramatiq are half typed

import asyncio
import json
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any, cast

import pytest
from broadcaster import Broadcast
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from sqlmodel import col, func, select

from core.db import Database
from domain.actor import Actor
from domain.log import EventKind
from models.event import Event
from subscriptions.rings import RedisRings, channel_of
from tests.groups import Group, make_group, personal_ledger, spend
from tests.live import PATIENCE_SECONDS, end_connections, own_redis, relaying, until
from workers.jobs import JOBS, Job, Jobs
from workers.main import broker
from workers.relay import carry
from workers.runtime import broker_on

LOOK_AT_EXPENSE: Jobs = {
    EventKind.EXPENSE_CREATED: (
        Job("look", queue="looks", arguments=lambda event: {"expense_id": str(event.entity_id)}),
    )
}


@pytest.fixture
async def trip(db: Database, ann: Actor) -> Group:
    return await make_group(db, ann)


@pytest.fixture
async def rings(redis_url: str) -> AsyncGenerator[Broadcast]:
    backend = RedisRings(redis_url)
    yield Broadcast(backend=backend)
    await backend.disconnect()


async def unpublished(db: Database) -> int:
    query = select(func.count()).select_from(Event).where(col(Event.published_at).is_(None))
    async with db.reading() as session:
        return (await session.exec(query)).one()


async def all_published(db: Database) -> bool:
    return await unpublished(db) == 0


async def enqueued(queue_url: str) -> list[str]:
    """The expense ids of the jobs in the queue, in order."""
    async with Redis.from_url(queue_url) as redis:
        ids = await redis.lrange("dramatiq:looks", 0, -1)
        messages = await redis.hmget("dramatiq:looks.msgs", ids) if ids else []
    return [json.loads(message or "")["kwargs"]["expense_id"] for message in messages]


async def next_ring(ear: PubSub) -> str:
    """The channel that rings next."""
    heard = cast("dict[str, Any] | None", await ear.get_message(timeout=PATIENCE_SECONDS))
    assert heard
    return heard["channel"].decode()


async def test_a_batch_rings_each_ledger_once_enqueues_and_is_marked(
    db: Database, redis_url: str, queue_redis_url: str, rings: Broadcast, ann: Actor, trip: Group
) -> None:
    own, other = await personal_ledger(db, ann), await make_group(db, ann)
    expenses = [await spend(db, ann, ledger) for ledger in (trip.id, other.id, trip.id)]
    waiting = await unpublished(db)
    queues = broker_on(queue_redis_url)

    async with Redis.from_url(redis_url) as redis, redis.pubsub() as ear:
        await ear.psubscribe("ledger:*")
        assert await next_ring(ear) == "ledger:*"

        assert await carry(db, rings, queues, LOOK_AT_EXPENSE) == waiting

        await redis.publish("ledger:end", "")
        heard = [await next_ring(ear) for _ in range(4)]
    rung = [channel_of(ledger_id) for ledger_id in (own.id, trip.id, other.id)]
    assert heard == [*rung, "ledger:end"]
    assert await enqueued(queue_redis_url) == [str(expense.id) for expense in expenses]
    assert await unpublished(db) == 0
    assert await carry(db, rings, queues, LOOK_AT_EXPENSE) == 0


async def test_what_cannot_be_rung_stays_unmarked(
    db: Database, ann: Actor, trip: Group, tmp_path: Path
) -> None:
    await spend(db, ann, trip.id)
    with own_redis(tmp_path) as (server, url):
        server.stop()
        async with relaying(db, url):
            await asyncio.sleep(0.5)
            assert await unpublished(db) > 0

            server.start()
            await until(lambda: all_published(db))


async def test_a_commit_is_carried_at_once_and_a_second_relay_waits_its_turn(
    db: Database, redis_url: str, queue_redis_url: str, ann: Actor, trip: Group
) -> None:
    async with (
        relaying(db, redis_url, queue_redis_url, LOOK_AT_EXPENSE) as first,
        relaying(db, redis_url, queue_redis_url, LOOK_AT_EXPENSE),
    ):
        expenses = [await spend(db, ann, trip.id) for _ in range(20)]
        await until(lambda: all_published(db))
        first.cancel()
        expenses += [await spend(db, ann, trip.id) for _ in range(20)]
        await until(lambda: all_published(db))

    assert await enqueued(queue_redis_url) == [str(expense.id) for expense in expenses]


async def test_a_relay_outlives_its_connections_to_postgresql(
    db: Database, redis_url: str, ann: Actor, trip: Group
) -> None:
    async with relaying(db, redis_url):
        await spend(db, ann, trip.id)
        await until(lambda: all_published(db))
        await end_connections(db)

        await spend(db, ann, trip.id)
        await until(lambda: all_published(db))


def test_every_named_actor_exists_on_its_queue() -> None:
    for jobs in JOBS.values():
        for job in jobs:
            assert broker.get_actor(job.actor).queue_name == job.queue
