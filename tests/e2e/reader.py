"""A real worker that reads, and receipts for it."""

import os
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from uuid import UUID

from app.demo.drawn_receipt import DrawnReceipt, Sold, draw
from core.children import Child
from core.db import Database
from core.settings import Settings
from domain.receipt.stored import restored
from models.receipt import Receipt, ReceiptStatus
from tests.groups import DAY
from tests.live import until
from tests.receipts import stored

QUEUES = ("ocr", "ocr_bulk", "files")


@contextmanager
def reading(
    settings: Settings,
    model_dir: Path,
    *queues: str,
    besides: Mapping[str, str] = MappingProxyType({}),
    complains: bool = False,
) -> Generator[Child]:
    """As `outgo run` starts it, one that also does what storage needs unless told which `queues`.

    It `complains` of nothing but what it is told to, and is killed in the end.
    """
    log_file = settings.data_dir / "reader.log"
    chosen = [word for queue in queues or QUEUES for word in ("--queue", queue)]
    child = Child(
        name="reader",
        command=[sys.executable, "-m", "app.cli", "worker", *chosen],
        environment=environment_of(settings) | {"OUTGO_OCR_MODEL_DIR": str(model_dir), **besides},
        log=log_file,
    )
    child.start()
    try:
        yield child
    finally:
        child.stop(timeout_seconds=0)
    assert ("Traceback" in log_file.read_text()) is complains


def environment_of(settings: Settings) -> dict[str, str]:
    """For a program of ours on the test's services."""
    assert settings.database_url
    assert settings.redis_url
    assert settings.queue_redis_url
    return os.environ | {
        "OUTGO_DATABASE_URL": settings.database_url.get_secret_value(),
        "OUTGO_REDIS_URL": settings.redis_url.get_secret_value(),
        "OUTGO_QUEUE_REDIS_URL": settings.queue_redis_url.get_secret_value(),
        "OUTGO_DATA_DIR": str(settings.data_dir),
        "OUTGO_WORKER_THREADS": "1",
    }


def minor(number: int) -> int:
    return 1100 + 111 * number


def short(number: int) -> bytes:
    """A receipt that is read quickly."""
    goods = (Sold("Rye bread", 1, minor(number)),)
    return draw(DrawnReceipt("Harbour Lane Bakery", "12 Harbour Lane", DAY, "EUR", goods))


async def row(db: Database, receipt_id: UUID) -> Receipt:
    found = await stored(db, receipt_id)
    assert found is not None
    return found


async def total(db: Database, receipt_id: UUID) -> int:
    found = await row(db, receipt_id)
    assert found.reading is not None
    field = restored(found.reading).total
    assert field is not None
    return field.value


async def until_it_is(db: Database, receipt_id: UUID, status: ReceiptStatus) -> None:
    """A killed reader's work is noticed after fifteen seconds."""

    async def there() -> bool:
        return (await row(db, receipt_id)).status is status

    await until(there, seconds=90)
