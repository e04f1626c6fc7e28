"""Jobs and rings that come several times, in any order or not at all: effects are those of the facts."""

# pyright: reportUnknownMemberType=false
# dramatiq is half typed

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import Any

import pytest
from broadcaster import Broadcast
from dramatiq import Message

from bench import books
from core.clock import now
from core.db import Database
from core.settings import Settings
from domain.actor import Actor
from domain.log import EventKind
from domain.period import local_day
from models.event import Event
from subscriptions.hub import Hub
from subscriptions.rings import RING, RedisRings, channel_of
from tests.budgets import alerts, make_budget, told
from tests.groups import Group, ledger_row, log, make_group, personal_ledger, spend
from tests.live import until
from tests.working import working
from workers.jobs import JOBS, caused_by
from workers.runtime import broker_on

_QUEUES = ("notifications", "budgets")
_EXPENSES, _MOST_TIMES = 20, 5


@pytest.mark.parametrize("seed", [1, 2])
async def test_jobs_repeated_and_shuffled_among_two_workers_have_each_effect_once(
    db: Database, settings: Settings, tmp_path: Path, queue_redis_url: str,
    ann: Actor, bob: Actor, eve: Actor, seed: int,
) -> None:  # fmt: skip
    chance, people = Random(seed), (ann, bob, eve)
    today = local_day(now(), "Europe/Berlin")
    trip = await make_group(db, *people)
    await make_budget(db, bob, 1000, thresholds=[50, 100], today=today)
    for who in islice(cycle(people), _EXPENSES):
        await spend(db, who, trip.id, 300, day=today)
    events = [event for event in await log(db, trip.id) if event.kind is EventKind.EXPENSE_CREATED]

    with ExitStack() as workers:
        for number in range(2):
            folder = tmp_path / str(number)
            folder.mkdir()
            workers.enter_context(working(settings, folder, *_QUEUES))
        await _do(queue_redis_url, _shuffled(events, chance))

    for who in people:
        heard = Counter(
            each.source_seq for each in await told(db, who) if each.source_ledger_id == trip.id
        )
        assert heard == {event.seq: 1 for event in events if event.actor_id != who.user_id}
    assert await alerts(db, bob) == [(50, 2000), (100, 2000)]
    for ledger in (trip, *[await personal_ledger(db, who) for who in people]):
        assert [each async for each in books.differences(db, ledger.id)] == []


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_rings_lost_repeated_and_mixed_up_tell_each_event_once_and_in_order(
    db: Database, redis_url: str, ann: Actor, bob: Actor, trip: Group, seed: int
) -> None:
    chance = Random(seed)
    trips = [trip, await make_group(db, ann, bob, name="Elsewhere")]
    heads = {each.id: (await ledger_row(db, each.id)).seq for each in trips}
    heard: dict[Any, list[int]] = {each.id: [] for each in trips}
    hub, backend = Hub(db, redis_url, look_seconds=3600, remembers=5), RedisRings(redis_url)
    rings = Broadcast(backend=backend)
    await hub.open()
    await until(lambda: hub.connected)

    async def follow(one: Group) -> None:
        async with hub.listening(one.id, heads[one.id], bob.user_id) as listener:
            while True:
                for event in await listener.news():
                    heard[one.id].append(event.seq)
                    listener.seq = event.seq

    following = [asyncio.create_task(follow(one)) for one in trips]
    for _ in range(30):
        await spend(db, ann, chance.choice(trips).id)
        for _ in range(chance.randint(0, 3)):
            await rings.publish(channel_of(chance.choice(trips).id), RING)
    for one in trips:
        await rings.publish(channel_of(one.id), RING)

    newest = {one.id: (await ledger_row(db, one.id)).seq for one in trips}
    await until(lambda: all(heard[id][-1:] == [seq] for id, seq in newest.items()))
    for task in following:
        task.cancel()
    await asyncio.gather(*following, return_exceptions=True)
    await hub.close()
    await backend.disconnect()

    assert heard == {id: [*range(heads[id] + 1, seq + 1)] for id, seq in newest.items()}


def _shuffled(events: Sequence[Event], chance: Random) -> list[Message[None]]:
    """Every event's jobs up to five times: alone, and together with others."""
    times = [event for event in events for _ in range(chance.randint(1, _MOST_TIMES))]
    chance.shuffle(times)
    messages: list[Message[None]] = []
    while times:
        together, times = times[: (size := chance.randint(1, 4))], times[size:]
        messages += caused_by(together, JOBS)
    chance.shuffle(messages)
    return messages


async def _do(queue_redis_url: str, messages: Iterable[Message[None]]) -> None:
    """Return when workers have done all of them."""
    broker = broker_on(queue_redis_url)
    for queue in _QUEUES:
        broker.declare_queue(queue)
    for message in messages:
        broker.enqueue(message)
    for queue in _QUEUES:
        await asyncio.to_thread(broker.join, queue)
    broker.close()
