"""How streams end, and what a client is told then."""

import asyncio
import gc
from collections import Counter
from collections.abc import AsyncGenerator, Generator
from uuid import UUID

import pytest
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute

from app.deadlines import HurriedSocket
from app.endpoint import Endpoint
from app.main import create_app
from app.parts import Parts
from app.socket import Socket
from core.db import Database
from core.settings import Settings
from domain.actor import Actor
from domain.log import EventKind
from models.account import SessionEnd
from resolvers.execution.planned import Recalling
from resolvers.root import graphql
from services import access, events, members, sessions
from subscriptions.context import LiveContext
from subscriptions.feed import Listener
from subscriptions.stream import Stream
from tests.e2e.conftest import TokenOf
from tests.e2e.documents import ALERTS, BALANCES, EVENTS, RENAME, global_id
from tests.e2e.live_client import Closed, live
from tests.e2e.serving import serving, serving_app
from tests.groups import Group, ledger_row, make_group, spend
from tests.guests import make_guest
from tests.live import relaying, until
from tests.people import make_user

_MEANWHILE_SECONDS = 0.5  # enough for a mutation
WHOLE_EVENTS = EVENTS.replace("actorName", "after")


@pytest.fixture(autouse=True)
async def _relay(db: Database, redis_url: str) -> AsyncGenerator[None]:
    async with relaying(db, redis_url):
        yield


async def test_who_leaves_sees_no_more(
    db: Database, address: str, ann: Actor, bob: Actor, trip: Group, token_of: TokenOf
) -> None:
    id = global_id("Ledger", trip.id)
    async with live(address, token_of(bob)) as client:
        stream = await client.subscribe(EVENTS, ledgerId=id)
        await stream.next()
        async with db.transaction() as tx:
            await members.leave(tx, bob, trip.id)
        await spend(db, ann, trip.id)

        assert await stream.error_code() == "NOT_FOUND"
        assert await stream.receive() == {"id": stream.id, "type": "complete"}
        again = await client.subscribe(EVENTS, ledgerId=id)
        assert await again.error_code() == "NOT_FOUND"


async def test_a_strangers_ledger_is_not_there(
    db: Database, address: str, trip: Group, token_of: TokenOf
) -> None:
    eve = await make_user(db, "Eve")
    async with live(address, token_of(eve)) as client:
        for document in (EVENTS, BALANCES):
            stream = await client.subscribe(
                document, ledgerId=global_id("Ledger", trip.id), after=0
            )
            assert await stream.error_code() == "NOT_FOUND"


async def test_an_expired_token_ends_every_stream_and_then_the_socket(
    address: str, ann: Actor, trip: Group, token_of: TokenOf
) -> None:
    async with live(address, token_of(ann, seconds=2)) as client:
        streams = [
            await client.subscribe(EVENTS, ledgerId=global_id("Ledger", trip.id)),
            await client.subscribe(ALERTS),
        ]
        for stream in streams:
            await stream.next()

        for stream in streams:
            assert await stream.error_code() == "TOKEN_EXPIRED"
        assert await client.closed() == Closed(4403, "TOKEN_EXPIRED")


async def test_an_ended_session_ends_its_sockets(
    db: Database, settings: Settings, ann: Actor, trip: Group, token_of: TokenOf
) -> None:
    async with (
        serving(settings.model_copy(update={"look_seconds": 0.1})) as address,
        live(address, token_of(ann)) as client,
    ):
        stream = await client.subscribe(EVENTS, ledgerId=global_id("Ledger", trip.id))
        await stream.next()
        async with db.transaction() as tx:
            await sessions.end(tx, ann, ann.session_id, SessionEnd.REVOKED)

        assert await stream.error_code() == "SESSION_ENDED"
        assert await client.closed() == Closed(4403, "SESSION_ENDED")


async def test_a_guest_follows_their_group_and_nothing_else_until_they_leave(
    db: Database, settings: Settings, ann: Actor, trip: Group, token_of: TokenOf
) -> None:
    gus, other = await make_guest(db, ann, trip.id), await make_group(db, ann)
    async with (
        serving(settings.model_copy(update={"look_seconds": 0.1})) as address,
        live(address, token_of(gus)) as client,
    ):
        stream = await client.subscribe(EVENTS, ledgerId=global_id("Ledger", trip.id))
        assert (await stream.next())["__typename"] == "LedgerSnapshot"
        others = await client.subscribe(EVENTS, ledgerId=global_id("Ledger", other.id))
        assert await others.error_code() == "NOT_FOUND"
        own = await client.subscribe(ALERTS)
        assert await own.error_code() == "ACCOUNT_NEEDED"
        async with db.transaction() as tx:
            await members.leave(tx, gus, trip.id)

        assert await client.closed() == Closed(4403, "SESSION_ENDED")


