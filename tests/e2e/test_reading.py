"""From a photograph to a shared expense, by real processes: API, relay, queue, models and storage."""

import asyncio
import json
import os
import signal
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import httpx
import pytest
from dramatiq import Message
from PIL import Image
from strawberry.relay import GlobalID

from app.demo.drawn_receipt import draw, sample
from core.db import Database
from core.ids import new_id
from core.settings import Settings
from domain.actor import Actor
from domain.log import EventKind
from domain.receipt.failure import Failure
from domain.receipt.stored import restored
from domain.receipt.upload import NewReceipt, ReceiptPriority
from models.receipt import Receipt, ReceiptStatus
from resolvers.intake import take_in
from tests.e2e.conftest import TokenOf
from tests.e2e.live_client import live
from tests.e2e.reader import minor, reading, row, short, total, until_it_is
from tests.files import kept_in, make_files, pieces
from tests.groups import Group, balances, log
from tests.live import relaying, until
from tests.pdf import Text, pdf
from tests.receipts import as_read, confirm
from tests.receipts import upload as registered
from workers.jobs import JOBS, READ, READ_IN_BULK
from workers.runtime import broker_on

pytestmark = pytest.mark.timeout(240)

INTERACTIVE = ReceiptPriority.INTERACTIVE

UPLOAD = """mutation($input: UploadReceiptInput!) { uploadReceipt(input: $input) {
  ... on Receipt { id } } }"""
PROGRESS = """subscription($id: ID!) { receiptProgress(receiptId: $id) {
  ... on ReceiptProgress { status failure } } }"""
PROPOSAL = """query($id: ID!) { receipt(id: $id) { reading {
  merchant { value } day { value } total { value { minor currency } }
  items { description amount { minor } } } } }"""
CONFIRM = """mutation($input: ConfirmReceiptInput!) { confirmReceipt(input: $input) {
  ... on Receipt { status } } }"""
DELETE = "mutation($id: ID!) { deleteReceipt(id: $id) { ... on DeletedReceipt { id } } }"


@pytest.fixture
def queue_url(queue_redis_url: str) -> str:
    return queue_redis_url


async def _ask(http: httpx.AsyncClient, token: str, document: str, **variables: Any) -> Any:
    body = {"query": document, "variables": variables}
    headers = {"authorization": f"Bearer {token}"}
    answer = (await http.post("/graphql", json=body, headers=headers)).json()
    ((_, value),) = answer["data"].items()
    return value


async def _upload(http: httpx.AsyncClient, token: str, trip: Group, image: bytes) -> str:
    input = {"id": str(new_id()), "ledgerId": str(GlobalID("Ledger", str(trip.id))), "file": None}
    form = {
        "operations": (None, json.dumps({"query": UPLOAD, "variables": {"input": input}})),
        "map": (None, '{"0": ["variables.input.file"]}'),
        "0": ("photo", image),
    }
    headers = {"authorization": f"Bearer {token}", "GraphQL-Require-Preflight": "1"}
    answer = await http.post("/graphql", files=form, headers=headers)
    return answer.json()["data"]["uploadReceipt"]["id"]


