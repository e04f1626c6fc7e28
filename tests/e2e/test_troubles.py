"""A database that is busy, slow or away: named, worth another try, and never half a write."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest
from prometheus_client import REGISTRY
from pydantic import SecretStr
from sqlmodel import col, select

from adapters.links import Links
from adapters.storage import Storage
from core.db import Database
from core.settings import Settings
from domain.actor import Actor
from models.ledger import Ledger
from tests.e2e.asking import errors, post
from tests.e2e.conftest import TokenOf
from tests.e2e.documents import RENAME, global_id
from tests.e2e.live_client import live
from tests.e2e.serving import serving
from tests.groups import Group

TROUBLE = [
    ("BUSY", {"database_lock_seconds": 0.2}),
    ("TIMED_OUT", {"database_lock_seconds": 0, "database_statement_seconds": 0.2}),
    (
        "TIMED_OUT",
        {"database_lock_seconds": 0, "database_statement_seconds": 0, "operation_seconds": 0.4},
    ),
]


@asynccontextmanager
async def locked(db: Database, trip: Group) -> AsyncGenerator[None]:
    """Somebody else has the ledger for the block."""
    async with db.transaction() as tx:
        await tx.exec(select(Ledger).where(col(Ledger.id) == trip.id).with_for_update())
        yield


async def name_of(db: Database, trip: Group) -> str:
    async with db.reading() as session:
        return (await session.exec(select(Ledger.name).where(col(Ledger.id) == trip.id))).one()


@pytest.mark.parametrize(("code", "patience"), TROUBLE, ids=["lock", "statement", "operation"])
async def test_whoever_waits_too_long_is_told_to_try_again(
    settings: Settings,
    db: Database,
    ann: Actor,
    trip: Group,
    token_of: TokenOf,
    code: str,
    patience: dict[str, Any],
) -> None:
    hurried = settings.model_copy(update={"database_pool_size": 1, **patience})
    before = await name_of(db, trip)
    async with (
        serving(hurried) as address,
        httpx.AsyncClient(base_url=f"http://{address}") as http,
        live(address, token_of(ann)) as client,
    ):
        rename = {"ledgerId": global_id("Ledger", trip.id), "ifVersion": 1, "name": "Sea"}
        body = {"query": RENAME, "variables": {"input": rename}}
        headers = {"authorization": f"Bearer {token_of(ann)}"}
        async with locked(db, trip):
            [error] = errors(await http.post("/graphql", json=body, headers=headers))
            by_socket = await client.subscribe(RENAME, input=rename)
            assert await by_socket.error_code() == code
        assert error["extensions"] == {"code": code, "retryable": True}
        assert await name_of(db, trip) == before

        again = await http.post("/graphql", json=body, headers=headers)
        assert again.json()["data"] == {"renameLedger": {"__typename": "Ledger", "name": "Sea"}}


async def test_a_database_that_is_away_is_named(
    settings: Settings, ann: Actor, token_of: TokenOf
) -> None:
    nowhere = SecretStr("postgresql+asyncpg://outgo@127.0.0.1:1/outgo")
    unavailable = {"code": "UNAVAILABLE", "retryable": True}
    async with (
        serving(settings.model_copy(update={"database_url": nowhere})) as address,
        httpx.AsyncClient(base_url=f"http://{address}") as http,
    ):
        signed_in = await post(
            http, "{ me { name } }", headers={"authorization": f"Bearer {token_of(ann)}"}
        )
        assert signed_in.status_code == 503
        assert [error["extensions"] for error in errors(signed_in)] == [unavailable]

        asked = await post(http, '{ invite(token: "x") { ledgerName } }')
        assert [error["extensions"] for error in errors(asked)] == [unavailable]

        exported = await http.get(
            f"/ledgers/{global_id('Ledger', ann.user_id)}/export.json",
            headers={"authorization": f"Bearer {token_of(ann)}"},
        )
        assert (exported.status_code, exported.json()["code"]) == (503, "UNAVAILABLE")


async def test_what_nobody_foresaw_beside_graphql_is_answered_and_counted_like_anything_else(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(storage: Storage, key: str) -> bytes:
        raise LookupError(f"{storage} and {key} do not go together")

    def counted(name: str, **labels: str) -> float:
        return REGISTRY.get_sample_value(name, labels) or 0

    key = settings.upload_signing_key.get_secret_value()
    link = Links("", key, lifetime=timedelta(minutes=1)).image("a.jpg")
    before = counted("outgo_bugs_total", operation="GET /images")
    monkeypatch.setattr(Storage, "get", fail)
    async with (
        serving(settings) as address,
        httpx.AsyncClient(base_url=f"http://{address}") as http,
    ):
        answers = counted("outgo_responses_total", status="500")
        answer = await http.get(link.url)

    assert (answer.status_code, answer.json()["code"]) == (500, "INTERNAL_SERVER_ERROR")
    assert answer.headers["x-request-id"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert counted("outgo_bugs_total", operation="GET /images") == before + 1
    assert counted("outgo_responses_total", status="500") == answers + 1
