"""What comes round once a day: asked for once, done by the real worker, and careful with what is not ours."""

# pyright: reportUnknownMemberType=false
# dramatiq is half typed

import asyncio
from datetime import timedelta

from core.clock import now
from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from models.upkeep import UpkeepKind
from services import receipt_files, upkeep
from tests.groups import Group
from tests.receipts import begin, finish, kept_file, upload
from workers.jobs import come_round
from workers.main import broker


async def taken(db: Database, days: float) -> list[UpkeepKind]:
    """What is told to be due so many days from now."""
    async with db.transaction() as tx:
        return list(await upkeep.take_due(tx, now() + timedelta(days=days)))


async def test_each_kind_is_told_once_a_day(db: Database) -> None:
    assert await taken(db, 0) == []
    both = await asyncio.gather(*(taken(db, 1.1) for _ in range(4)))
    assert sorted(both) == [[], [], [], [UpkeepKind.RECONCILE, UpkeepKind.SWEEP_FILES]]
    assert await taken(db, 2) == []
    assert await taken(db, 30) == [*UpkeepKind]
    assert await taken(db, 30.5) == []


def test_what_comes_round_is_somebodys_job() -> None:
    for kind in UpkeepKind:
        job = come_round(kind)
        assert broker.get_actor(job.actor_name).queue_name == job.queue_name


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
