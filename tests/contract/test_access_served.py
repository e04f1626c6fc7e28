"""The same over the wire: whoever is not let in is told nothing, and ids of others are ids of nothing.

A real server is asked over HTTP, server-sent events and websockets, and by the routes beside GraphQL.
"""

import json
import re
from collections.abc import AsyncGenerator, Mapping
from datetime import timedelta
from typing import Any, cast

import httpx
import jwt
import pytest
from pydantic import SecretStr
from starlette.routing import Route, WebSocketRoute

from adapters.links import Links
from adapters.tokens import Tokens
from app.main import create_app
from core.ids import new_id
from core.settings import Settings
from domain.actor import Actor
from domain.receipt.upload import NewReceipt, ReceiptPriority
from models.account import SessionEnd
from services import sessions
from tests import sdl
from tests.belongings import global_id
from tests.conftest import RedisUrls
from tests.contract.test_access import INSIDERS, OUTSIDERS, Question, questions
from tests.contract.test_signed_in import PUBLIC
from tests.e2e.live_client import LiveClient, live, raw_socket
from tests.e2e.serving import serving
from tests.people import make_user
from tests.world import World, asked, file_in, unread

ROUTES = {
    "/graphql",
    "/healthz",
    "/readyz",
    "/images/{token}",
    "/uploads/{token}",
    "/ledgers/{ledger_id}/export.csv",
    "/ledgers/{ledger_id}/export.json",
    "/ledgers/{ledger_id}/log",
}
_PREFLIGHT = {"GraphQL-Require-Preflight": "1"}


@pytest.fixture(scope="module")
def settings(
    world: World, _worker_redis: RedisUrls, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    return Settings(
        data_dir=tmp_path_factory.mktemp("data"),
        database_url=SecretStr(world.db.url),
        redis_url=SecretStr(_worker_redis.rings),
        queue_redis_url=SecretStr(_worker_redis.queues),
        graphiql=False,
        most_cost=10**9,
        points_per_address=0,
        points_per_user=0,
        login_attempts_per_address=10**6,
    )


@pytest.fixture(scope="module")
async def address(settings: Settings) -> AsyncGenerator[str]:
    async with serving(settings) as address:
        yield address


@pytest.fixture(scope="module")
async def http(address: str) -> AsyncGenerator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"http://{address}") as client:
        yield client


@pytest.fixture(scope="module")
async def bad_tokens(world: World, settings: Settings) -> dict[str, str]:
    """What somebody could send instead of a token, by what is wrong with it."""
    gone = await make_user(world.db, "Gone")
    async with world.db.transaction() as tx:
        await sessions.end(tx, gone, gone.session_id, SessionEnd.REVOKED)
    kid = next(iter(settings.signing_keys))
    good = _token(settings, world.ann)
    claims = jwt.decode(good, options={"verify_signature": False})
    header, _, signature = good.split(".")
    other_body = good.split(".")[1][:-4] + "AAAA"
    return {
        "expired": "Bearer " + _token(settings, world.ann, seconds=-60),
        "revoked": "Bearer " + _token(settings, gone),
        "unsigned": "Bearer " + jwt.encode(claims, "", "none", headers={"kid": kid}),
        "signed by another": "Bearer " + jwt.encode(claims, "x" * 32, headers={"kid": kid}),
        "changed": f"Bearer {header}.{other_body}.{signature}",
        "malformed": "Bearer of bad news",
        "of another scheme": f"Basic {good}",
        "empty": "Bearer",
    }


def _token(settings: Settings, actor: Actor, *, seconds: float = 600) -> str:
    return Tokens(settings.signing_keys, timedelta(seconds=seconds)).issue(actor).text


