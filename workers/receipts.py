"""Reading receipts: seconds of network and CPU between two short transactions, holding neither."""

import time
from collections.abc import Sequence
from uuid import UUID

import dramatiq
from dramatiq.asyncio import async_to_sync
from dramatiq.middleware import AsyncIO, Middleware, MiddlewareError

from adapters.decoding.sheet import Sheet, Unopened
from adapters.images import FileType
from adapters.storage import StorageUnavailable
from core.clock import now
from core.telemetry import metrics
from domain.receipt import Line, read
from domain.receipt.failure import Failure
from domain.receipt.papers import is_receipt
from services import receipt_files, receipt_reading
from services.receipt_reading import Proposal, Seen, ToRead
from workers import runtime
from workers.jobs import READ, READ_IN_BULK
from workers.quarantine import Quarantine

NOW, IN_BULK = READ.queue, READ_IN_BULK.queue
_NOW_FIRST, _IN_BULK_AFTER = 0, 10  # within one process: between processes, whoever is free
_TIME_LIMIT_MILLIS = 120_000
_FIRST_RETRY_MILLIS = 5_000
_ERASING_LIMIT_MILLIS = 600_000
_MILLIS = 1000

_quarantine = Quarantine()


class Harmful(Exception):  # noqa: N818 - names the situation
    """A file that is not to be read again, and that somebody should look at."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"{failure}: {failure.words}")


@dramatiq.actor(
    queue_name=NOW,
    priority=_NOW_FIRST,
    time_limit=_TIME_LIMIT_MILLIS,
    min_backoff=_FIRST_RETRY_MILLIS,
    throws=Harmful,
)
def read_receipt(*, receipt_id: str) -> None:
    """For somebody who waits."""
    _read(UUID(receipt_id), _NOW_FIRST)


@dramatiq.actor(
    queue_name=IN_BULK,
    priority=_IN_BULK_AFTER,
    time_limit=_TIME_LIMIT_MILLIS,
    min_backoff=_FIRST_RETRY_MILLIS,
    throws=Harmful,
)
def read_receipt_in_bulk(*, receipt_id: str) -> None:
    """When nobody waits."""
    _read(UUID(receipt_id), _IN_BULK_AFTER)


@dramatiq.actor(queue_name="files", time_limit=_ERASING_LIMIT_MILLIS)
async def erase_objects(*, ledger_id: str, seq: int) -> None:
    """Remove from storage what an event of the ledger has left without an owner."""
    async with runtime.database().reading() as session:
        keys = await receipt_reading.erased_objects(session, UUID(ledger_id), seq)
    await runtime.storage().delete(*keys)


def _read(receipt_id: UUID, rank: int) -> None:
    """Who was begun before may have killed its reader: it is alone now, so that it takes nobody along.

    That is looked at before it counts as begun again, and so do those that wait meanwhile.
    """
    with _quarantine.inside(alone=_was_begun(receipt_id)):
        match _begin(receipt_id):
            case ToRead() as task:
                try:
                    _read_file(receipt_id, task, rank)
                except StorageUnavailable:  # which is no fault of the file's
                    _put_back(receipt_id)
                    raise
            case Failure() as failure:
                raise Harmful(failure)
            case None:
                pass


def _read_file(receipt_id: UUID, task: ToRead, rank: int) -> None:
    from workers import reading  # noqa: PLC0415 - a process that does other jobs needs no OpenCV

    began = time.monotonic()

    try:
        sheet = reading.sheet_of(_file(task.object_key))
    except FileNotFoundError:
        _fail(receipt_id, Failure.IMAGE_GONE)
    except Unopened as refusal:
        _fail(receipt_id, refusal.failure)
        if refusal.failure.is_harmful:
            raise Harmful(refusal.failure) from refusal
    else:
        proposals = _proposals(reading.lines_of(sheet, rank), task.currency)
        millis = round((time.monotonic() - began) * _MILLIS)
        looks, image_key = reading.looks_of(sheet), f"{task.object_key}.seen.jpg"
        _finish(receipt_id, image_key, sheet, looks, proposals, millis)


@metrics.READING_SECONDS.labels("understand").time()
def _proposals(papers: Sequence[Sequence[Line]], currency: str) -> list[Proposal]:
    """One for each receipt, though its total may not be read; the first paper where none is one."""
    today = now().date()
    read_ones = [
        Proposal(lines, read(lines, fallback_currency=currency, today=today)) for lines in papers
    ]
    return [one for one in read_ones if is_receipt(one.reading)] or read_ones[:1]


@async_to_sync
async def _was_begun(receipt_id: UUID) -> bool:
    async with runtime.database().reading() as session:
        return await receipt_reading.was_begun(session, receipt_id)


@async_to_sync
async def _begin(receipt_id: UUID) -> ToRead | Failure | None:
    async with runtime.database().transaction() as tx:
        return await receipt_reading.begin(tx, receipt_id)


@async_to_sync
async def _put_back(receipt_id: UUID) -> None:
    async with runtime.database().transaction() as tx:
        await receipt_reading.put_back(tx, receipt_id)


@metrics.READING_SECONDS.labels("fetch").time()
@async_to_sync
async def _file(object_key: str) -> bytes:
    return await runtime.storage().get(object_key)


@metrics.READING_SECONDS.labels("keep").time()
@async_to_sync
async def _finish(
    receipt_id: UUID,
    image_key: str,
    sheet: Sheet,
    looks: int | None,
    proposals: Sequence[Proposal],
    millis: int,
) -> None:
    """Every reader of a file makes the same image, so one may replace another's."""
    seen = Seen(image_key, sheet.width, sheet.height, looks)
    await runtime.storage().put(image_key, sheet.jpeg, FileType.JPEG.content_type)
    async with runtime.database().transaction() as tx:
        if proposals:
            there = await receipt_reading.finish(tx, receipt_id, seen, proposals, millis)
        else:
            there = await receipt_reading.fail(tx, receipt_id, Failure.NO_TEXT, seen)
    if there:
        return
    async with runtime.database().reading() as session:
        unused = await receipt_files.orphans(session, [image_key])
    await runtime.storage().delete(*unused)  # not where another reader found other papers on it


@async_to_sync
async def _fail(receipt_id: UUID, failure: Failure) -> None:
    async with runtime.database().transaction() as tx:
        await receipt_reading.fail(tx, receipt_id, failure)


class _WarmUp(Middleware):
    """A process that reads is ready before it takes its first receipt, or ends and says why."""

    def before_worker_boot(self, broker: dramatiq.Broker, worker: dramatiq.Worker) -> None:
        queues = worker.consumer_whitelist or broker.get_declared_queues()
        if not queues & {NOW, IN_BULK}:
            return
        from workers import reading  # noqa: PLC0415 - as above

        try:
            reading.reader()
        except Exception as error:
            message = f"This process cannot read receipts: {error} `outgo doctor` says what to do."
            raise MiddlewareError(message) from error


runtime.broker.add_middleware(_WarmUp(), before=AsyncIO)  # whose thread would outlive a refusal