async def test_a_reader_that_is_too_slow_is_told_to_read_anew(
    db: Database, address: str, ann: Actor, trip: Group, token_of: TokenOf
) -> None:
    seq = (await ledger_row(db, trip.id)).seq
    async with live(address, token_of(ann)) as client:
        stream = await client.subscribe(
            WHOLE_EVENTS, ledgerId=global_id("Ledger", trip.id), after=seq
        )
        async with client.not_reading():
            for _ in range(4):
                await record_much(db, ann, trip.id)
        seqs = [seq]
        while (message := await stream.next())["__typename"] == "LedgerEvent":
            seqs.append(message["seq"])

        assert seqs == list(range(seq, seqs[-1] + 1))
        assert (message["__typename"], message["reason"]) == ("Resync", "TOO_SLOW")
        snapshot = await stream.next()
        assert (snapshot["__typename"], snapshot["seq"]) == ("LedgerSnapshot", seq + 1200)
        await spend(db, ann, trip.id)
        assert (await stream.next())["seq"] == seq + 1201


async def test_nothing_is_left_of_a_reader_that_hangs_while_its_token_expires(
    db: Database, settings: Settings, ann: Actor, trip: Group, token_of: TokenOf
) -> None:
    parts = Parts(settings)
    app = Starlette(
        routes=[WebSocketRoute("/graphql", Endpoint(graphql, parts, allowed_origins=()))],
        lifespan=lambda _: parts.running(),
    )
    async with (
        serving_app(app, sockets=Impatient) as address,
        live(address, token_of(ann, seconds=2)) as client,
    ):
        stream = await client.subscribe(WHOLE_EVENTS, ledgerId=global_id("Ledger", trip.id))
        await stream.next()
        async with client.not_reading():
            await record_much(db, ann, trip.id)
            await until(lambda: not is_followed(trip.id))


async def test_whose_session_has_ended_begins_nothing_though_they_do_not_hear_of_it(
    db: Database, settings: Settings, ann: Actor, trip: Group, token_of: TokenOf
) -> None:
    trip_id = global_id("Ledger", trip.id)
    stuck = asyncio.Event()

    class Noticed(HurriedSocket):
        def pause_writing(self) -> None:
            super().pause_writing()
            stuck.set()

    app = create_app(settings.model_copy(update={"look_seconds": 0.1}))
    async with (
        serving_app(app, sockets=Noticed) as address,
        live(address, token_of(ann)) as client,
    ):
        stream = await client.subscribe(WHOLE_EVENTS, ledgerId=trip_id)
        await stream.next()
        async with client.not_reading():
            await record_much(db, ann, trip.id)
            await stuck.wait()
            async with db.transaction() as tx:
                await sessions.end(tx, ann, ann.session_id, SessionEnd.REVOKED)
            await until(is_ending)
            version = (await ledger_row(db, trip.id)).version
            rename = {"ledgerId": trip_id, "ifVersion": version, "name": "Stolen"}
            await client.subscribe(RENAME, input=rename)
            await asyncio.sleep(_MEANWHILE_SECONDS)
        assert await client.closed() == Closed(4403, "SESSION_ENDED")

    assert (await ledger_row(db, trip.id)).name != "Stolen"


@pytest.fixture
def _uncollected() -> Generator[None]:
    """What lies in cycles stays for the whole test."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("_uncollected")
async def test_a_socket_that_is_gone_leaves_nothing_to_be_collected(
    settings: Settings, ann: Actor, trip: Group, token_of: TokenOf
) -> None:
    often = settings.model_copy(update={"heartbeat_seconds": 0.2})  # asyncio keeps its timers
    before = lasting()
    async with serving(often) as address:
        async with live(address, token_of(ann)) as client:
            stream = await client.subscribe(EVENTS, ledgerId=global_id("Ledger", trip.id))
            await stream.next()
            assert lasting() - before == Counter(_LASTING)

        await until(lambda: lasting() == before)


_LASTING = (HurriedSocket, Socket, LiveContext, LiveContext, Recalling, Stream, Listener)


def lasting() -> Counter[type]:
    """How much there is of what a subscription on a socket takes."""
    return Counter(kind for kind in map(type, gc.get_objects()) if kind in _LASTING)


class Impatient(HurriedSocket):
    stuck_seconds = 3.0
    farewell_seconds = 1.0


def is_followed(ledger_id: UUID) -> bool:
    return f"feed {ledger_id}" in {task.get_name() for task in asyncio.all_tasks()}


def is_ending() -> bool:
    running = [task.get_coro() for task in asyncio.all_tasks()]
    return "Socket._end" in [getattr(each, "__qualname__", "") for each in running]


async def record_much(db: Database, actor: Actor, ledger_id: UUID) -> None:
    """300 events of 50 kB each, in one transaction."""
    async with db.transaction() as tx:
        seat = await access.lock_ledger(tx, actor, ledger_id)
        for _ in range(300):
            events.record(
                tx,
                seat.ledger,
                seat.author,
                EventKind.LEDGER_UPDATED,
                seat.ledger.id,
                after={"much": "x" * 50_000},
            )
