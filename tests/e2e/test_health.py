"""What the API says about itself, and to pages of other origins."""

from pathlib import Path

import httpx
from pydantic import SecretStr
from sqlalchemy import make_url

from core.db import Database
from core.settings import Settings
from tests.e2e.serving import serving
from tests.live import until


async def test_health_says_what_works(http: httpx.AsyncClient) -> None:
    assert (await http.get("/healthz")).text == "ok"

    async def is_whole() -> bool:
        return (await http.get("/readyz")).json()["degraded"] == []

    await until(is_whole)
    ready = await http.get("/readyz")
    assert ready.status_code == 200
    assert ready.json() == {
        "database": True,
        "schema": True,
        "live": True,
        "open": True,
        "redis": True,
        "degraded": [],
    }


async def test_without_redis_we_answer_and_without_the_database_we_say_so(
    settings: Settings, db: Database, tmp_path: Path
) -> None:
    nowhere = {"redis_url": SecretStr(f"unix://{tmp_path}/nobody.sock?db=0")}
    async with (
        serving(settings.model_copy(update=nowhere)) as address,
        httpx.AsyncClient(base_url=f"http://{address}") as http,
    ):
        ready = await http.get("/readyz")
        assert (ready.status_code, ready.json()["degraded"]) == (200, ["redis"])

    elsewhere = make_url(db.url).set(database="nobody").render_as_string(hide_password=False)
    gone = {"database_url": SecretStr(elsewhere)}
    async with (
        serving(settings.model_copy(update=gone)) as address,
        httpx.AsyncClient(base_url=f"http://{address}") as http,
    ):
        ready = await http.get("/readyz")
        assert (ready.status_code, ready.json()["database"]) == (503, False)
        assert (await http.get("/healthz")).status_code == 200


async def test_pages_of_other_origins_may_ask_only_if_set(settings: Settings) -> None:
    question = {
        "origin": "https://app.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type,x-request-id,traceparent",
    }
    allowed = settings.model_copy(update={"allowed_origins": ("https://app.example",)})
    async with (
        serving(allowed) as address,
        httpx.AsyncClient(base_url=f"http://{address}") as http,
    ):
        yes = await http.options("/graphql", headers=question)
        no = await http.options("/graphql", headers=question | {"origin": "https://evil.example"})
        answer = await http.get("/healthz", headers={"origin": "https://app.example"})

    assert yes.headers["access-control-allow-origin"] == "https://app.example"
    assert no.status_code == 400
    assert "access-control-allow-origin" not in no.headers
    assert "X-Request-Id" in answer.headers["access-control-expose-headers"]
