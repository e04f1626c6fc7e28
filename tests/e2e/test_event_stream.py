"""Subscriptions as server-sent events: a real server, a real relay, a real HTTP client."""

import json
import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from app.deadlines import HurriedRequests
from app.main import create_app
from core.db import Database
from core.settings import Settings
from domain.actor import Actor
from models.account import SessionEnd
from services import sessions
from tests.e2e.conftest import TokenOf
from tests.e2e.documents import EVENTS, global_id
from tests.e2e.serving import serving, serving_app
from tests.e2e.test_live_ends import is_followed
from tests.groups import Group, ledger_row, spend
from tests.live import relaying, until

Event = tuple[str, Any]


@pytest.fixture(autouse=True)
async def _relay(db: Database, redis_url: str) -> AsyncGenerator[None]:
    async with relaying(db, redis_url):
        yield


@asynccontextmanager
async def following(
    http: httpx.AsyncClient, token: str, group: Group, after: int | None = None
) -> AsyncGenerator[AsyncIterator[Event]]:
    """The events of a group's stream: their names and what they carry."""
    variables = {"ledgerId": global_id("Ledger", group.id), "after": after}
    headers = {"authorization": f"Bearer {token}", "accept": "text/event-stream"}
    request = {"query": EVENTS, "variables": variables}
    async with http.stream("POST", "/graphql", json=request, headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield _parsed(answer.aiter_lines())


async def _parsed(lines: AsyncIterator[str]) -> AsyncIterator[Event]:
    name = ""
    async for line in lines:
        field, _, value = line.partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            yield name, json.loads(value) if value else None


async def _news(events: AsyncIterator[Event]) -> dict[str, Any]:
    name, payload = await anext(events)
    assert name == "next", payload
    return payload["data"]["ledgerEvents"]


async def test_a_group_is_followed_and_taken_up_again(
    db: Database, http: httpx.AsyncClient, ann: Actor, trip: Group, token_of: TokenOf
) -> None:
    seq = (await ledger_row(db, trip.id)).seq
    async with following(http, token_of(ann), trip) as events:
        assert (await _news(events))["__typename"] == "LedgerSnapshot"
        await spend(db, ann, trip.id)
        assert (await _news(events))["seq"] == seq + 1
    await until(lambda: not is_followed(trip.id))
    await spend(db, ann, trip.id)

    async with following(http, token_of(ann), trip, after=seq) as events:
        assert [(await _news(events))["seq"] for _ in range(2)] == [seq + 1, seq + 2]


@pytest.mark.parametrize("is_ready", [True, False])
async def test_what_happens_leaves_at_once_where_nothing_has_to_be_waited_for(
    db: Database,
    settings: Settings,
    ann: Actor,
    bob: Actor,
    trip: Group,
    token_of: TokenOf,
    *,
    is_ready: bool,
) -> None:
    left: list[bytes] = []

    class Watched(HurriedRequests):
        def send_at_once(self, part: bytes) -> bool:
            left.append(part)
            return is_ready and super().send_at_once(part)

    app = create_app(settings)
    seq = (await ledger_row(db, trip.id)).seq
    async with (
        serving_app(app, requests=Watched) as address,
        httpx.AsyncClient(base_url=f"http://{address}") as http,
        following(http, token_of(ann), trip) as anns,
        following(http, token_of(bob), trip) as bobs,
    ):
        for events in (anns, bobs):
            await _news(events)
        for more in (1, 2, 3):
            await spend(db, ann, trip.id)
            heard = [await _news(events) for events in (anns, bobs)]
            assert [news["seq"] for news in heard] == [seq + more] * 2

    assert len(left) == 6
    assert len(set(left)) == 3


async def test_a_strangers_group_is_not_there(
    http: httpx.AsyncClient, eve: Actor, trip: Group, token_of: TokenOf
) -> None:
    async with following(http, token_of(eve), trip) as events:
        told = [event async for event in events]

    (_, refusal), (end, _) = told
    assert refusal["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    assert end == "complete"


async def test_a_user_has_so_many_streams_and_a_closed_one_is_none(
    settings: Settings, ann: Actor, bob: Actor, trip: Group, token_of: TokenOf
) -> None:
    async with (
        serving(settings.model_copy(update={"subscriptions_per_user": 2})) as address,
        httpx.AsyncClient(base_url=f"http://{address}") as http,
        following(http, token_of(ann), trip) as first,
    ):
        await _news(first)
        async with following(http, token_of(ann), trip) as second:
            await _news(second)
            async with following(http, token_of(ann), trip) as third:
                (_, refusal), end = [event async for event in third]
            async with following(http, token_of(bob), trip) as bobs:
                await _news(bobs)

        assert refusal["errors"][0]["extensions"]["code"] == "TOO_MANY_SUBSCRIPTIONS"
        assert end == ("complete", None)

        async def one_more() -> bool:
            async with following(http, token_of(ann), trip) as events:
                _, told = await anext(events)
                return "data" in told

        await until(one_more)


async def test_an_expired_token_ends_the_stream(
    http: httpx.AsyncClient, ann: Actor, trip: Group, token_of: TokenOf
) -> None:
    async with following(http, token_of(ann, seconds=2), trip) as events:
        await _news(events)
        assert [event async for event in events] == _ended("TOKEN_EXPIRED")
    await until(lambda: not is_followed(trip.id))


async def test_an_ended_session_ends_the_stream(
    db: Database, settings: Settings, ann: Actor, trip: Group, token_of: TokenOf
) -> None:
    async with (
        serving(settings.model_copy(update={"look_seconds": 0.1})) as address,
        httpx.AsyncClient(base_url=f"http://{address}") as http,
        following(http, token_of(ann), trip) as events,
    ):
        await _news(events)
        async with db.transaction() as tx:
            await sessions.end(tx, ann, ann.session_id, SessionEnd.REVOKED)

        assert [event async for event in events] == _ended("SESSION_ENDED")


async def test_a_restart_ends_the_stream_and_says_when_to_come_back(
    settings: Settings, ann: Actor, trip: Group, token_of: TokenOf
) -> None:
    app = create_app(settings)
    async with (
        serving_app(app) as address,
        httpx.AsyncClient(base_url=f"http://{address}") as http,
        following(http, token_of(ann), trip) as events,
    ):
        await _news(events)
        await app.state.draining.drain(0)
        (_, told), end = [event async for event in events]

    assert end == ("complete", None)
    (error,) = told["errors"]
    assert error["extensions"]["code"] == "RESTARTING"
    assert re.fullmatch(r"RESTARTING; return in \d+ ms and resume", error["message"])


def _ended(code: str) -> list[Event]:
    text = {
        "TOKEN_EXPIRED": "The access token has expired.",
        "SESSION_ENDED": "This session has ended.",
    }
    error = {"message": text[code], "extensions": {"code": code}}
    return [("next", {"errors": [error]}), ("complete", None)]