async def test_a_photograph_becomes_a_shared_expense(
    db: Database,
    settings: Settings,
    http: httpx.AsyncClient,
    address: str,
    queue_url: str,
    model_dir: Path,
    ann: Actor,
    bob: Actor,
    trip: Group,
    token_of: TokenOf,
) -> None:
    drawn, token = sample(4), token_of(ann)
    assert settings.redis_url
    redis_url = settings.redis_url.get_secret_value()
    async with (
        relaying(db, redis_url, queue_url, JOBS),
        live(address, token_of(bob)) as bobs_screen,
    ):
        id = await _upload(http, token, trip, draw(drawn))
        progress = await bobs_screen.subscribe(PROGRESS, id=id)
        assert await progress.next() == {"status": "QUEUED", "failure": None}
        with reading(settings, model_dir):
            assert await progress.next() == {"status": "READING", "failure": None}
            assert await progress.next() == {"status": "READ", "failure": None}
            proposal = (await _ask(http, token, PROPOSAL, id=id))["reading"]
            wanted = {
                "receiptId": id,
                "expenseId": str(new_id()),
                "bill": {"amount": proposal["total"]["value"]},
                "day": proposal["day"]["value"],
                "merchant": proposal["merchant"]["value"],
            }
            confirmed = await _ask(http, token, CONFIRM, input=wanted)
            kept = kept_in(settings.data_dir / "receipts")
            await _ask(http, token, DELETE, id=id)
            await until(lambda: kept_in(settings.data_dir / "receipts") == [])

    assert proposal == {
        "merchant": {"value": drawn.merchant},
        "day": {"value": drawn.day.isoformat()},
        "total": {"value": {"minor": drawn.total_minor, "currency": drawn.currency}},
        "items": [
            {"description": item.description, "amount": {"minor": item.amount_minor}}
            for item in drawn.items
        ],
    }
    assert confirmed == {"status": "CONFIRMED"}
    assert len(kept) == 2, "as it came, and as it is seen"
    nets = await balances(db, trip.id)
    assert nets[trip.seat(bob), drawn.currency] in {
        -(drawn.total_minor // 2),
        -((drawn.total_minor + 1) // 2),
    }


async def test_who_waits_goes_first_and_what_cannot_be_read_says_why(
    db: Database,
    settings: Settings,
    redis_url: str,
    queue_url: str,
    model_dir: Path,
    ann: Actor,
    trip: Group,
) -> None:
    async def taken_in(image: bytes, priority: ReceiptPriority = INTERACTIVE) -> UUID:
        wanted = NewReceipt(new_id(), trip.id, priority)
        files = make_files(settings.receipts_url)
        return (await take_in(db, files, ann, wanted, pieces(image))).id

    bulk = [await taken_in(short(number), ReceiptPriority.BULK) for number in range(3)]
    urgent = [await taken_in(short(number)) for number in (3, 4)]
    blank = await taken_in(_blank())
    gone = (await registered(db, ann, trip.id)).id
    hopeless = {
        blank: Failure.NO_TEXT,
        gone: Failure.IMAGE_GONE,
        await taken_in(short(5)[:5000]): Failure.IMAGE_UNREADABLE,
        await taken_in(_bomb()): Failure.TOO_MANY_PIXELS,
        await taken_in(pdf((Text(10, 10, "TOTAL"),), locked=True)): Failure.ENCRYPTED_PDF,
    }

    async with relaying(db, redis_url, queue_url, JOBS):
        await until(lambda: _all_carried(db, trip))
        with reading(settings, model_dir):
            for id in (*bulk, *urgent):
                await until_it_is(db, id, ReceiptStatus.READ)
            for id in hopeless:
                await until_it_is(db, id, ReceiptStatus.FAILED)

    order = [
        event.entity_id for event in await log(db, trip.id) if event.kind is EventKind.RECEIPT_READ
    ]
    assert {*order[-2:]} < {*bulk}  # the first may have begun before the others were fetched
    for id, failure in hopeless.items():
        assert (await row(db, id)).failure is failure
    assert (await row(db, blank)).image_key is not None
    totals = [await total(db, id) for id in (*bulk, *urgent)]
    assert totals == [minor(number) for number in range(5)]


async def test_the_next_receipt_of_a_shop_has_the_name_it_was_given(
    db: Database,
    settings: Settings,
    redis_url: str,
    queue_url: str,
    model_dir: Path,
    ann: Actor,
    trip: Group,
) -> None:
    files = make_files(settings.receipts_url)

    async def scanned(number: int) -> Receipt:
        wanted = NewReceipt(new_id(), trip.id, INTERACTIVE)
        receipt = await take_in(db, files, ann, wanted, pieces(short(number)))
        await until_it_is(db, receipt.id, ReceiptStatus.READ)
        return await row(db, receipt.id)

    async with relaying(db, redis_url, queue_url, JOBS):
        with reading(settings, model_dir):
            first = await scanned(0)
            await confirm(db, ann, first.id, as_read(minor(0), merchant="The baker"))
            second = await scanned(1)

    assert second.reading is not None
    merchant = restored(second.reading).merchant
    assert merchant is not None
    assert (merchant.value, merchant.alternatives[0]) == ("The baker", "Harbour Lane Bakery")
    assert await total(db, second.id) == minor(1)


async def test_a_reader_that_is_killed_leaves_one_reading_of_each_it_had_in_hand(
    db: Database,
    settings: Settings,
    redis_url: str,
    queue_url: str,
    model_dir: Path,
    ann: Actor,
    trip: Group,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    files, scratch = make_files(settings.receipts_url), tmp_path_factory.mktemp("scratch")
    ids = [
        (await take_in(db, files, ann, NewReceipt(new_id(), trip.id), pieces(draw(sample(n))))).id
        for n in (2, 3)
    ]
    besides = {"OUTGO_OCR_AT_ONCE": "2", "TMPDIR": str(scratch)}

    async with relaying(db, redis_url, queue_url, JOBS):
        with reading(settings, model_dir, "ocr", besides=besides) as victim:
            for id in ids:
                await until_it_is(db, id, ReceiptStatus.READING)
            assert victim.pid is not None
            os.kill(victim.pid, signal.SIGKILL)
            victim.wait(20)
        assert [(await row(db, id)).status for id in ids] == [ReceiptStatus.READING] * 2
        with reading(settings, model_dir, "ocr", besides=besides):
            for id in ids:
                await until_it_is(db, id, ReceiptStatus.READ)

    assert [(await row(db, id)).attempts for id in ids] == [2, 2]
    assert [await total(db, id) for id in ids] == [sample(n).total_minor for n in (2, 3)]
    for id in ids:
        kinds = [event.kind for event in await log(db, trip.id) if event.entity_id == id]
        assert kinds == [
            EventKind.RECEIPT_UPLOADED,
            EventKind.RECEIPT_READING,
            EventKind.RECEIPT_READ,
        ]
    left = {path.name for path in scratch.iterdir()}
    assert left <= {".ses"}  # that ONNX Runtime keeps for itself, once


async def test_a_receipt_waits_for_a_storage_that_is_away(
    db: Database,
    settings: Settings,
    redis_url: str,
    queue_url: str,
    model_dir: Path,
    ann: Actor,
    trip: Group,
) -> None:
    files, log_file = make_files(settings.receipts_url), settings.data_dir / "reader.log"
    receipt = await take_in(db, files, ann, NewReceipt(new_id(), trip.id), pieces(short(1)))
    file = settings.data_dir / "receipts" / receipt.object_key
    image = file.read_bytes()
    file.unlink()
    file.symlink_to(file)  # whatever opens it fails, and not as if it were gone

    async with relaying(db, redis_url, queue_url, JOBS):
        with reading(settings, model_dir, complains=True):
            await until(lambda: "The storage fails" in log_file.read_text())
            file.unlink()
            file.write_bytes(image)
            await until_it_is(db, receipt.id, ReceiptStatus.READ)

    assert (await row(db, receipt.id)).attempts == 1
    assert await total(db, receipt.id) == minor(1)


async def test_what_is_asked_for_often_and_late_is_read_once(
    db: Database,
    settings: Settings,
    queue_url: str,
    model_dir: Path,
    ann: Actor,
    trip: Group,
) -> None:
    files, chance = make_files(settings.receipts_url), Random(1)
    ids = [
        (await take_in(db, files, ann, NewReceipt(new_id(), trip.id), pieces(short(number)))).id
        for number in range(3)
    ]
    uploaded = [
        event for event in await log(db, trip.id) if event.kind is EventKind.RECEIPT_UPLOADED
    ]
    messages = [
        message
        for event in uploaded
        for actor in (READ, replace(READ_IN_BULK, wanted=READ.wanted))
        for message in actor.messages([event] * chance.randint(1, 5))
    ]
    chance.shuffle(messages)

    with reading(settings, model_dir, "ocr", "ocr_bulk"):
        for _ in range(2):
            await _do(queue_url, messages)

    assert [await total(db, id) for id in ids] == [minor(number) for number in range(3)]
    for id in ids:
        kinds = [event.kind for event in await log(db, trip.id) if event.entity_id == id]
        assert kinds == [
            EventKind.RECEIPT_UPLOADED,
            EventKind.RECEIPT_READING,
            EventKind.RECEIPT_READ,
        ]


async def _do(queue_url: str, messages: Sequence[Message[None]]) -> None:
    """Return when a worker has done all of them."""
    broker, queues = broker_on(queue_url), {message.queue_name for message in messages}
    for queue in queues:
        broker.declare_queue(queue)
    broker.enqueue_all(messages)
    for queue in queues:
        await asyncio.to_thread(broker.join, queue)
    broker.close()


async def test_receipts_read_together_are_as_if_read_alone(
    db: Database,
    settings: Settings,
    redis_url: str,
    queue_url: str,
    model_dir: Path,
    ann: Actor,
    trip: Group,
) -> None:
    """Also beside what cannot be read; and whoever grows too large begins anew and goes on."""
    files = make_files(settings.receipts_url)
    images = [short(0), short(1), _blank(), short(2), short(3)[:5000], short(4)]
    ids = [
        (await take_in(db, files, ann, NewReceipt(new_id(), trip.id), pieces(image))).id
        for image in images
    ]
    hopeless = {ids[2]: Failure.NO_TEXT, ids[4]: Failure.IMAGE_UNREADABLE}
    besides = {
        "OUTGO_OCR_AT_ONCE": "3",
        "OUTGO_OCR_DETECTION_BATCH": "3",
        "OUTGO_OCR_RECOGNITION_BATCH": "4",
        "OUTGO_WORKER_MEMORY_MB": "1",
    }

    async with relaying(db, redis_url, queue_url, JOBS):
        await until(lambda: _all_carried(db, trip))
        with reading(settings, model_dir, "ocr", besides=besides) as reader:
            for id in ids:
                wanted = ReceiptStatus.FAILED if id in hopeless else ReceiptStatus.READ
                await until_it_is(db, id, wanted)
            pid = reader.pid
            reader.stop()
        assert (reader.pid, reader.poll()) == (pid, 0)

    assert [await total(db, id) for id in ids if id not in hopeless] == [
        minor(number) for number in (0, 1, 2, 4)
    ]
    assert {id: (await row(db, id)).failure for id in hopeless} == hopeless
    assert [(await row(db, id)).attempts for id in ids] == [1] * 6
    assert "begins anew" in (settings.data_dir / "reader.log").read_text()


def test_a_reader_without_its_gpu_says_so(settings: Settings, model_dir: Path) -> None:
    with reading(settings, model_dir, besides={"OUTGO_OCR_DEVICE": "gpu:0"}) as reader:
        assert reader.wait(60) == 1

    log_file = settings.data_dir / "reader.log"
    assert "cannot start with onnxruntime on gpu:0" in log_file.read_text()


def test_a_reader_without_models_says_so(settings: Settings) -> None:
    with reading(settings, settings.data_dir / "nowhere") as reader:
        assert reader.wait(60) == 1

    assert "There is no reading model" in (settings.data_dir / "reader.log").read_text()


def _blank() -> bytes:
    file = BytesIO()
    Image.new("RGB", (300, 400), "white").save(file, "PNG")
    return file.getvalue()


def _bomb() -> bytes:
    file = BytesIO()
    Image.new("1", (20_000, 20_000)).save(file, "PNG")
    return file.getvalue()


async def _all_carried(db: Database, trip: Group) -> bool:
    return all(event.published_at for event in await log(db, trip.id))
