"""A Redis that is killed has not written all that it was given: the next is given it again."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# dramatiq is half typed

import asyncio
from pathlib import Path

from broadcaster import Broadcast
from sqlalchemy import text

from core.clock import now
from core.db import Database
from domain.actor import Actor
from domain.log import EventKind
from services import queue_servers
from subscriptions.rings import RedisRings
from tests.groups import Group, spend
from tests.live import own_redis, relaying, until
from workers import lost_jobs
from workers.broker import Broker
from workers.jobs import Job, Jobs
from workers.relay import carry
from workers.runtime import broker_on

LONGER_THAN_A_LOOK_SECONDS = 3
KEEP_EVENTS_AS_THEY_ARE = text("SELECT FROM events FOR SHARE")
QUEUE = "looks"
JOBS: Jobs = {EventKind.EXPENSE_CREATED: (Job("look", QUEUE, lambda _: {}),)}


async def carry_all(db: Database, rings_url: str, broker: Broker) -> None:
    rings = RedisRings(rings_url)
    await carry(db, Broadcast(backend=rings), broker, JOBS)
    await rings.disconnect()


def jobs_in(broker: Broker) -> int:
    size: int = broker.do_qsize(QUEUE)
    return size


async def test_the_next_is_given_what_was_carried_lately_and_once(
    db: Database, redis_url: str, tmp_path: Path, ann: Actor, trip: Group
) -> None:
    with own_redis(tmp_path / "redis") as (redis, url):
        broker = broker_on(url)
        await lost_jobs.Watch(db, broker, JOBS).look()
        for _ in range(2):
            await spend(db, ann, trip.id)
        await carry_all(db, redis_url, broker)
        await lost_jobs.Watch(db, broker, JOBS).look()
        assert jobs_in(broker) == 2

        redis.stop()
        redis.start()
        next_broker = broker_on(url)  # of a relay that knows nothing of the one before
        for _ in range(2):
            await lost_jobs.Watch(db, next_broker, JOBS).look()

        assert jobs_in(next_broker) == 2
        broker.close()
        next_broker.close()


async def test_what_was_enqueued_and_not_yet_marked_as_published_is_given_to_the_next_too(
    db: Database, redis_url: str, tmp_path: Path, ann: Actor, trip: Group
) -> None:
    """A database whose disk is slow marks it when the next has long been there."""
    with own_redis(tmp_path / "redis") as (redis, url):
        broker = broker_on(url)
        await lost_jobs.Watch(db, broker, JOBS).look()
        await spend(db, ann, trip.id)
        async with db.engine.connect() as slow:
            await slow.execute(KEEP_EVENTS_AS_THEY_ARE)
            async with relaying(db, redis_url, url, JOBS):
                await until(lambda: jobs_in(broker) == 1)
                redis.stop()
                redis.start()
                await asyncio.sleep(LONGER_THAN_A_LOOK_SECONDS)
                assert jobs_in(broker) == 0

                await slow.rollback()
                await until(lambda: jobs_in(broker) == 1)
        broker.close()


async def test_a_server_is_another_until_it_is_noted(db: Database) -> None:
    at = now()
    async with db.transaction() as tx:
        assert await queue_servers.last_seen_before(tx, "first") is None
        await queue_servers.note(tx, "first", at)

        assert await queue_servers.last_seen_before(tx, "first") is None
        assert await queue_servers.last_seen_before(tx, "second") == at

        await queue_servers.note(tx, "second", at)
        assert await queue_servers.last_seen_before(tx, "second") is None
        assert await queue_servers.last_seen_before(tx, "first") == at
