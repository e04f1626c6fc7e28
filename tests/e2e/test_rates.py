"""Points run out over HTTP and on a socket: by name, with headers that say when to come again."""

from collections.abc import AsyncGenerator

import httpx
import pytest
from pydantic import SecretStr

from core.settings import Settings
from domain.actor import Actor
from tests.e2e.asking import errors, post
from tests.e2e.conftest import TokenOf
from tests.e2e.documents import EVENTS, global_id
from tests.e2e.live_client import live
from tests.e2e.serving import serving
from tests.groups import Group

ME = "{ me { name } }"
DEAR = "{ expenses(first: 100) { edges { node { id } } } }"  # 202 points


@pytest.fixture
async def strict(settings: Settings) -> AsyncGenerator[str]:
    """The address of a server where each user has 500 points in a minute, and each address 1,000."""
    points = {"points_per_user": 500, "points_per_address": 1000, "subscriptions_per_user": 2}
    async with serving(settings.model_copy(update=points)) as address:
        yield address


@pytest.fixture
async def strictly(strict: str) -> AsyncGenerator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"http://{strict}") as client:
        yield client


async def test_every_answer_says_how_the_caller_stands(
    strictly: httpx.AsyncClient, ann: Actor, token_of: TokenOf
) -> None:
    answer = await post(strictly, DEAR, headers={"authorization": f"Bearer {token_of(ann)}"})

    assert answer.json()["extensions"]["cost"] == {
        "requestedQueryCost": 202,
        "maximumQueryCost": 10_000,
        "throttleStatus": {
            "policy": "user",
            "maximumAvailable": 500,
            "currentlyAvailable": 298,
            "restoreRate": pytest.approx(8.33, abs=0.01),
        },
    }
    assert answer.headers["ratelimit-policy"] == '"user";q=500;w=60'
    assert answer.headers["ratelimit"] == '"user";r=298;t=25'
    assert "retry-after" not in answer.headers


async def test_whoever_has_too_few_points_is_told_when_to_come_again(
    strict: str, strictly: httpx.AsyncClient, ann: Actor, bob: Actor, token_of: TokenOf
) -> None:
    headers = {"authorization": f"Bearer {token_of(ann)}"}
    for _ in range(2):
        assert "data" in (await post(strictly, DEAR, headers=headers)).json()

    refused = await post(strictly, DEAR, headers=headers)
    [error] = errors(refused)

    assert refused.status_code == 429
    assert error["extensions"]["code"] == "RATE_LIMITED"
    assert error["extensions"]["retryable"] is True
    assert 0 < error["extensions"]["retryAfter"] <= 60
    assert refused.headers["retry-after"] == str(error["extensions"]["retryAfter"])
    assert refused.headers["ratelimit-policy"] == '"user";q=500;w=60'
    async with live(strict, token_of(ann)) as client:
        assert await (await client.subscribe(DEAR)).error_code() == "RATE_LIMITED"
    others = await post(strictly, ME, headers={"authorization": f"Bearer {token_of(bob)}"})
    assert others.json()["data"] == {"me": {"name": "Bob"}}


async def test_an_address_has_its_points_whoever_asks(strictly: httpx.AsyncClient) -> None:
    nonsense = "{ nothing }"  # 100 points: somebody had to look at it
    unreadable = await post(strictly, "{ nothing")
    statuses = [(await post(strictly, nonsense)).status_code for _ in range(11)]

    assert unreadable.json()["extensions"]["cost"]["requestedQueryCost"] == 100
    assert statuses == [200] * 9 + [429] * 2


async def test_passwords_are_not_hashed_without_end(
    http: httpx.AsyncClient, strictly: httpx.AsyncClient
) -> None:
    """Also where nobody fails: what an account costs is what somebody has to wait for."""
    one = (
        'a%d: logIn(input: {email: "a@example.org", password: "x", deviceName: "x"}) { __typename }'
    )
    several = f"mutation {{ {' '.join(one % number for number in range(6))} }}"

    statuses = [(await post(strictly, f"mutation {{ {one % 1} }}")).status_code for _ in range(2)]
    [too_costly] = errors(await post(http, several))

    assert too_costly["extensions"]["code"] == "TOO_COSTLY"
    assert statuses == [200, 429]


@pytest.mark.parametrize("file", ["export.csv", "export.json", "log"])
async def test_whole_ledgers_take_points_too(
    strictly: httpx.AsyncClient, ann: Actor, trip: Group, token_of: TokenOf, file: str
) -> None:
    path = f"/ledgers/{global_id('Ledger', trip.id)}/{file}"
    headers = {"authorization": f"Bearer {token_of(ann)}"}

    given, refused = [await strictly.get(path, headers=headers) for _ in range(2)]

    assert (given.status_code, refused.status_code) == (200, 429)
    assert refused.json()["code"] == "RATE_LIMITED"
    assert 0 < int(refused.headers["retry-after"]) <= 60


async def test_without_redis_everyone_is_let_through(
    settings: Settings, ann: Actor, token_of: TokenOf
) -> None:
    away = settings.model_copy(update={"redis_url": SecretStr("redis://127.0.0.1:1")})
    async with (
        serving(away) as address,
        httpx.AsyncClient(base_url=f"http://{address}") as http,
    ):
        for _ in range(3):
            answer = await post(http, ME, headers={"authorization": f"Bearer {token_of(ann)}"})
            assert answer.json()["data"] == {"me": {"name": "Ann"}}


async def test_a_user_has_so_many_subscriptions_over_all_sockets(
    strict: str, ann: Actor, bob: Actor, trip: Group, token_of: TokenOf
) -> None:
    ledger = global_id("Ledger", trip.id)
    async with live(strict, token_of(ann)) as one, live(strict, token_of(ann)) as other:
        first = await one.subscribe(EVENTS, ledgerId=ledger)
        second = await other.subscribe(EVENTS, ledgerId=ledger)
        await first.next()
        await second.next()

        refused = await one.subscribe(EVENTS, ledgerId=ledger)
        assert await refused.error_code() == "TOO_MANY_SUBSCRIPTIONS"
        assert await (await one.subscribe(ME)).next() == {"name": "Ann"}  # no stream
        async with live(strict, token_of(bob)) as bobs:
            await (await bobs.subscribe(EVENTS, ledgerId=ledger)).next()

        await one.complete(first)
        await (await other.subscribe(EVENTS, ledgerId=ledger)).next()
    async with live(strict, token_of(ann)) as again:  # a socket that is gone holds none
        for _ in range(2):
            await (await again.subscribe(EVENTS, ledgerId=ledger)).next()
