"""What fails for good is on a list with its reason, out of everybody's way, until somebody decides."""

import asyncio
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from dramatiq import Message

from core.db import Database
from core.ids import new_id
from core.settings import Settings
from domain.actor import Actor
from domain.log import EventKind
from domain.receipt.failure import Failure
from domain.receipt.upload import NewReceipt
from models.dead_job import DeadJob
from models.receipt import ReceiptStatus
from resolvers.intake import take_in
from services import dead_jobs
from tests.e2e.reader import environment_of, minor, reading, row, short, total, until_it_is
from tests.files import make_files, pieces
from tests.groups import Group, log
from tests.live import relaying, until
from tests.receipts import begin
from workers.jobs import JOBS
from workers.runtime import broker_on

pytestmark = pytest.mark.timeout(240)


async def outgo(settings: Settings, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "app.cli", *arguments],
        env=environment_of(settings),
        capture_output=True,
        text=True,
        check=False,
    )


async def listed(db: Database) -> list[DeadJob]:
    async with db.reading() as session:
        return list(await dead_jobs.newest(session, 50))


async def until_listed(db: Database) -> DeadJob:
    async def there() -> bool:
        return bool(await listed(db))

    await until(there, seconds=90)
    [job] = await listed(db)
    return job


async def test_an_image_that_kills_its_readers_is_given_up_until_somebody_asks_again(
    db: Database,
    settings: Settings,
    redis_url: str,
    queue_redis_url: str,
    model_dir: Path,
    ann: Actor,
    trip: Group,
) -> None:
    files = make_files(settings.receipts_url)
    poison = (await take_in(db, files, ann, NewReceipt(new_id(), trip.id), pieces(short(0)))).id
    for _ in range(3):
        await begin(db, poison)  # by readers that were never heard of again
    other = (await take_in(db, files, ann, NewReceipt(new_id(), trip.id), pieces(short(1)))).id

    async with relaying(db, redis_url, queue_redis_url, JOBS):
        with reading(settings, model_dir):
            await until_it_is(db, other, ReceiptStatus.READ)
            job = await until_listed(db)
            given_up = await row(db, poison)
            told = await outgo(settings, "jobs", "dead")
            known = await outgo(settings, "jobs", "why", str(job.id))
            again = await outgo(settings, "jobs", "retry", str(job.id))
            await until_it_is(db, poison, ReceiptStatus.READ)

    assert (given_up.status, given_up.failure) == (ReceiptStatus.FAILED, Failure.GIVEN_UP)
    reason = f"Harmful: GIVEN_UP: {Failure.GIVEN_UP.words}"
    assert (job.queue, job.actor, job.reason) == ("ocr", "read_receipt", reason)
    assert job.arguments == {"receipt_id": str(poison)}
    assert (
        told.stdout == f"{job.created_at:%Y-%m-%d %H:%M}  {job.id}  ocr  read_receipt  {reason}\n"
    )
    assert (str(poison) in known.stdout, reason in known.stdout) == (True, True)
    assert (again.returncode, again.stdout) == (0, f"{job.id} asked for\n")
    assert [await total(db, id) for id in (poison, other)] == [minor(0), minor(1)]
    assert await listed(db) == []
    kinds = [event.kind for event in await log(db, trip.id) if event.entity_id == poison]
    assert kinds[-4:] == [
        EventKind.RECEIPT_FAILED,
        EventKind.RECEIPT_RETRIED,
        EventKind.RECEIPT_READING,
        EventKind.RECEIPT_READ,
    ]


async def test_a_job_that_nobody_knows_is_listed_asked_for_and_discarded(
    db: Database, settings: Settings, queue_redis_url: str, model_dir: Path
) -> None:
    broker = broker_on(queue_redis_url)
    of_tomorrow = Message[None]("files", "of_tomorrow", (), {"n": 1}, {})
    broker.enqueue(of_tomorrow)
    with reading(settings, model_dir, "files", complains=True):
        first = await until_listed(db)
        await outgo(settings, "jobs", "retry", str(first.id))

        async def is_another() -> bool:
            return [job.id for job in await listed(db)] not in ([], [first.id])

        await until(is_another, seconds=90)
    [second] = await listed(db)
    strange = str(uuid4())
    unknown = await outgo(settings, "jobs", "discard", strange)
    nothing = await outgo(settings, "jobs", "discard")
    assert [job.id for job in await listed(db)] == [second.id]
    discarded = await outgo(settings, "jobs", "discard", "--all")
    broker.close()

    assert (first.queue, first.actor, first.arguments) == ("files", "of_tomorrow", {"n": 1})
    assert first.reason == "ActorNotFound: of_tomorrow"
    assert (second.queue, second.actor, second.arguments) == ("files", "of_tomorrow", {"n": 1})
    assert (unknown.returncode, unknown.stderr) == (1, f"{strange} is not on the list.\n")
    assert (nothing.returncode, nothing.stderr) == (2, "Name the jobs, or say --all.\n")
    assert (discarded.returncode, discarded.stdout) == (0, f"{second.id} discarded\n")
    assert await listed(db) == []