async def test_every_root_field_answers_a_bad_token_as_none_at_all(
    world: World, http: httpx.AsyncClient, bad_tokens: Mapping[str, str]
) -> None:
    for operation, name in sdl.fields():
        if name not in PUBLIC:
            document, variables = sdl.surface(operation, name), asked(operation, name, world.anns)
            nobodys = await _post(http, None, document, variables)
            assert re.findall(r'"code":"(\w+)"', nobodys.text) == ["UNAUTHENTICATED"], name
            for what in bad_tokens if name == "me" else ("expired", "revoked", "malformed"):
                answer = await _post(http, bad_tokens[what], document, variables)
                assert _parts(answer) == _parts(nobodys), (name, what)


async def test_a_websocket_lets_nobody_in_with_a_bad_token(
    address: str, bad_tokens: Mapping[str, str]
) -> None:
    for what, bad in {**bad_tokens, "none": None}.items():
        async with raw_socket(address) as socket:
            payload = {"authorization": bad} if bad else {}
            await socket.send(json.dumps({"type": "connection_init", "payload": payload}))
            assert (await LiveClient(socket).closed()).code == 4403, what


async def test_a_websocket_answers_nobody_who_has_not_signed_in(world: World, address: str) -> None:
    for operation, name in sdl.fields():
        if operation == "subscription":
            document = sdl.surface(operation, name)
            payload = {"query": document, "variables": asked(operation, name, world.anns)}
            async with raw_socket(address) as socket:
                await LiveClient(socket).operate(payload)
                assert (await LiveClient(socket).closed()).code == 4401, name


@pytest.mark.parametrize("caller", [*OUTSIDERS, *INSIDERS])
async def test_subscriptions_answer_an_id_of_others_like_one_of_nothing(
    world: World, address: str, http: httpx.AsyncClient, settings: Settings, caller: str
) -> None:
    token, hidden = _token(settings, world.caller(caller)), world.hidden_from(caller)

    async with live(address, token) as client:
        for question in questions(world.own, "subscription"):
            for kind, id in hidden:
                theirs = await _over_all(client, http, token, world, question, kind, id)
                nothing = await _over_all(client, http, token, world, question, kind, new_id())
                assert theirs == nothing, (question, kind)


async def test_so_does_everything_else_over_the_wire(
    world: World, address: str, http: httpx.AsyncClient, settings: Settings
) -> None:
    """By one id of each field: what is asked for is the same, however it came."""
    caller = "a former member"
    token, hidden = _token(settings, world.caller(caller)), dict(world.hidden_from(caller))
    foremost = {one.name: one for one in reversed([*questions(world.own, "query", "mutation")])}

    async with live(address, token) as client:
        for question in foremost.values():
            kind = question.kind if question.kind in hidden else "Ledger"
            theirs = await _over_all(client, http, token, world, question, kind, hidden[kind])
            nothing = await _over_all(client, http, token, world, question, kind, new_id())
            assert theirs == nothing, question


async def _over_all(
    client: LiveClient,
    http: httpx.AsyncClient,
    token: str,
    world: World,
    question: Question,
    kind: str,
    id: Any,
) -> list[Any]:
    sent = global_id(kind, id) if question.place.is_global else str(id)
    document = question.documents(kind)[0]
    variables = sdl.with_id(*question, sent, world.own["Member"])
    over_http = await _post(http, f"Bearer {token}", document, variables)
    if file_in(variables):  # which a websocket does not take
        return [*_parts(over_http, sent)]
    stream = await client.operate({"query": document, "variables": variables})
    over_socket = json.dumps((await stream.receive()).get("payload"))
    return [over_socket.replace(sent, ""), *_parts(over_http, sent)]


def test_every_route_is_known(settings: Settings) -> None:
    routes = [cast("Route | WebSocketRoute", route) for route in create_app(settings).routes]

    assert {route.path for route in routes} == ROUTES


