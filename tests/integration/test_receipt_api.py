"""Receipts as clients ask for them, and how many statements that takes."""

import hashlib
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PIL import Image
from starlette.datastructures import UploadFile
from strawberry.relay import GlobalID

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from schema.context import Files
from tests.api import Api
from tests.files import MAX_BYTES, URL, kept_in, make_files
from tests.groups import Group, log
from tests.live import statements
from tests.receipts import (
    PROPOSAL,
    SEEN,
    all_of,
    as_read,
    begin,
    confirm,
    fail,
    finish,
    read,
    stored,
)
from tests.receipts import upload as registered

REFUSAL = "... on Refusal { __typename code message } ... on Conflict { current { id } }"
UPLOAD = f"""mutation($input: UploadReceiptInput!) {{ uploadReceipt(input: $input) {{
  ... on Receipt {{ id status priority width height imageUrl reading {{ __typename }} }}
  {REFUSAL} }} }}"""
PREPARE = f"""mutation($input: CreateReceiptUploadInput!) {{ createReceiptUpload(input: $input) {{
  ... on ReceiptUpload {{ url method headers {{ name value }} expiresAt maxBytes }}
  {REFUSAL} }} }}"""
CONFIRM = f"""mutation($input: ConfirmReceiptInput!) {{ confirmReceipt(input: $input) {{
  ... on Receipt {{
    status
    expense {{ id source merchant amount {{ minor }} receipt {{ id status }} }}
  }}
  {REFUSAL} }} }}"""
RETRY = f"""mutation($id: ID!) {{ retryReceipt(id: $id) {{
  ... on Receipt {{ status failure }}
  {REFUSAL} }} }}"""
DELETE = f"""mutation($id: ID!) {{ deleteReceipt(id: $id) {{
  ... on DeletedReceipt {{ id }}
  {REFUSAL} }} }}"""
SHOWN = "query($id: ID!) { receipt(id: $id) { imageUrl width height partOf { id } parts { id } } }"
RECEIPT = """query($id: ID!) { receipt(id: $id) {
  status failure failureCode readAt version ledger { name } uploadedBy { name }
  reading {
    merchant { value }
    total { value { minor currency } confidence text box { x y } }
    currency { value text box { x } }
    items { description quantity unitPrice { decimal } amount { decimal } }
  } } }"""
