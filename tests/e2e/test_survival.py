"""Nothing is lost and nothing told twice, whoever dies on the way."""

import asyncio
import os
import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from core.children import Child
from core.db import Database
from core.settings import Settings
from domain.actor import Actor
from tests.e2e.conftest import TokenOf
from tests.e2e.documents import EVENTS, global_id
from tests.e2e.live_client import Stream, live
from tests.e2e.serving import serving
from tests.groups import Group, ledger_row, spend
from tests.live import own_redis, relaying

_NEVER = 3600
_EVENTS = 240


@contextmanager
def relay_process(database_url: str, redis_url: str) -> Generator[Child]:
    """The real relay, to be killed."""
    child = Child(
        name="relay",
        command=[sys.executable, "-m", "app.cli", "relay"],
        environment=os.environ | {"OUTGO_DATABASE_URL": database_url, "OUTGO_REDIS_URL": redis_url},
    )
    child.start()
    try:
        yield child
    finally:
        child.stop()


def kill(child: Child) -> None:
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)
    child.wait(20)


async def seqs_of(stream: Stream, number: int) -> list[int]:
    """The numbers of the next events; anything but an event fails."""
    return [message["seq"] for message in await stream.take(number)]


@pytest.mark.timeout(180)
async def test_restarts_of_redis_and_of_the_relay_lose_nothing(
    db: Database,
    settings: Settings,
    ann: Actor,
    bob: Actor,
    trip: Group,
    token_of: TokenOf,
    tmp_path: Path,
) -> None:
    """No look around helps here: only rings, and what a reconnection rings."""
    seq, id = (await ledger_row(db, trip.id)).seq, global_id("Ledger", trip.id)
    with own_redis(tmp_path / "redis") as (redis, redis_url):
        updates = {"redis_url": SecretStr(redis_url), "look_seconds": _NEVER}
        async with (
            serving(settings.model_copy(update=updates)) as address,
            live(address, token_of(ann)) as one,
            live(address, token_of(bob)) as two,
        ):
            streams = [
                await client.subscribe(EVENTS, ledgerId=id, after=seq) for client in (one, two, two)
            ]
            reading = [asyncio.create_task(seqs_of(stream, _EVENTS)) for stream in streams]

            async def spend_some() -> None:
                for _ in range(_EVENTS // 6):
                    await spend(db, ann, trip.id)

            with relay_process(db.url, redis_url) as relay:
                await spend_some()
                redis.stop()
                await spend_some()
                redis.start()
                await spend_some()
                kill(relay)
                await spend_some()
                relay.start()
                await spend_some()
                redis.stop()
                kill(relay)
                relay.start()
                redis.start()
                await spend_some()
                heard = await asyncio.gather(*reading)

    assert relay.poll() == 0  # told to stop, it did in order
    assert heard == [list(range(seq + 1, seq + _EVENTS + 1))] * 3


async def test_two_relays_at_once_tell_everyone_once_and_in_order(
    db: Database, address: str, redis_url: str, ann: Actor, trip: Group, token_of: TokenOf
) -> None:
    seq, id = (await ledger_row(db, trip.id)).seq, global_id("Ledger", trip.id)
    async with (
        relaying(db, redis_url),
        relaying(db, redis_url),
        live(address, token_of(ann)) as client,
    ):
        streams = [await client.subscribe(EVENTS, ledgerId=id, after=seq) for _ in range(3)]
        await asyncio.gather(*(spend(db, ann, trip.id) for _ in range(60)))
        heard = [await seqs_of(stream, 60) for stream in streams]

    assert heard == [list(range(seq + 1, seq + 61))] * 3


async def test_a_dropped_client_resumes_on_another_server(
    db: Database, settings: Settings, redis_url: str, ann: Actor, trip: Group, token_of: TokenOf
) -> None:
    """As when the server it was on is restarted."""
    seq, id = (await ledger_row(db, trip.id)).seq, global_id("Ledger", trip.id)
    async with relaying(db, redis_url):
        async with serving(settings) as address, live(address, token_of(ann)) as client:
            stream = await client.subscribe(EVENTS, ledgerId=id, after=seq)
            await spend(db, ann, trip.id)
            assert await seqs_of(stream, 1) == [seq + 1]
            left_behind = client
        assert (await left_behind.closed()).code is not None
        await spend(db, ann, trip.id)
        async with serving(settings) as address, live(address, token_of(ann)) as client:
            stream = await client.subscribe(EVENTS, ledgerId=id, after=seq + 1)
            await spend(db, ann, trip.id)

            assert await seqs_of(stream, 2) == [seq + 2, seq + 3]