@pytest.mark.parametrize("route", [route for route in sorted(ROUTES) if "ledger_id" in route])
async def test_files_of_a_ledger_are_for_who_sits_there(
    world: World,
    http: httpx.AsyncClient,
    settings: Settings,
    bad_tokens: Mapping[str, str],
    route: str,
) -> None:
    async def get(authorization: str | None, ledger_id: str) -> tuple[Any, ...]:
        headers = {"authorization": authorization} if authorization else {}
        return _parts(await http.get(route.format(ledger_id=ledger_id), headers=headers))

    trips, nothing = world.of_trip["Ledger"], global_id("Ledger", new_id())
    for caller in OUTSIDERS:
        bearer = f"Bearer {_token(settings, world.caller(caller))}"
        assert await get(bearer, trips) == await get(bearer, nothing)
        assert (await get(bearer, trips))[0] == 404
    for bad in (*bad_tokens.values(), None):
        assert await get(bad, trips) == await get(bad, nothing)
        assert (await get(bad, trips))[0] == 401
    assert (await get(f"Bearer {_token(settings, world.ann)}", trips))[0] == 200


async def test_an_upload_link_of_who_has_left_is_a_link_to_nothing(
    world: World, http: httpx.AsyncClient, settings: Settings
) -> None:
    fay, key = world.caller("a former member"), settings.upload_signing_key.get_secret_value()
    links = Links("", key, lifetime=timedelta(minutes=1))

    async def put(ledger_id: Any) -> tuple[Any, ...]:
        wanted = NewReceipt(new_id(), ledger_id, ReceiptPriority.INTERACTIVE)
        return _parts(await http.put(links.upload(fay, wanted).url, content=b"\xff\xd8\xff"))

    theirs, nothing = await put(world.trip.id), await put(new_id())

    assert theirs == nothing
    assert theirs[0] == 404


async def test_links_do_one_thing_and_only_as_they_were_signed(
    world: World, http: httpx.AsyncClient, settings: Settings
) -> None:
    key = settings.upload_signing_key.get_secret_value()
    links = Links("", key, lifetime=timedelta(minutes=1))
    forged = Links("", "x" * 32, lifetime=timedelta(minutes=1))
    upload = NewReceipt(new_id(), world.trip.id, ReceiptPriority.INTERACTIVE)

    shown = [
        _parts(await http.get(url))
        for url in (
            "/images/nonsense",
            forged.image("a.jpg").url,
            links.upload(world.ann, upload).url.replace("uploads", "images"),
            f"/images/{_token(settings, world.ann)}",
        )
    ]
    taken = [
        _parts(await http.put(url, content=b"x"))
        for url in (
            "/uploads/nonsense",
            forged.upload(world.ann, upload).url,
            links.image("a.jpg").url.replace("images", "uploads"),
            f"/uploads/{_token(settings, world.ann)}",
        )
    ]

    assert shown == [shown[0]] * len(shown)
    assert taken == [taken[0]] * len(taken)
    assert (shown[0][0], taken[0][0]) == (403, 403)


async def _post(
    http: httpx.AsyncClient, authorization: str | None, document: str, variables: Mapping[str, Any]
) -> httpx.Response:
    """Files go by the multipart request specification, subscriptions as server-sent events."""
    headers = {"authorization": authorization} if authorization else {}
    if document.startswith("subscription"):
        headers |= {"accept": "text/event-stream"}
    request = {"query": document, "variables": variables}
    file = file_in(unread(variables))
    if file is None:
        return await http.post("/graphql", json=request, headers=headers)
    operations = json.dumps(request, default=lambda _: None)
    form = {
        "operations": (None, operations),
        "map": (None, '{"0": ["variables.input.file"]}'),
        "0": ("a.csv", await file.read()),
    }
    return await http.post("/graphql", files=form, headers=headers | _PREFLIGHT)


def _parts(answer: httpx.Response, sent: str = "") -> tuple[Any, ...]:
    """All of an answer but what is each answer's own, and the id that it was asked for."""
    own = {"date", "x-request-id"}
    headers = {name: value for name, value in answer.headers.items() if name not in own}
    return answer.status_code, headers, answer.text.replace(sent, "") if sent else answer.text
