"""Documents that are named by their SHA-256: remembered for a client, or given to the server."""

import hashlib
import json
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr, ValidationError

from app.documents import listed
from core.settings import Settings
from domain.actor import Actor
from tests.e2e.asking import errors
from tests.e2e.conftest import TokenOf
from tests.e2e.live_client import live
from tests.e2e.serving import serving

TYPENAME = "{ __typename }"
ANSWER = {"__typename": "Query"}


def sha256(document: str) -> str:
    return hashlib.sha256(document.encode()).hexdigest()


def named(hash: Any, version: Any = 1) -> dict[str, Any]:
    return {"persistedQuery": {"version": version, "sha256Hash": hash}}


async def code(http: httpx.AsyncClient, **request: Any) -> str:
    return errors(await http.post("/graphql", json=request))[0]["extensions"]["code"]


async def test_a_document_is_sent_once_and_then_named(http: httpx.AsyncClient) -> None:
    extensions = named(sha256(TYPENAME))

    first = await http.post("/graphql", json={"extensions": extensions})
    whole = await http.post("/graphql", json={"query": TYPENAME, "extensions": extensions})
    after = await http.post("/graphql", json={"extensions": extensions})
    got = await http.get("/graphql", params={"extensions": json.dumps(extensions)})

    assert first.status_code == 200
    assert first.json()["errors"] == [
        {
            "message": "PersistedQueryNotFound",  # by which clients know it
            "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"},
        }
    ]
    assert [each.json()["data"] for each in (whole, after, got)] == [ANSWER] * 3


async def test_a_document_is_what_its_hash_says(http: httpx.AsyncClient) -> None:
    other = named(sha256("{ other }"))

    for document in (TYPENAME, ""):
        assert await code(http, query=document, extensions=other) == "PERSISTED_QUERY_MALFORMED"
    assert await code(http, extensions=other) == "PERSISTED_QUERY_NOT_FOUND"


@pytest.mark.parametrize(
    "extensions", [named("short"), named(1), named(sha256(TYPENAME), 2), {"persistedQuery": 1}]
)
async def test_a_malformed_name_is_refused(http: httpx.AsyncClient, extensions: Any) -> None:
    assert await code(http, extensions=extensions) == "PERSISTED_QUERY_MALFORMED"


async def test_without_redis_documents_come_whole(settings: Settings) -> None:
    away = SecretStr("redis://127.0.0.1:1/0")
    async with (
        serving(settings.model_copy(update={"redis_url": away})) as address,
        httpx.AsyncClient(base_url=f"http://{address}") as http,
    ):
        extensions = named(sha256(TYPENAME))
        whole = await http.post("/graphql", json={"query": TYPENAME, "extensions": extensions})
        assert whole.json()["data"] == ANSWER
        assert await code(http, extensions=extensions) == "PERSISTED_QUERY_NOT_FOUND"


async def test_a_socket_names_documents_too(
    http: httpx.AsyncClient, address: str, ann: Actor, token_of: TokenOf
) -> None:
    document = "{ me { name } }"
    extensions = named(sha256(document))
    async with live(address, token_of(ann)) as client:
        unknown = await client.operate({"extensions": extensions})
        refusal = await unknown.receive()
        assert refusal["type"] == "error"
        assert refusal["payload"][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"
        await http.post("/graphql", json={"query": document, "extensions": extensions})

        known = await client.operate({"extensions": extensions})
        assert await known.next() == {"name": "Ann"}


@pytest.fixture
async def choosy(settings: Settings, tmp_path: Path) -> AsyncGenerator[str]:
    """The address of a server that answers two documents."""
    file = tmp_path / "documents.json"
    file.write_text(json.dumps({"Typename": TYPENAME, "Me": "{ me { name } }"}))
    async with serving(settings.model_copy(update={"documents": file})) as address:
        yield address


async def test_a_server_with_a_list_answers_nothing_else(
    choosy: str, ann: Actor, token_of: TokenOf
) -> None:
    async with httpx.AsyncClient(base_url=f"http://{choosy}") as http:
        whole = await http.post("/graphql", json={"query": TYPENAME})
        by_name = await http.post("/graphql", json={"extensions": named(sha256(TYPENAME))})
        assert [each.json()["data"] for each in (whole, by_name)] == [ANSWER] * 2

        other = "{ __typename me { id } }"
        for request in (
            {"query": other},
            {"query": other, "extensions": named(sha256(other))},
            {"extensions": named(sha256(other))},
        ):
            assert await code(http, **request) == "DOCUMENT_NOT_ALLOWED"
    async with live(choosy, token_of(ann)) as client:
        assert await (await client.subscribe("{ me { name } }")).next() == {"name": "Ann"}
        assert await (await client.subscribe(other)).error_code() == "DOCUMENT_NOT_ALLOWED"


@pytest.mark.parametrize("content", ["[]", '{"a": 1}', "{", ""])
def test_a_list_that_is_none_stops_the_start(tmp_path: Path, content: str) -> None:
    file = tmp_path / "documents.json"
    file.write_text(content)

    with pytest.raises(ValidationError):
        listed(file)
