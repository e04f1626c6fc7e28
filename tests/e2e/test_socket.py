"""`graphql-transport-ws` towards clients that are not let in, talk nonsense or want too much."""

import json
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import InvalidStatus

from app.endpoint import Endpoint
from app.parts import Parts
from core.settings import Settings
from domain.actor import Actor
from resolvers.root import graphql
from tests.e2e.conftest import TokenOf
from tests.e2e.documents import ALERTS, EVENTS, global_id
from tests.e2e.live_client import SUBPROTOCOL, Closed, LiveClient, live, raw_socket
from tests.e2e.serving import serving, serving_app
from tests.groups import Group

ACKNOWLEDGED = {"type": "connection_ack"}
_LARGEST_BYTES = 64 * 2**10


async def closed_after(address: str, *messages: str | bytes) -> Closed:
    async with raw_socket(address) as socket:
        for message in messages:
            await socket.send(message)
        return await LiveClient(socket).closed()


def init(authorization: object) -> str:
    return json.dumps({"type": "connection_init", "payload": {"authorization": authorization}})


async def acknowledged(socket: ClientConnection, token: str) -> None:
    await socket.send(init(f"Bearer {token}"))
    assert json.loads(await socket.recv()) == ACKNOWLEDGED


async def test_nobody_is_let_in_without_a_good_token(
    address: str, ann: Actor, token_of: TokenOf
) -> None:
    good = token_of(ann)

    assert await closed_after(address, '{"type": "connection_init"}') == (4403, "TOKEN_INVALID")
    assert await closed_after(address, init(None)) == (4403, "TOKEN_INVALID")
    assert await closed_after(address, init(good)) == (4403, "TOKEN_INVALID")  # without a scheme
    assert await closed_after(address, init(f"Bearer {good}x")) == (4403, "TOKEN_INVALID")
    expired = token_of(ann, seconds=-10)
    assert await closed_after(address, init(f"Bearer {expired}")) == (4403, "TOKEN_EXPIRED")


async def test_who_cannot_be_let_in_for_now_may_try_again(
    settings: Settings, ann: Actor, token_of: TokenOf
) -> None:
    nowhere = SecretStr("postgresql+asyncpg://outgo@127.0.0.1:1/outgo")
    async with serving(settings.model_copy(update={"database_url": nowhere})) as address:
        assert await closed_after(address, init(f"Bearer {token_of(ann)}")) == (
            1013,
            "TRY_AGAIN_LATER",
        )


async def test_nothing_is_answered_before_one_is_let_in(address: str) -> None:
    subscribe = {"type": "subscribe", "id": "1", "payload": {"query": "{ __typename }"}}

    assert await closed_after(address, json.dumps(subscribe)) == (4401, "Unauthorized")


async def test_only_the_newer_protocol_is_spoken(address: str) -> None:
    async with raw_socket(address, subprotocols=["graphql-ws"]) as socket:
        assert (await LiveClient(socket).closed()).code == 4406
    async with raw_socket(address, subprotocols=["graphql-ws", SUBPROTOCOL]) as socket:
        assert socket.subprotocol == SUBPROTOCOL


@pytest.mark.parametrize(
    "nonsense",
    [
        "[]",
        "[" * 10_000,
        "1",
        "null",
        '"connection_init"',
        "{}",
        "no json",
        b"\xff\xfe",
        '{"type": 1}',
        '{"type": "start", "id": "1"}',
        '{"type": "subscribe"}',
        '{"type": "subscribe", "id": [], "payload": {"query": "{ __typename }"}}',
        '{"type": "subscribe", "id": "1", "payload": []}',
        '{"type": "subscribe", "id": "1", "payload": {"query": 1}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{ a }", "variables": []}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{ a }", "operationName": 1}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{ a }", "extensions": 1}}',
        '{"type": "subscribe", "id": "", "payload": {"query": "{ __typename }"}}',
        '{"type": "complete", "id": {}}',
        '{"type": "complete"}',
    ],
)
async def test_nonsense_is_refused_in_the_protocols_own_terms(
    address: str, ann: Actor, token_of: TokenOf, nonsense: str | bytes
) -> None:
    async with raw_socket(address) as socket:
        await acknowledged(socket, token_of(ann))
        await socket.send(nonsense)
        assert (await LiveClient(socket).closed()).code == 4400


async def test_a_message_over_the_limit_closes_the_socket(
    address: str, ann: Actor, token_of: TokenOf
) -> None:
    ping = '{"type": "ping", "payload": {"text": "%s"}}'
    largest = ping % ("x" * (_LARGEST_BYTES - len(ping % "")))
    async with raw_socket(address) as socket:
        await acknowledged(socket, token_of(ann))
        await socket.send(largest)
        assert json.loads(await socket.recv()) == {"type": "pong"}
        await socket.send(largest + " ")
        assert (await LiveClient(socket).closed()).code == 1009


async def test_one_signs_in_once(address: str, ann: Actor, token_of: TokenOf) -> None:
    async with raw_socket(address) as socket:
        await acknowledged(socket, token_of(ann))
        await socket.send(init(f"Bearer {token_of(ann)}"))
        assert (await LiveClient(socket).closed()).code == 4429


