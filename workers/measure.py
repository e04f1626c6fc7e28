"""Looks every few seconds at what nobody's work tells: how much waits, and since when."""

# pyright: reportUnknownMemberType=false
# redis is half typed

import logging
from functools import partial

from redis.asyncio import Redis

from adapters.queues import queue_depths
from core.clock import now
from core.db import Database
from core.rounds import keep
from core.telemetry import metrics
from services import events
from workers.jobs import QUEUES
from workers.trouble import PASSING

_LOOK_SECONDS = 5.0
_MILLIS = 1000

_log = logging.getLogger(__name__)


async def run(db: Database, broker_url: str) -> None:
    """Measure until cancelled, through restarts of PostgreSQL and Redis."""
    async with Redis.from_url(broker_url) as redis:
        await keep(
            partial(measure, db, redis),
            "measure",
            every_seconds=_LOOK_SECONDS,
            log=_log,
            troubles=PASSING,
        )


async def measure(db: Database, redis: Redis) -> None:
    at = now()
    async with db.reading() as session:
        oldest = await events.oldest_unpublished(session)
    metrics.RELAY_LAG_SECONDS.set((at - oldest).total_seconds() if oldest else 0)
    depths = await queue_depths(redis, QUEUES, round(at.timestamp() * _MILLIS))
    for queue, depth in depths.items():
        metrics.QUEUE_JOBS.labels(queue, "waiting").set(depth.waiting)
        metrics.QUEUE_JOBS.labels(queue, "in_hand").set(depth.in_hand)
        metrics.QUEUE_JOBS.labels(queue, "delayed").set(depth.delayed)
        metrics.QUEUE_OLDEST_SECONDS.labels(queue).set(depth.oldest_seconds)
