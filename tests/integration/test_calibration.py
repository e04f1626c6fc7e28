"""Confidences fitted to what users confirmed, by the real relay, the real queue and a real worker process."""

# pyright: reportUnknownMemberType=false
# dramatiq is half typed

from collections.abc import Generator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from core.clock import now
from core.db import Database
from core.settings import Settings
from domain.actor import Actor
from domain.receipt import Field, read
from domain.receipt.calibration import FEWEST_EXAMPLES, Knot, Name
from domain.receipt.correction import Correction
from domain.receipt.stored import restored, restored_curves, stored_correction, stored_lines
from models.calibration import Calibration
from models.receipt import Receipt, ReceiptStatus
from services import calibrations
from services.receipt_reading import Proposal
from tests.groups import DAY, Group
from tests.live import relaying, until
from tests.receipts import as_read, begin, confirm, finish, stored, upload
from tests.unit.receipt.paper import paper
from tests.working import working
from workers.jobs import JOBS

LINES = paper("Harbour Lane Bakery\n2026-05-04\nRye bread  12.50\nTOTAL  12.50")
READING = read(LINES, fallback_currency="EUR")
TRUTH = Correction("Harbour Lane Bakery", DAY, 1250, "EUR", None)


@pytest.fixture
def worker(settings: Settings, tmp_path: Path) -> Generator[None]:
    with working(settings, tmp_path, "learning"):
        yield


async def confirmed_before(db: Database, actor: Actor, group: Group, right: int) -> None:
    """All but one of the examples that it takes; of `right` of them the total was read as it is."""
    rows = [
        Receipt(
            ledger_id=group.id,
            uploaded_by=actor.user_id,
            object_key=f"{number}.jpg",
            content_type="image/jpeg",
            size_bytes=1,
            status=ReceiptStatus.CONFIRMED,
            lines=stored_lines(LINES),
            read_at=now(),
            correction=stored_correction(TRUTH) | {"total_minor": 1250 if number < right else 1260},
        )
        for number in range(FEWEST_EXAMPLES - 1)
    ]
    async with db.transaction() as tx:
        tx.add_all(rows)


async def scanned(db: Database, actor: Actor, group: Group) -> Receipt:
    receipt = await upload(db, actor, group.id)
    await begin(db, receipt.id)
    await finish(db, receipt.id, Proposal(LINES, READING))
    row = await stored(db, receipt.id)
    assert row is not None
    return row


def total(row: Receipt) -> Field[int]:
    assert row.reading is not None
    found = restored(row.reading).total
    assert found is not None
    return found


async def fits(db: Database) -> list[Calibration]:
    async with db.reading() as session:
        return list((await session.exec(select(Calibration))).all())


async def is_fitted(db: Database) -> bool:
    return bool(await fits(db))


@pytest.mark.usefixtures("worker")
async def test_the_next_confidence_is_what_confirmations_say(
    db: Database, redis_url: str, queue_redis_url: str, ann: Actor, trip: Group
) -> None:
    await confirmed_before(db, ann, trip, right=149)
    last = await scanned(db, ann, trip)
    assert READING.total is not None
    assert total(last) == READING.total

    async with relaying(db, redis_url, queue_redis_url, JOBS):
        await confirm(db, ann, last.id, as_read(merchant="Harbour Lane Bakery"))
        await until(lambda: is_fitted(db), seconds=30)

    [fit] = await fits(db)
    assert fit.examples == FEWEST_EXAMPLES
    curves = restored_curves(fit.curves)
    assert curves[Name.TOTAL] == [Knot(round(READING.total.confidence, 4), 0.7488)]
    assert total(await scanned(db, ann, trip)).confidence == 0.749


async def test_it_is_due_once_a_day_when_there_is_enough(
    db: Database, ann: Actor, trip: Group
) -> None:
    await confirmed_before(db, ann, trip, right=0)
    async with db.reading() as session:
        assert not await calibrations.is_due(session, now())
    last = await scanned(db, ann, trip)
    await confirm(db, ann, last.id, as_read())

    async with db.transaction() as tx:
        assert await calibrations.is_due(tx, now())
        calibrations.keep(tx, {}, FEWEST_EXAMPLES)

    async with db.reading() as session:
        assert not await calibrations.is_due(session, now())
        assert await calibrations.is_due(session, now() + timedelta(days=1))
        assert len(await calibrations.examples(session)) == FEWEST_EXAMPLES
