"""Images over real HTTP: by the multipart request specification, by signed links, and out again."""

import json
import os
import resource
from collections.abc import AsyncGenerator, Generator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from strawberry.relay import GlobalID

from adapters.links import Links
from adapters.storage import Storage
from app.main import create_app
from core.db import Database
from core.ids import new_id
from core.settings import Settings
from domain.actor import Actor
from domain.receipt.upload import NewReceipt
from models.account import SessionEnd
from services import sessions
from tests.e2e.conftest import TokenOf
from tests.files import kept_in
from tests.groups import Group, log
from tests.people import make_user
from tests.receipts import all_of

LIMIT = 2**18
CHUNK = 2**14

UPLOAD = """mutation($input: UploadReceiptInput!) { uploadReceipt(input: $input) {
  ... on Receipt { id imageUrl }
  ... on Refusal { code } } }"""
PREPARE = """mutation($input: CreateReceiptUploadInput!) { createReceiptUpload(input: $input) {
  ... on ReceiptUpload { url method headers { name value } } } }"""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"max_upload_bytes": LIMIT})


@pytest.fixture
def folder(settings: Settings) -> Path:
    """Where the server keeps images."""
    return settings.data_dir / "receipts"


@pytest.fixture
def links(settings: Settings) -> Links:
    return _links(settings, minutes=1)


def _links(settings: Settings, minutes: int) -> Links:
    key = settings.upload_signing_key.get_secret_value()
    return Links("", key, lifetime=timedelta(minutes=minutes))


def _photo(shade: int = 200) -> bytes:
    file = BytesIO()
    Image.new("RGB", (60, 40), (shade, 10, 10)).save(file, "PNG")
    return file.getvalue()


def _form(trip: Group, data: bytes) -> dict[str, Any]:
    ledger_id = str(GlobalID("Ledger", str(trip.id)))
    input = {"id": str(new_id()), "ledgerId": ledger_id, "file": None}
    operations = {"query": UPLOAD, "variables": {"input": input}}
    return {
        "operations": (None, json.dumps(operations)),
        "map": (None, '{"0": ["variables.input.file"]}'),
        "0": ("receipt.exe", data, "text/html"),
    }


async def _asked(http: httpx.AsyncClient, token: str, **request: Any) -> Any:
    ((_, value),) = (await _answered(http, token, **request))["data"].items()
    return value


async def _answered(http: httpx.AsyncClient, token: str, **request: Any) -> Any:
    headers = {"authorization": f"Bearer {token}", "GraphQL-Require-Preflight": "1"}
    return (await http.post("/graphql", headers=headers, **request)).json()


async def test_a_form_brings_it_in(
    http: httpx.AsyncClient,
    db: Database,
    ann: Actor,
    trip: Group,
    token_of: TokenOf,
    folder: Path,
) -> None:
    receipt = await _asked(http, token_of(ann), files=_form(trip, _photo()))

    [row] = await all_of(db, trip.id)
    assert receipt == {"id": str(GlobalID("Receipt", str(row.id))), "imageUrl": None}
    assert (folder / row.object_key).read_bytes() == _photo()


async def test_a_link_shows_an_image(
    http: httpx.AsyncClient, settings: Settings, links: Links
) -> None:
    await Storage(settings.receipts_url).put("seen.jpg", b"what is seen", "image/jpeg")

    shown = await http.get(links.image("seen.jpg").url)

    assert shown.content == b"what is seen"
    assert shown.headers["content-type"] == "image/jpeg"
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert shown.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert shown.headers["cache-control"].startswith("private")


async def test_a_link_brings_it_in(
    http: httpx.AsyncClient, db: Database, ann: Actor, trip: Group, token_of: TokenOf, folder: Path
) -> None:
    id = new_id()
    wanted = {"id": str(id), "ledgerId": str(GlobalID("Ledger", str(trip.id)))}
    body = {"query": PREPARE, "variables": {"input": wanted}}

    upload = await _asked(http, token_of(ann), json=body)
    path = httpx.URL(upload["url"]).path
    headers = {header["name"]: header["value"] for header in upload["headers"]}
    first = await http.request(upload["method"], path, content=_photo(), headers=headers)
    again = await http.request(upload["method"], path, content=_photo(), headers=headers)
    other = await http.request(upload["method"], path, content=_photo(3), headers=headers)

    expected = {"receiptId": str(GlobalID("Receipt", str(id))), "status": "QUEUED"}
    assert (first.status_code, first.json()) == (201, expected)
    assert (again.status_code, again.json()) == (201, expected)
    assert (other.status_code, other.json()["code"]) == (409, "ID_ALREADY_USED")
    [row] = await all_of(db, trip.id)
    assert (row.uploaded_by, kept_in(folder)) == (ann.user_id, [row.object_key])