LIST = """query($id: ID!, $status: ReceiptStatus) { receipts(ledgerId: $id, status: $status) {
  edges { node {
    id status imageUrl
    reading { total { value { minor } } }
    uploadedBy { name }
    expense { amount { minor } receipt { id } }
  } }
  pageInfo { hasNextPage } } }"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def files(folder: Path) -> Files:
    return make_files(folder.as_uri())


@pytest.fixture
def api(db: Database, redis_url: str, files: Files) -> Api:
    return Api(db, redis_url, files)


def _id(type_name: str, id: object) -> str:
    return str(GlobalID(type_name, str(id)))


def _photo(shade: int = 200, **saved: Any) -> bytes:
    file = BytesIO()
    Image.new("RGB", (60, 40), (shade, 10, 10)).save(file, saved.pop("format", "PNG"), **saved)
    return file.getvalue()


def _input(trip: Group, data: bytes | None, **overrides: Any) -> dict[str, Any]:
    file = {} if data is None else {"file": UploadFile(BytesIO(data))}
    return {"id": str(new_id()), "ledgerId": _id("Ledger", trip.id), **file, **overrides}


async def _kept(files: Files, image_url: str) -> bytes:
    token = image_url.removeprefix(f"{URL}/images/")
    return await files.storage.get(files.links.image_key(token))


async def test_what_is_uploaded_is_kept_unopened_and_queued(
    api: Api, files: Files, db: Database, ann: Actor, trip: Group
) -> None:
    data = _photo()
    wanted = _input(trip, data)

    answer = (await api.ask(ann, UPLOAD, input=wanted))["uploadReceipt"]

    assert answer == {
        "id": _id("Receipt", wanted["id"]),
        "status": "QUEUED",
        "priority": "INTERACTIVE",
        "imageUrl": None,
        "width": None,
        "height": None,
        "reading": None,
    }
    [row] = await all_of(db, trip.id)
    assert await files.storage.get(row.object_key) == data
    assert (row.content_type, row.size_bytes) == ("image/png", len(data))
    assert row.sha256 == hashlib.sha256(data).digest()


async def test_once_opened_it_can_be_looked_at(
    api: Api, db: Database, files: Files, ann: Actor, trip: Group
) -> None:
    row = await registered(db, ann, trip.id)
    await files.storage.put(SEEN.image_key, b"what is seen", "image/jpeg")
    await read(db, row.id)

    shown = (await api.ask(ann, SHOWN, id=_id("Receipt", row.id)))["receipt"]

    assert await _kept(files, shown.pop("imageUrl")) == b"what is seen"
    assert shown == {"width": 300, "height": 400, "partOf": None, "parts": []}


async def test_receipts_on_one_photograph_know_each_other(
    api: Api, db: Database, ann: Actor, trip: Group
) -> None:
    row = await registered(db, ann, trip.id)
    await begin(db, row.id)
    await finish(db, row.id, PROPOSAL, PROPOSAL)
    [part] = [_id("Receipt", one.id) for one in await all_of(db, trip.id) if one.part_of]

    first = (await api.ask(ann, SHOWN, id=_id("Receipt", row.id)))["receipt"]
    second = (await api.ask(ann, SHOWN, id=part))["receipt"]

    assert (first["partOf"], first["parts"]) == (None, [{"id": part}])
    assert (second["partOf"], second["parts"]) == ({"id": _id("Receipt", row.id)}, [])
    assert (first["width"], first["height"]) == (second["width"], second["height"])


async def test_repeating_an_upload_is_safe(
    api: Api, db: Database, folder: Path, ann: Actor, trip: Group
) -> None:
    wanted = _input(trip, None)

    answers = [
        (await api.ask(ann, UPLOAD, input={**wanted, "file": UploadFile(BytesIO(_photo()))}))[
            "uploadReceipt"
        ]
        for _ in range(2)
    ]

    assert answers[0]["id"] == answers[1]["id"]
    [row] = await all_of(db, trip.id)
    assert kept_in(folder) == [row.object_key]


async def test_the_same_file_is_shown_where_it_is(
    api: Api, db: Database, folder: Path, ann: Actor, bob: Actor, trip: Group
) -> None:
    first = (await api.ask(ann, UPLOAD, input=_input(trip, _photo())))["uploadReceipt"]
    before = await log(db, trip.id)

    again = _input(trip, _photo())
    answer = (await api.ask(bob, UPLOAD, input=again))["uploadReceipt"]

    assert (answer["__typename"], answer["code"]) == ("Conflict", "DUPLICATE_RECEIPT")
    assert answer["current"] == {"id": first["id"]}
    assert len(kept_in(folder)) == 1
    assert await log(db, trip.id) == before


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "IMAGE_TYPE_NOT_SUPPORTED"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "IMAGE_TYPE_NOT_SUPPORTED"),
        (_photo()[:5], "IMAGE_TYPE_NOT_SUPPORTED"),
        (_photo() + b" " * MAX_BYTES, "IMAGE_TOO_LARGE"),
        (None, "FILE_MISSING"),
    ],
)
async def test_what_is_no_good_image_is_refused_by_name(
    api: Api,
    db: Database,
    folder: Path,
    ann: Actor,
    trip: Group,
    data: bytes | None,
    code: str,
) -> None:
    wanted = _input(trip, data) if data is not None else _input(trip, None, file="no file")

    answer = (await api.ask(ann, UPLOAD, input=wanted))["uploadReceipt"]

    assert (answer["__typename"], answer["code"]) == ("Invalid", code)
    assert await all_of(db, trip.id) == []
    assert kept_in(folder) == []


async def test_what_is_refused_leaves_no_object(
    api: Api, db: Database, folder: Path, ann: Actor, eve: Actor, trip: Group
) -> None:
    first = (await api.ask(ann, UPLOAD, input=_input(trip, _photo(1))))["uploadReceipt"]
    before = await log(db, trip.id)
    objects = kept_in(folder)
    used = str(UUID(GlobalID.from_id(first["id"]).node_id))

    strangers = await api.ask(eve, UPLOAD, input=_input(trip, _photo(2)))
    id_again = await api.ask(ann, UPLOAD, input=_input(trip, _photo(3), id=used))

    assert strangers["uploadReceipt"]["code"] == "NOT_FOUND"
    assert id_again["uploadReceipt"]["code"] == "ID_ALREADY_USED"
    assert kept_in(folder) == objects
    assert await log(db, trip.id) == before


async def test_a_link_to_upload_names_its_user_and_its_receipt(
    api: Api, files: Files, ann: Actor, eve: Actor, trip: Group
) -> None:
    wanted = _input(trip, None, priority="BULK")

    answer = (await api.ask(ann, PREPARE, input=wanted))["createReceiptUpload"]
    strangers = await api.ask(eve, PREPARE, input=wanted)
    version_4 = await api.ask(
        ann, PREPARE, input=wanted | {"id": "1b4e28ba-2fa1-41d2-883f-0016d3cca427"}
    )

    assert (answer["method"], answer["maxBytes"]) == ("PUT", MAX_BYTES)
    assert answer["headers"] == [{"name": "Content-Type", "value": "application/octet-stream"}]
    assert strangers["createReceiptUpload"]["code"] == "NOT_FOUND"
    assert version_4["createReceiptUpload"]["code"] == "ID_NOT_VERSION_7"
    who, upload = files.links.uploaded(answer["url"].removeprefix(f"{URL}/uploads/"))
    assert who == ann
    assert (upload.id, upload.ledger_id, upload.priority) == (
        UUID(wanted["id"]),
        trip.id,
        "BULK",
    )


async def test_a_reading_is_shown_with_places_and_doubts(
    api: Api, db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    row = await registered(db, ann, trip.id)
    await read(db, row.id)

    answer = (await api.ask(bob, RECEIPT, id=_id("Receipt", row.id)))["receipt"]

    assert answer.pop("readAt") is not None
    assert answer == {
        "status": "READ",
        "failure": None,
        "failureCode": None,
        "version": 3,
        "ledger": {"name": "Trip"},
        "uploadedBy": {"name": "Ann"},
        "reading": {
            "merchant": None,
            "total": {
                "value": {"minor": 1250, "currency": "EUR"},
                "confidence": 0.9,
                "text": "TOTAL 12.50",
                "box": [
                    {"x": 1, "y": 2},
                    {"x": 30.5, "y": 2},
                    {"x": 30.5, "y": 12},
                    {"x": 1, "y": 12},
                ],
            },
            "currency": {"value": "EUR", "text": "", "box": []},
            "items": [
                {
                    "description": "Rye bread",
                    "quantity": "2",
                    "unitPrice": {"decimal": "6.25"},
                    "amount": {"decimal": "12.50"},
                }
            ],
        },
    }


async def test_confirming_leads_to_the_expense_and_back(
    api: Api, db: Database, ann: Actor, trip: Group
) -> None:
    row = await registered(db, ann, trip.id)
    await read(db, row.id)
    wanted = {
        "receiptId": _id("Receipt", row.id),
        "expenseId": str(new_id()),
        "bill": {"amount": {"minor": 1300, "currency": "EUR"}},
        "day": "2026-05-04",
        "merchant": "Harbour Lane Bakery",
    }

    answer = (await api.ask(ann, CONFIRM, input=wanted))["confirmReceipt"]
    other = await api.ask(ann, CONFIRM, input=wanted | {"expenseId": str(new_id())})

    expense_id = _id("Expense", wanted["expenseId"])
    assert answer == {
        "status": "CONFIRMED",
        "expense": {
            "id": expense_id,
            "source": "RECEIPT",
            "merchant": "Harbour Lane Bakery",
            "amount": {"minor": 1300},
            "receipt": {"id": wanted["receiptId"], "status": "CONFIRMED"},
        },
    }
    assert other["confirmReceipt"]["code"] == "RECEIPT_ALREADY_CONFIRMED"
    assert other["confirmReceipt"]["current"] == {"id": expense_id}


async def test_one_that_failed_is_tried_again_or_thrown_away(
    api: Api, db: Database, ann: Actor, trip: Group
) -> None:
    row = await registered(db, ann, trip.id)
    await begin(db, row.id)
    await fail(db, row.id)
    id = _id("Receipt", row.id)

    shown = (await api.ask(ann, RECEIPT, id=id))["receipt"]
    again = (await api.ask(ann, RETRY, id=id))["retryReceipt"]
    gone = (await api.ask(ann, DELETE, id=id))["deleteReceipt"]
    twice = (await api.ask(ann, DELETE, id=id))["deleteReceipt"]

    assert (shown["status"], shown["reading"]) == ("FAILED", None)
    assert shown["failureCode"] == "NO_TEXT"
    assert shown["failure"].startswith("There is no text on the image.")
    assert again == {"status": "QUEUED", "failure": None}
    assert gone == {"id": id}
    assert twice["code"] == "NOT_FOUND"
    assert await stored(db, row.id) is None


async def test_a_stranger_learns_nothing_of_a_receipt(
    api: Api, db: Database, ann: Actor, eve: Actor, trip: Group
) -> None:
    row = await registered(db, ann, trip.id)
    real, made_up = _id("Receipt", row.id), _id("Receipt", new_id())
    before = await log(db, trip.id)

    for document in (RECEIPT, RETRY, DELETE):
        ours = await api.execute(eve, document, id=real)
        nobodys = await api.execute(eve, document, id=made_up)
        assert (ours.data, ours.errors) == (nobodys.data, nobodys.errors)
    listed = await api.execute(eve, LIST, id=_id("Ledger", trip.id))

    assert listed.errors is not None
    assert listed.errors[0].extensions == {"code": "NOT_FOUND"}
    assert await log(db, trip.id) == before


async def test_a_list_takes_the_same_statements_however_long(
    api: Api, db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    rows = [await registered(db, who, trip.id) for who in (ann, bob) * 3]
    for row in rows[:2]:
        await read(db, row.id)
    await confirm(db, ann, rows[0].id, as_read())

    with statements(db) as sent:
        answer = (await api.ask(ann, LIST, id=_id("Ledger", trip.id)))["receipts"]
    read_ones = (await api.ask(ann, LIST, id=_id("Ledger", trip.id), status="READ"))["receipts"]

    nodes = [edge["node"] for edge in answer["edges"]]
    assert [node["id"] for node in nodes] == [_id("Receipt", row.id) for row in reversed(rows)]
    assert [node["uploadedBy"]["name"] for node in nodes] == ["Bob", "Ann"] * 3
    assert nodes[-1]["expense"] == {"amount": {"minor": 1250}, "receipt": {"id": nodes[-1]["id"]}}
    assert nodes[-2]["expense"] is None
    assert [edge["node"]["id"] for edge in read_ones["edges"]] == [nodes[-2]["id"]]
    assert len(sent) == 5, sent  # access, list, members, expenses, their receipts
