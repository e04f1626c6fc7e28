"""What browsers are told with every answer, whoever gives it."""

import httpx
import pytest

from core.settings import Settings
from tests.e2e.serving import serving

ALWAYS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


@pytest.mark.parametrize(
    "path",
    [
        "/healthz",
        "/nowhere",
        "/images/nonsense",
        "/ledgers/nonsense/log",
        "/graphql?query={me{id}}",
    ],
)
async def test_every_answer_has_them(http: httpx.AsyncClient, path: str) -> None:
    answer = await http.get(path)

    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    assert "strict-transport-security" not in answer.headers
    assert answer.headers["vary"] == "Origin"


async def test_a_preflight_and_a_refusal_of_size_have_them_too(http: httpx.AsyncClient) -> None:
    asked = {"origin": "https://elsewhere.example", "access-control-request-method": "POST"}
    preflight = await http.options("/graphql", headers=asked)
    json = {"content-type": "application/json"}
    too_large = await http.post("/graphql", content=b" " * (2**20 + 1), headers=json)

    assert (preflight.status_code, too_large.status_code) == (400, 413)
    for answer in (preflight, too_large):
        assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS


async def test_a_page_has_a_policy_of_its_own(http: httpx.AsyncClient) -> None:
    page = await http.get("/graphiql/")

    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert page.headers.get_list("x-content-type-options") == ["nosniff"]


async def test_behind_https_browsers_stay_there(settings: Settings) -> None:
    public = settings.model_copy(update={"public_url": "https://outgo.example"})
    async with serving(public) as address, httpx.AsyncClient() as client:
        answer = await client.get(f"http://{address}/healthz")

    assert answer.headers["strict-transport-security"] == "max-age=31536000"


async def test_what_is_asked_by_a_link_changes_nothing(http: httpx.AsyncClient) -> None:
    """So that no page can have a browser do it (CSRF)."""
    answer = await http.get("/graphql", params={"query": "mutation { logOut { id } }"})

    assert answer.status_code in {400, 405}
    assert "data" not in answer.json() if answer.headers["content-type"].endswith("json") else True


async def test_pages_of_other_origins_are_told_that_answers_depend_on_them(
    http: httpx.AsyncClient,
) -> None:
    answer = await http.get("/healthz", headers={"origin": "https://elsewhere.example"})

    assert answer.headers.get_list("vary") == ["Origin"]
