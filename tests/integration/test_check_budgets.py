"""From an expense to an alert, by the real relay, the real queue and a real worker process."""

# pyright: reportUnknownMemberType=false
# dramatiq is half typed

import asyncio
from collections.abc import Generator
from datetime import date
from pathlib import Path

import pytest

from core.clock import now
from core.db import Database
from core.settings import Settings
from domain.actor import Actor
from domain.period import local_day
from domain.split import Exact
from tests.budgets import alerts, make_budget
from tests.groups import Group, log, spend
from tests.live import relaying, until
from tests.members import invite, join, placeholder
from tests.working import working
from workers.jobs import CHECK_BUDGETS, JOBS
from workers.runtime import broker_on

pytestmark = pytest.mark.usefixtures("worker")


@pytest.fixture
def worker(settings: Settings, tmp_path: Path) -> Generator[None]:
    with working(settings, tmp_path, "budgets"):
        yield


def today() -> date:
    return local_day(now(), "Europe/Berlin")


async def has_alerts(db: Database, owner: Actor, expected: list[tuple[int, int]]) -> bool:
    return await alerts(db, owner) == expected


async def test_an_expense_alerts_everyone_whose_share_crosses_a_threshold(
    db: Database, redis_url: str, queue_redis_url: str, ann: Actor, bob: Actor, trip: Group
) -> None:
    await make_budget(db, ann, 10_000, today=today())
    await make_budget(db, bob, 10_000, today=today())
    split = Exact({trip.seat(ann): 8500, trip.seat(bob): 1500})

    async with relaying(db, redis_url, queue_redis_url, JOBS):
        await spend(db, bob, trip.id, 10_000, split=split, day=today())
        await until(lambda: has_alerts(db, ann, [(80, 8500)]))
        await spend(db, bob, trip.id, 10_000, split=split, day=today())
        await until(lambda: has_alerts(db, ann, [(80, 8500), (100, 17_000)]))

    assert await alerts(db, bob) == []


async def test_whoever_claims_a_seat_is_alerted_of_what_it_has_spent(
    db: Database, redis_url: str, queue_redis_url: str, ann: Actor, eve: Actor, trip: Group
) -> None:
    cat = await placeholder(db, ann, trip)
    await make_budget(db, eve, 10_000, today=today())
    await spend(db, ann, trip.id, 9000, split=Exact({cat: 9000}), day=today())
    link = await invite(db, ann, trip)

    async with relaying(db, redis_url, queue_redis_url, JOBS):
        await join(db, eve, link.token, cat)
        await until(lambda: has_alerts(db, eve, [(80, 9000)]))


async def test_a_job_that_comes_again_and_again_alerts_once(
    db: Database, queue_redis_url: str, ann: Actor, trip: Group
) -> None:
    await make_budget(db, ann, 1000, thresholds=[50], today=today())
    await spend(db, ann, trip.id, 1000, day=today())
    await spend(db, ann, trip.id, 2, day=today())
    *_, crossing, last = await log(db, trip.id)
    queue = broker_on(queue_redis_url)
    for event in [crossing] * 5 + [last]:
        [message] = CHECK_BUDGETS.messages([event])
        queue.enqueue(message)

    queue.declare_queue("budgets")
    await asyncio.to_thread(queue.join, "budgets")
    queue.close()

    assert await alerts(db, ann) == [(50, 501)]
