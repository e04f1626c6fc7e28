"""A real replica, following a real primary, answers only what nobody could tell from the primary's answer."""

import subprocess
from collections.abc import AsyncGenerator, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import func, select

from adapters.embedded import binaries, identity, postgres, sockets
from adapters.embedded.claim import claim
from adapters.embedded.server import Server
from app import migrations
from core import replica
from core.db import Database
from models.expense import Expense
from tests.groups import make_group, spend
from tests.people import make_user

_STREAMING = ("wal_level=replica", "max_wal_senders=4", "full_page_writes=on")
_IS_REPLICA = text("SELECT pg_is_in_recovery()")


@contextmanager
def running(folder: Path) -> Generator[tuple[Server, Path]]:
    """A server that streams, and where its socket is."""
    owned = claim(folder)
    run = sockets.folder_for(owned.folder)
    who = identity.pick(owned.folder, binaries.postgres())
    server = postgres.server(owned, run, who, durable=False)
    server.command = [*server.command, *(word for each in _STREAMING for word in ("-c", each))]
    server.start()
    try:
        yield server, run
    finally:
        server.stop()
        owned.release()


@pytest.fixture
def servers(tmp_path: Path) -> Generator[tuple[Server, str, str]]:
    """The replica, and the URLs of the primary and of the replica."""
    copy = tmp_path / "two" / "postgres"
    with running(tmp_path / "one") as (_, first):
        program = binaries.postgres() / "pg_basebackup"
        copy.parent.mkdir(mode=0o700)
        subprocess.run(  # noqa: S603 - found by us
            [program, "-h", first, "-U", "postgres", "-D", copy, "-R", "-X", "stream"], check=True
        )
        with running(tmp_path / "two") as (follower, second):
            yield follower, postgres.url(first), postgres.url(second)


@pytest.fixture
async def db(servers: tuple[Server, str, str]) -> AsyncGenerator[Database]:
    _, primary, copy = servers
    await migrations.upgrade(primary)
    db = Database(primary, replica_url=copy)
    yield db
    await db.close()


async def scanned(db: Database) -> tuple[bool, int]:
    """Whether a replica has answered, and how many expenses it knows."""
    async with db.scanning() as session:
        is_replica = await (await session.connection()).scalar(_IS_REPLICA)
        known = (await session.exec(select(func.count()).select_from(Expense))).one()
    return bool(is_replica), known


async def say_to(url: str, statement: str) -> None:
    db = Database(url, pool_size=1)
    async with db.engine.connect() as connection:
        await connection.execute(text(statement))
    await db.close()


async def test_it_answers_while_it_has_everything_and_never_else(
    db: Database, servers: tuple[Server, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    follower, _, copy = servers
    ann = await make_user(db, "Ann")
    trip = await make_group(db, ann)
    monkeypatch.setattr(replica, "_PATIENCE_SECONDS", 20.0)
    for number in range(1, 11):
        await spend(db, ann, trip.id)
        assert await scanned(db) == (True, number)

    monkeypatch.setattr(replica, "_PATIENCE_SECONDS", 0.05)
    await say_to(copy, "SELECT pg_wal_replay_pause()")
    await spend(db, ann, trip.id)
    assert await scanned(db) == (False, 11)

    monkeypatch.setattr(replica, "_PATIENCE_SECONDS", 20.0)
    await say_to(copy, "SELECT pg_wal_replay_resume()")
    assert await scanned(db) == (True, 11)

    follower.stop()
    assert await scanned(db) == (False, 11)


async def test_what_is_no_replica_is_not_asked(database_url: str) -> None:
    db = Database(database_url, replica_url=database_url)

    assert await scanned(db) == (False, 0)
    await db.close()
