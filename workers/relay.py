"""Carries committed facts outward: in order, at least once, never before commit.

One relay works at a time; a second waits for the first to go. What is carried is marked last, so a crash
repeats it and never loses it.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# dramatiq and redis are half typed

import asyncio
import logging
import signal
from contextlib import suppress

from broadcaster import Broadcast
from redis.backoff import ExponentialWithJitterBackoff

from core.db import Database
from core.rounds import heed_cancellation
from services import events
from subscriptions.rings import RING, RedisRings, channel_of
from workers import due, lost_jobs, measure, observed, runtime
from workers.broker import Broker
from workers.jobs import JOBS, Jobs, caused_by
from workers.trouble import PASSING
from workers.turn import turn

_BATCH = 500
_COMMITTED = "outgo_events"  # the trigger on `events` notifies it
_RELAY = 0x6F7574676F  # the number of the advisory lock: "outgo"

_log = logging.getLogger(__name__)


async def run(db: Database, rings: Broadcast, broker: Broker, jobs: Jobs = JOBS) -> None:
    """Carry until cancelled, through restarts of PostgreSQL and Redis."""
    pauses = ExponentialWithJitterBackoff(base=0.05, cap=2.0)
    failures = 0
    while True:
        try:
            async with turn(db.url, lock=_RELAY, channel=_COMMITTED) as mine:
                lost = lost_jobs.Watch(db, broker, jobs)
                while True:
                    size = await carry(db, rings, broker, jobs)
                    await lost.look()
                    if size < _BATCH:
                        failures = 0
                        await mine.notified()
                    heed_cancellation()
        except PASSING as problem:
            failures += 1
            _log.warning("Cannot carry events for now: %s", problem)
        heed_cancellation()
        await asyncio.sleep(pauses.compute(failures))


async def carry(db: Database, rings: Broadcast, broker: Broker, jobs: Jobs) -> int:
    """Ring and enqueue what one batch of events asks for, then mark it. The answer is its size.

    Rings go first: a queue that fails keeps no screen waiting.
    """
    batch = await events.unpublished(db, limit=_BATCH)
    for ledger_id in dict.fromkeys(event.ledger_id for event in batch):
        await rings.publish(channel_of(ledger_id), RING)
    if messages := caused_by(batch, jobs):
        await asyncio.to_thread(broker.enqueue_all, messages)
    if batch:
        await events.mark_published(db, batch)
        observed.carried(batch)
    return len(batch)


def main() -> None:
    """The relay's process: returns after SIGTERM or SIGINT."""
    with suppress(asyncio.CancelledError):
        asyncio.run(_until_told_to_stop())


async def _until_told_to_stop() -> None:
    task = asyncio.current_task()
    assert task is not None, "asyncio.run made one"
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    db, rings = runtime.database(), RedisRings(runtime.rings_url())
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(run(db, Broadcast(backend=rings), runtime.broker))
            tasks.create_task(due.run(db, runtime.broker))
            tasks.create_task(measure.run(db, runtime.queues_url()))
    finally:
        await rings.disconnect()
        await db.close()
