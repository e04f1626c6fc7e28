"""PostgreSQL stands still for as long as it likes: every request is answered meanwhile, and says why."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from sqlmodel import col, select

from adapters.embedded import binaries, identity, postgres, sockets
from adapters.embedded.claim import claim
from adapters.embedded.server import Server
from adapters.links import Links
from app import migrations
from core.connections import Driver
from core.db import Database
from core.ids import new_id
from core.settings import Settings
from core.tx import Tx
from domain.actor import Actor
from domain.receipt.upload import NewReceipt
from models.expense import Expense
from models.ledger import Ledger
from tests.e2e.conftest import TokenOf
from tests.e2e.documents import global_id
from tests.e2e.serving import serving
from tests.groups import Group, make_group
from tests.live import PATIENCE_SECONDS, until
from tests.people import make_user
from tests.receipts import all_of

_OPERATION_SECONDS = 1
_LINK_LIFETIME = timedelta(minutes=1)
_PHOTO = b"\x89PNG\r\n\x1a\n" + bytes(100)
_WRITES = _READS = 6
_TROUBLE = {"TIMED_OUT", "UNAVAILABLE"}
_SPEND = """mutation($input: CreateExpenseInput!) { createExpense(input: $input) {
  __typename ... on Expense { id } } }"""
_EXPENSES = "{ expenses(first: 5) { edges { node { id } } } }"
_SESSIONS = "{ sessions { edges { node { id } } } }"


@pytest.fixture
def own(tmp_path: Path) -> Generator[tuple[Server, str]]:
    """A server that nobody else waits for, and its URL."""
    owned = claim(tmp_path / "own")
    run = sockets.folder_for(owned.folder)
    server = postgres.server(
        owned, run, identity.pick(owned.folder, binaries.postgres()), durable=False
    )
    server.start()
    yield server, postgres.url(run)
    server.stop()
    owned.release()


@pytest.fixture
async def db(own: tuple[Server, str]) -> AsyncGenerator[Database]:
    _, url = own
    await migrations.upgrade(url)
    db = Database(url)
    yield db
    await db.close()


@pytest.fixture
def database_url(own: tuple[Server, str]) -> str:
    return own[1]


@contextmanager
def standing_still(server: Server) -> Generator[None]:
    family = [psutil.Process(server.pid), *psutil.Process(server.pid).children()]
    for process in family:
        process.suspend()
    try:
        yield
    finally:
        for process in family:
            process.resume()


class Caller:
    """Asks as Ann, and is not patient without end."""

    def __init__(
        self, http: httpx.AsyncClient, settings: Settings, token: str, ann: Actor, trip: Group
    ) -> None:
        self._http, self._ledger_id = http, global_id("Ledger", trip.id)
        links = Links("", settings.upload_signing_key.get_secret_value(), lifetime=_LINK_LIFETIME)
        self._link = links.upload(ann, NewReceipt(new_id(), trip.id)).url
        self._headers = {"authorization": f"Bearer {token}"}

    async def read(self, document: str) -> dict[str, Any]:
        return await self._ask({"query": document})

    async def spend(self) -> dict[str, Any]:
        amount = {"minor": 100, "currency": "EUR"}
        wanted = {"ledgerId": self._ledger_id, "bill": {"amount": amount}, "day": "2026-05-01"}
        return await self._ask(
            {"query": _SPEND, "variables": {"input": {"id": str(new_id()), **wanted}}}
        )

    async def export(self) -> dict[str, Any]:
        path = f"/ledgers/{self._ledger_id}/export.json"
        answer = await self._http.get(path, headers=self._headers, timeout=PATIENCE_SECONDS)
        return answer.json()

    async def put(self) -> dict[str, Any]:
        answer = await self._http.put(self._link, content=_PHOTO, timeout=PATIENCE_SECONDS)
        return answer.json()

    async def _ask(self, body: dict[str, Any]) -> dict[str, Any]:
        answer = await self._http.post(
            "/graphql", json=body, headers=self._headers, timeout=PATIENCE_SECONDS
        )
        return answer.json()


def codes(answers: list[dict[str, Any]]) -> Counter[str]:
    return Counter(
        said["code"]
        for answer in answers
        for said in (answer, *(error["extensions"] for error in answer.get("errors", ())))
        if "code" in said
    )


@asynccontextmanager
async def locked(db: Database, trip: Group) -> AsyncGenerator[None]:
    async with db.transaction() as tx:
        await tx.exec(select(Ledger).where(col(Ledger.id) == trip.id).with_for_update())
        await tx.driver.execute("LOCK TABLE devices IN ACCESS EXCLUSIVE MODE")
        yield


async def spent(db: Database) -> int:
    async with db.reading() as session:
        return len((await session.exec(select(Expense.id))).all())


async def test_nobody_waits_for_a_database_that_stands_still(
    own: tuple[Server, str],
    db: Database,
    settings: Settings,
    token_of: TokenOf,
) -> None:
    ann = await make_user(db, "Ann")
    trip = await make_group(db, ann, await make_user(db, "Bob"))
    hurried = settings.model_copy(
        update={"operation_seconds": _OPERATION_SECONDS, "database_pool_size": 4}
    )
    async with (
        serving(hurried) as address,
        httpx.AsyncClient(base_url=f"http://{address}") as http,
    ):
        caller = Caller(http, hurried, token_of(ann), ann, trip)

        async def serves() -> bool:
            return not codes([await caller.spend()])

        await until(serves)
        before = await spent(db)
        async with locked(db, trip):
            begun = [asyncio.create_task(caller.read(_SESSIONS)) for _ in range(_READS)]
            begun += [asyncio.create_task(caller.spend()) for _ in range(_WRITES)]
            await asyncio.sleep(0.1)
            with standing_still(own[0]):
                asked = [caller.read(_EXPENSES) for _ in range(_READS)]
                asked += [caller.spend() for _ in range(_WRITES)]
                asked += [caller.export(), caller.put()]
                answers = await asyncio.gather(*begun, *asked)

        assert codes(answers).total() == len(answers)
        assert codes(answers).keys() <= _TROUBLE
        await until(serves)
        assert await spent(db) == before + 1
        assert await all_of(db, trip.id) == []


async def by_session(tx: Tx) -> object:
    return await tx.exec(select(Ledger.id))


async def by_the_driver(tx: Tx) -> object:
    return await tx.driver.execute("SELECT")


@pytest.mark.parametrize("ask", [by_session, by_the_driver])
async def test_what_a_transaction_waits_for_is_given_up_without_a_goodbye(
    own: tuple[Server, str],
    db: Database,
    monkeypatch: pytest.MonkeyPatch,
    ask: Callable[[Tx], Awaitable[object]],
) -> None:
    """Which a server that stands still would be given two seconds for."""
    polite: list[Driver] = []

    async def close(driver: Driver, **_: Any) -> None:
        if not driver.is_closed():
            polite.append(driver)
            driver.terminate()

    async def give_up() -> None:
        async with db.transaction() as tx:
            await ask(tx)
            with standing_still(own[0]):
                async with asyncio.timeout(0.1):
                    await ask(tx)

    monkeypatch.setattr(Driver, "close", close)
    with pytest.raises(TimeoutError):
        await give_up()

    assert polite == []
    assert db.connections.lent == 0
