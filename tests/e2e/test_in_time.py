"""Whatever comes over HTTP is answered in time, operations as JSON or not, and what was begun is undone."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from adapters.links import Links
from core.db import Database
from core.ids import new_id
from core.settings import Settings
from domain.actor import Actor
from domain.receipt.upload import NewReceipt
from tests.e2e.conftest import TokenOf
from tests.e2e.documents import global_id
from tests.e2e.serving import serving
from tests.files import kept_in, lead_to_bucket, pieces
from tests.groups import Group, log
from tests.receipts import all_of

TIMED_OUT = (503, "TIMED_OUT", True)
PHOTO = b"\x89PNG\r\n\x1a\n" + bytes(2**16)
UPLOAD = """mutation($input: UploadReceiptInput!) { uploadReceipt(input: $input) {
  ... on Receipt { id } ... on Refusal { code } } }"""

Asked = Callable[[], Coroutine[None, None, httpx.Response]]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(
        update={
            "operation_seconds": 0.5,
            "database_lock_seconds": 0,
            "database_statement_seconds": 0,
        }
    )


@pytest.fixture
def folder(settings: Settings) -> Path:
    """Where the server keeps images."""
    return settings.data_dir / "receipts"


class Caller:
    """Ann, who asks for what is no operation as JSON."""

    def __init__(
        self, http: httpx.AsyncClient, settings: Settings, token: str, ann: Actor, trip: Group
    ) -> None:
        key = settings.upload_signing_key.get_secret_value()
        self._links = Links("", key, lifetime=timedelta(minutes=1))
        self._http, self._ann, self._trip = http, ann, trip
        self._ledger = global_id("Ledger", trip.id)
        self._headers = {"authorization": f"Bearer {token}", "GraphQL-Require-Preflight": "1"}

    async def put(self, content: bytes | AsyncIterator[bytes] = PHOTO) -> httpx.Response:
        link = self._links.upload(self._ann, NewReceipt(new_id(), self._trip.id))
        return await self._http.put(link.url, content=content)

    async def form(self) -> httpx.Response:
        return await self._http.post("/graphql", headers=self._headers, files=self._files())

    async def slow_form(self, pause_seconds: float) -> httpx.Response:
        whole = self._http.build_request("POST", "/graphql", files=self._files())
        headers = {**self._headers, "content-type": whole.headers["content-type"]}
        body = slowly(whole.read(), pause_seconds)
        return await self._http.post("/graphql", headers=headers, content=body)

    async def image(self) -> httpx.Response:
        return await self._http.get(self._links.image("seen.jpg").url)

    async def query(self) -> httpx.Response:
        return await self._get("/graphql?query={ledgers{edges{node{id}}}}")

    async def export(self) -> httpx.Response:
        return await self._get(f"/ledgers/{self._ledger}/export.json")

    async def spreadsheet(self) -> httpx.Response:
        return await self._get(f"/ledgers/{self._ledger}/export.csv")

    async def log(self) -> httpx.Response:
        return await self._get(f"/ledgers/{self._ledger}/log")

    async def _get(self, path: str) -> httpx.Response:
        return await self._http.get(path, headers=self._headers)

    def _files(self) -> dict[str, tuple[str | None, str | bytes]]:
        wanted = {"id": str(new_id()), "ledgerId": self._ledger, "file": None}
        operations = {"query": UPLOAD, "variables": {"input": wanted}}
        return {
            "operations": (None, json.dumps(operations)),
            "map": (None, '{"0": ["variables.input.file"]}'),
            "0": ("receipt.png", PHOTO),
        }


@pytest.fixture
def caller(
    http: httpx.AsyncClient, settings: Settings, ann: Actor, trip: Group, token_of: TokenOf
) -> Caller:
    return Caller(http, settings, token_of(ann), ann, trip)


def told(answer: httpx.Response) -> tuple[int, str, bool]:
    """Its status and code, and whether it is worth another try, in whichever form it says so."""
    said = answer.json()
    if "errors" in said:
        said = said["errors"][0]["extensions"]
    return answer.status_code, said["code"], said["retryable"]


async def all_told(*asked: Asked) -> list[tuple[int, str, bool]]:
    return [told(answer) for answer in await asyncio.gather(*(each() for each in asked))]


async def slowly(data: bytes, pause_seconds: float) -> AsyncGenerator[bytes]:
    async for piece in pieces(data, 2**14):
        yield piece
        await asyncio.sleep(pause_seconds)


@asynccontextmanager
async def locked(db: Database, table: str) -> AsyncGenerator[None]:
    """Nobody else can so much as read the table during the block."""
    async with db.transaction() as tx:
        await tx.driver.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield


@pytest.fixture
async def silence(monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[None]:
    """AWS's own variables lead to a bucket that hears everything and never says a word."""

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(2**16):
            pass
        writer.close()

    server = await asyncio.start_server(hear, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    lead_to_bucket(monkeypatch, f"http://{host}:{port}")
    yield
    server.close()


@pytest.mark.usefixtures("silence")
async def test_nobody_waits_for_a_storage_that_says_nothing(
    settings: Settings, token_of: TokenOf, db: Database, ann: Actor, trip: Group
) -> None:
    before = await log(db, trip.id)
    bucket = settings.model_copy(update={"storage_url": "s3://receipts"})
    async with (
        serving(bucket) as address,
        httpx.AsyncClient(base_url=f"http://{address}") as http,
    ):
        caller = Caller(http, bucket, token_of(ann), ann, trip)
        answers = await all_told(caller.put, caller.form, caller.image)

    assert answers == [TIMED_OUT] * 3
    assert await all_of(db, trip.id) == []
    assert await log(db, trip.id) == before


@pytest.mark.parametrize("table", ["sessions", "members"])
async def test_nobody_waits_for_a_database_that_stands_still(
    caller: Caller, db: Database, trip: Group, folder: Path, table: str
) -> None:
    before = await log(db, trip.id)
    asked = (
        caller.put,
        caller.form,
        caller.query,
        caller.export,
        caller.spreadsheet,
        caller.log,
    )
    async with locked(db, table):
        answers = await all_told(*asked)

    assert answers == [TIMED_OUT] * len(asked)
    assert await all_of(db, trip.id) == []
    assert await log(db, trip.id) == before
    assert kept_in(folder) == []


async def test_a_file_that_was_kept_in_vain_goes_again(
    caller: Caller, db: Database, trip: Group, folder: Path
) -> None:
    async with locked(db, "receipts"):
        answers = await all_told(caller.put, caller.form)

    assert answers == [TIMED_OUT] * 2
    assert await all_of(db, trip.id) == []
    assert kept_in(folder) == []


async def test_an_export_that_cannot_go_on_breaks_off(caller: Caller, db: Database) -> None:
    async with locked(db, "comments"):
        with pytest.raises(httpx.RemoteProtocolError, match="incomplete"):
            await caller.export()

    assert (await caller.export()).json()["comments"] == []


async def test_a_client_that_takes_its_time_is_waited_for(
    caller: Caller, db: Database, trip: Group
) -> None:
    put = await caller.put(slowly(PHOTO, 0.2))  # longer in all than an operation may take
    form = await caller.slow_form(0.2)

    assert put.status_code == 201
    assert form.json()["data"]["uploadReceipt"]["code"] == "DUPLICATE_RECEIPT"
    assert len(await all_of(db, trip.id)) == 1
