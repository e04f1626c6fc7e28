"""What comes round once a day: asked for once, done by the real worker, and careful with what is not ours."""

# pyright: reportUnknownMemberType=false
# dramatiq is half typed

import asyncio
import os
from datetime import timedelta
from pathlib import Path

import pytest
from redis.exceptions import RedisError
from sqlalchemy import text

from adapters.storage import Storage
from core.clock import now
from core.db import Database
from core.ids import new_id
from core.settings import Settings
from domain.actor import Actor
from domain.difference import Differs
from models.account import SessionEnd, User
from models.upkeep import UpkeepKind
from services import receipt_files, reconciliation, sessions, upkeep
from tests.groups import Group, spend
from tests.guests import make_guest
from tests.live import until
from tests.receipts import begin, finish, kept_file, upload
from tests.working import working
from workers import due
from workers.jobs import come_round
from workers.main import broker
from workers.runtime import broker_on


async def taken(db: Database, days: float) -> list[UpkeepKind]:
    """What is told to be due so many days from now."""
    async with db.transaction() as tx:
        return list(await upkeep.take_due(tx, now() + timedelta(days=days)))


async def test_each_kind_is_told_once_a_day(db: Database) -> None:
    assert await taken(db, 0) == []
    both = await asyncio.gather(*(taken(db, 1.1) for _ in range(4)))
    assert sorted(both) == [[], [], [], [*UpkeepKind]]
    assert await taken(db, 2) == []
    assert await taken(db, 30) == [*UpkeepKind]
    assert await taken(db, 30.5) == []


async def test_a_day_is_not_lost_because_redis_is_away(
    db: Database, queue_redis_url: str, tmp_path: Path
) -> None:
    async with db.engine.begin() as connection:
        await connection.execute(text("UPDATE upkeep SET due_at = now()"))
    away, there = broker_on(f"unix://{tmp_path}/nobody.sock"), broker_on(queue_redis_url)

    with pytest.raises(RedisError):
        await due.ask(db, away)
    for _ in range(2):
        await due.ask(db, there)

    queue = there.consume("upkeep", prefetch=10)
    asked = [message.actor_name for message in iter(queue.__next__, None) if message]
    assert sorted(asked) == ["forget_guests", "reconcile", "sweep_files"]
    away.close()
    there.close()


def test_what_comes_round_is_somebodys_job() -> None:
    for kind in UpkeepKind:
        for job in come_round(kind):
            assert broker.get_actor(job.actor_name).queue_name == job.queue_name


async def test_what_only_a_newer_version_knows_is_left_to_it(db: Database) -> None:
    async with db.engine.begin() as connection:
        await connection.execute(text("INSERT INTO upkeep VALUES ('POLISH', now())"))

    assert await taken(db, 1.1) == [*UpkeepKind]

    async with db.engine.begin() as connection:
        due = await connection.execute(text("DELETE FROM upkeep WHERE kind = 'POLISH' RETURNING 1"))
        assert due.all() == [(1,)]


async def test_a_file_is_an_orphan_when_no_receipt_has_it(
    db: Database, ann: Actor, trip: Group
) -> None:
    receipt = await upload(db, ann, trip.id, kept_file()._replace(object_key=f"{trip.id}/a.jpg"))
    await begin(db, receipt.id)
    await finish(db, receipt.id)
    kept = f"{trip.id}/a.jpg", f"{new_id()}/a.jpg", f"{trip.id}/b.jpg"

    async with db.reading() as session:
        assert await receipt_files.orphans(session, []) == set()
        assert await receipt_files.orphans(session, kept) == {*kept[1:]}


async def test_a_worker_reports_what_differs_and_removes_what_is_nobodys(
    db: Database, settings: Settings, ann: Actor, trip: Group, tmp_path: Path
) -> None:
    storage = Storage(settings.receipts_url)
    keys = [f"{trip.id}/{new_id()}.jpg" for _ in range(4)]
    kept, old, seen, new = *keys[:2], f"{keys[2]}.seen.jpg", keys[3]
    strange = f"{trip.id}/backup.tar"
    for key in (kept, old, seen, new, strange):
        await storage.put(key, b"x", "image/jpeg")
        if key != new:
            os.utime(tmp_path / "receipts" / key, times=(0, 0))
    await upload(db, ann, trip.id, kept_file()._replace(object_key=kept))
    await spend(db, ann, trip.id)
    stays, goes = [await make_guest(db, ann, trip.id, name) for name in ("Gus", "Tom")]
    async with db.transaction() as tx:
        await sessions.end(tx, goes, goes.session_id, SessionEnd.LOGGED_OUT)
    async with db.engine.begin() as connection:
        await connection.execute(text("UPDATE balances SET net_minor = 7 WHERE net_minor > 0"))
        await connection.execute(text("UPDATE spent_on_days SET minor = minor + 1"))
    queues = broker_on(settings.broker_url)

    with working(
        settings, tmp_path, "upkeep", environment={"OUTGO_DATA_DIR": str(tmp_path)}
    ) as log:
        for kind in UpkeepKind:
            for job in come_round(kind):
                queues.enqueue(job)
        done = ("Swept", "Reconciled", "Forgot")
        await until(lambda: all(word in log.read_text() for word in done))
    queues.close()

    said = log.read_text()
    assert "Reconciled 3 ledgers: 4 differences." in said
    assert f"Ledger {trip.id}: what was spent by day was summed up anew." in said
    assert f"Ledger {trip.id}: BALANCE_DIFFERS: the EUR balance of Member {trip.seat(ann)}" in said
    assert "Swept 2 files that belonged to nothing." in said
    assert "Forgot 1 of the guests who cannot return." in said
    async with db.snapshot() as session:
        found = [each async for each in reconciliation.of_ledger(session, trip.id, now().date())]
    assert {each.what for each in found} == {Differs.BALANCE_DIFFERS, Differs.BALANCE_NOT_AS_LOGGED}
    async with db.reading() as session:
        assert await session.get(User, stays.user_id) is not None
        assert await session.get(User, goes.user_id) is None
    later = now() + timedelta(seconds=5)
    left = {key async for some in storage.keys(older_than=later) for key in some}
    assert left == {kept, new, strange}