async def test_a_picture_that_is_there_already_is_named(
    http: httpx.AsyncClient, links: Links, ann: Actor, bob: Actor, trip: Group, folder: Path
) -> None:
    first = await http.put(_path(links, ann, trip), content=_photo())
    second = await http.put(_path(links, bob, trip), content=_photo())

    assert second.status_code == 409
    assert second.json()["code"] == "DUPLICATE_RECEIPT"
    assert second.json()["currentId"] == first.json()["receiptId"]
    assert len(kept_in(folder)) == 1


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"", 415, "IMAGE_TYPE_NOT_SUPPORTED"),
        (b"GIF89a", 415, "IMAGE_TYPE_NOT_SUPPORTED"),
        (_photo() + bytes(LIMIT), 413, "IMAGE_TOO_LARGE"),
    ],
)
async def test_malformed_images_are_refused_by_name(
    http: httpx.AsyncClient,
    db: Database,
    links: Links,
    ann: Actor,
    trip: Group,
    folder: Path,
    data: bytes,
    status: int,
    code: str,
) -> None:
    before = await log(db, trip.id)

    answer = await http.put(_path(links, ann, trip), content=data)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await all_of(db, trip.id) == []
    assert await log(db, trip.id) == before
    assert kept_in(folder) == []


async def test_a_link_ends(
    http: httpx.AsyncClient, db: Database, settings: Settings, links: Links, ann: Actor, trip: Group
) -> None:
    eve = await make_user(db, "Eve")
    expired = _links(settings, minutes=-1)
    of_an_image = links.image("x.jpg").url.removeprefix("/images/")
    signed_out = _path(links, ann, trip)

    answers = [
        await http.put(_path(expired, ann, trip), content=_photo()),
        await http.put(f"/uploads/{of_an_image}", content=_photo()),
        await http.put("/uploads/x", content=_photo()),
        await http.put(_path(links, eve, trip), content=_photo()),
        await http.get(expired.image("x.jpg").url),
        await http.get(links.image("x.jpg").url),
    ]
    async with db.transaction() as tx:
        await sessions.end(tx, ann, ann.session_id, SessionEnd.LOGGED_OUT)
    answers.append(await http.put(signed_out, content=_photo()))

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [
        (403, "LINK_EXPIRED"),
        (403, "LINK_INVALID"),
        (403, "LINK_INVALID"),
        (404, "NOT_FOUND"),
        (403, "LINK_EXPIRED"),
        (404, "NOT_FOUND"),
        (401, "SESSION_ENDED"),
    ]
    assert await all_of(db, trip.id) == []


@pytest.mark.parametrize("declared", [str(LIMIT + 1), None])
async def test_what_is_too_large_is_not_read_to_the_end(
    settings: Settings, links: Links, ann: Actor, trip: Group, declared: str | None
) -> None:
    handed_over = 0

    async def endless() -> AsyncGenerator[bytes]:
        nonlocal handed_over
        while True:
            handed_over += CHUNK
            yield _photo().ljust(CHUNK, b"x")

    app = create_app(settings)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://outgo") as http,
    ):
        headers = {"content-length": declared} if declared else {}
        answer = await http.put(_path(links, ann, trip), content=endless(), headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (413, "IMAGE_TOO_LARGE")
    assert handed_over == (0 if declared else LIMIT + CHUNK)


async def test_a_full_disk_refuses_by_name_and_keeps_nothing(
    http: httpx.AsyncClient,
    db: Database,
    links: Links,
    folder: Path,
    ann: Actor,
    trip: Group,
    token_of: TokenOf,
) -> None:
    noise = os.urandom(200 * 200 * 3)
    file = BytesIO()
    Image.frombytes("RGB", (200, 200), noise).save(file, "PNG")
    link, before = _path(links, ann, trip), await log(db, trip.id)

    with no_more_than(50_000):
        form = await _answered(http, token_of(ann), files=_form(trip, file.getvalue()))
        put = await http.put(link, content=file.getvalue())

    assert form["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
    assert (put.status_code, put.json()["code"]) == (503, "UNAVAILABLE")
    assert await all_of(db, trip.id) == []
    assert await log(db, trip.id) == before
    assert kept_in(folder) == []
    assert (await http.put(link, content=file.getvalue())).status_code == 201


@contextmanager
def no_more_than(file_bytes: int) -> Generator[None]:
    """As if the disk had no more room: a file that grows beyond this cannot be written."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _path(links: Links, actor: Actor, trip: Group) -> str:
    return links.upload(actor, NewReceipt(new_id(), trip.id)).url