async def test_a_socket_carries_so_many_streams_and_no_more(
    address: str, ann: Actor, trip: Group, token_of: TokenOf
) -> None:
    async with live(address, token_of(ann)) as client:
        id = global_id("Ledger", trip.id)
        streams = [await client.subscribe(EVENTS, ledgerId=id) for _ in range(20)]
        for stream in streams:
            await stream.next()
        one_more = await client.subscribe(EVENTS, ledgerId=id)
        refusal = await one_more.receive()
        await client.complete(streams[0])
        query = await client.subscribe("{ me { name } }")

        assert refusal["type"] == "error"
        assert refusal["payload"][0]["extensions"]["code"] == "TOO_MANY_SUBSCRIPTIONS"
        assert await query.next() == {"name": "Ann"}
        assert (await query.receive())["type"] == "complete"


@pytest.mark.parametrize("id", ["1", "\U0001f600" * 60])
async def test_an_id_is_one_operations_at_a_time(
    address: str, ann: Actor, token_of: TokenOf, id: str
) -> None:
    """However long it is: the reason has room for 123 bytes."""
    follow = {"type": "subscribe", "id": id, "payload": {"query": ALERTS}}
    async with raw_socket(address) as socket:
        await acknowledged(socket, token_of(ann))
        await socket.send(json.dumps(follow))
        await socket.send(json.dumps(follow))
        code, reason = await LiveClient(socket).closed()

    whole = f"Subscriber for {id} already exists"
    assert (code, reason) == (4409, whole.encode()[:123].decode(errors="ignore"))


async def test_an_id_is_free_again_after_its_operation(
    address: str, ann: Actor, token_of: TokenOf
) -> None:
    async with raw_socket(address) as socket:
        await acknowledged(socket, token_of(ann))
        for _ in range(2):
            ask = {"type": "subscribe", "id": "1", "payload": {"query": "{ me { name } }"}}
            await socket.send(json.dumps(ask))
            answers = [json.loads(await socket.recv()) for _ in range(2)]
            assert [answer["type"] for answer in answers] == ["next", "complete"]


async def test_a_syntax_error_is_bad_however_long_it_is(
    address: str, ann: Actor, token_of: TokenOf
) -> None:
    subscribe = {"type": "subscribe", "id": "1", "payload": {"query": "{ a } " + "x" * 300}}
    async with raw_socket(address) as socket:
        await acknowledged(socket, token_of(ann))
        await socket.send(json.dumps(subscribe))
        code, reason = await LiveClient(socket).closed()

    assert (code, (reason or "")[:13]) == (4400, "Syntax Error:")


@pytest.mark.parametrize(
    ("document", "name"),
    [
        ("", None),
        ("fragment A on Query { __typename }", None),
        ("query A { __typename }", "B"),
        ("query A { __typename } query B { __typename }", None),
        ("subscription A { budgetAlert { __typename } } query B { __typename }", None),
    ],
)
async def test_what_names_no_operation_is_refused_by_name(
    address: str, ann: Actor, token_of: TokenOf, document: str, name: str | None
) -> None:
    async with live(address, token_of(ann)) as client:
        stream = await client.operate({"query": document, "operationName": name})

        assert await stream.error_code() == "OPERATION_RESOLUTION_FAILURE"
        assert await (await client.subscribe("{ me { name } }")).next() == {"name": "Ann"}


async def test_a_refused_document_is_one_operations_matter(
    address: str, ann: Actor, trip: Group, token_of: TokenOf
) -> None:
    async with live(address, token_of(ann)) as client:
        wrong = await client.subscribe("subscription { ledgerEvents { seq } }")
        refusal = await wrong.receive()
        assert refusal["type"] == "error"
        assert refusal["payload"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
        right = await client.subscribe(EVENTS, ledgerId=global_id("Ledger", trip.id))
        assert (await right.next())["__typename"] == "LedgerSnapshot"


async def test_pages_of_other_origins_are_let_in_only_if_set(settings: Settings) -> None:
    allowed = settings.model_copy(update={"allowed_origins": ("https://app.example",)})
    async with serving(allowed) as address:
        async with raw_socket(address, origin="https://app.example") as socket:
            assert socket.subprotocol == SUBPROTOCOL
        with pytest.raises(InvalidStatus) as refused:
            async with raw_socket(address, origin="https://evil.example"):
                pass
    assert refused.value.response.status_code == 403


async def test_pings_are_answered(address: str, ann: Actor, token_of: TokenOf) -> None:
    async with raw_socket(address) as socket:
        await acknowledged(socket, token_of(ann))
        await socket.send('{"type": "ping"}')
        pong: dict[str, Any] = json.loads(await socket.recv())
        assert pong == {"type": "pong"}


async def test_who_never_signs_in_is_sent_away(settings: Settings) -> None:
    parts = Parts(settings)
    endpoint = Endpoint(graphql, parts, allowed_origins=())
    endpoint.connection_init_wait_timeout = timedelta(seconds=0.1)
    app = Starlette(
        routes=[WebSocketRoute("/graphql", endpoint)], lifespan=lambda _: parts.running()
    )
    async with serving_app(app) as address:
        assert (await closed_after(address)).code == 4408
