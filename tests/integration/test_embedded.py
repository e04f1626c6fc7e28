"""Services of our own on a folder: who may start them, and what is left when anyone dies."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from redis import Redis
from sqlalchemy import text

from adapters.embedded import binaries, identity, postgres, services, sockets
from adapters.embedded.claim import DataFolderInUse, claim
from adapters.embedded.postgres import OtherVersion
from adapters.embedded.services import Running
from adapters.embedded.sockets import SocketFolderTaken
from core.children import Child, DidNotStart
from core.db import Database

Start = Callable[[], Running]

_NOBODY = 2**22  # Linux gives no higher number to a process


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts the services on one folder; the last ones are stopped in the end."""
    started: list[Running] = []

    def start() -> Running:
        started.append(services.start(tmp_path))
        return started[-1]

    yield start
    for running in started:
        running.stop()


async def sql(running: Running, statement: str) -> object:
    db = Database(running.database_url, pool_size=1)
    async with db.engine.begin() as connection:
        result = await connection.execute(text(statement))
        answer = result.scalar() if result.returns_rows else None
    await db.close()
    return answer


def redis(url: str) -> Redis:
    return Redis.from_url(url)  # pyright: ignore[reportUnknownMemberType] - half typed


def launched_elsewhere(folder: Path) -> "subprocess.Popen[bytes]":
    """Another process that has started services on `folder` and written to both."""
    command = [sys.executable, "-m", "tests.integration.launcher", folder]
    launcher = subprocess.Popen(command, stdout=subprocess.PIPE)  # noqa: S603 - our own program
    assert launcher.stdout is not None
    assert launcher.stdout.readline() == b"started\n"
    return launcher


def kill(launcher: "subprocess.Popen[bytes]") -> None:
    launcher.kill()
    launcher.communicate()


async def test_a_cold_start_answers(start: Start) -> None:
    running = start()

    assert await sql(running, "SELECT current_database()") == "outgo"
    assert await sql(running, "SELECT lower('ÉTÉ')") == "été"
    for url in (running.redis_url, running.queue_redis_url):
        with redis(url) as client:
            memory = client.info("memory")  # pyright: ignore[reportUnknownMemberType] - half typed
            assert memory["maxmemory_policy"] == "noeviction"


async def test_only_we_may_enter(start: Start, tmp_path: Path) -> None:
    servers = [psutil.Process(server.pid) for server in start().servers]

    assert (tmp_path / "run").stat().st_mode & 0o077 == 0
    assert not [each for server in servers for each in server.net_connections("inet")]


async def test_data_outlives_a_restart(start: Start) -> None:
    first = start()
    await sql(first, "CREATE TABLE kept AS SELECT 7 AS n")
    first.stop()

    assert await sql(start(), "SELECT n FROM kept") == 7


def test_a_second_start_is_refused_by_name(start: Start, tmp_path: Path) -> None:
    start()

    with pytest.raises(DataFolderInUse, match=rf"{tmp_path} is in use by process {os.getpid()}, "):
        services.start(tmp_path)


def test_forgetting_is_refused_while_in_use(start: Start, tmp_path: Path) -> None:
    start()

    with pytest.raises(DataFolderInUse):
        services.forget(tmp_path)
    assert (tmp_path / "postgres" / "PG_VERSION").exists()


async def test_forgetting_removes_data_and_nothing_else(start: Start, tmp_path: Path) -> None:
    first = start()
    await sql(first, "CREATE TABLE forgotten (n int)")
    first.stop()
    (tmp_path / "models").mkdir()
    (tmp_path / "receipts").mkdir()

    services.forget(tmp_path, also=["receipts"])

    assert not (tmp_path / "receipts").exists()
    assert (tmp_path / "models").exists()
    assert await sql(start(), "SELECT to_regclass('forgotten')") is None


def test_a_killed_launcher_leaves_nothing_running(tmp_path: Path) -> None:
    launcher = launched_elsewhere(tmp_path)
    servers = psutil.Process(launcher.pid).children(recursive=True)
    assert len(servers) > len({"postgres", "redis"})

    kill(launcher)

    _, alive = psutil.wait_procs(servers, timeout=20)
    assert alive == []


async def test_the_next_start_after_a_kill_has_every_acknowledged_write(
    tmp_path: Path, start: Start
) -> None:
    launcher = launched_elsewhere(tmp_path)
    kill(launcher)

    running = start()  # at once: it waits for the dying servers by itself

    assert await sql(running, "SELECT n FROM written") == 1
    with redis(running.redis_url) as client:
        assert client.get("written") == b"1"


async def test_killed_servers_start_again(start: Start) -> None:
    running = start()
    await sql(running, "CREATE TABLE kept AS SELECT 7 AS n")
    for server in running.servers:
        assert server.pid is not None
        os.kill(server.pid, signal.SIGKILL)
        server.wait(5)

        server.start()

    assert await sql(running, "SELECT n FROM kept") == 7
    with redis(running.redis_url) as client:
        assert client.get("nothing") is None


async def test_a_stale_pid_file_is_no_obstacle(start: Start, tmp_path: Path) -> None:
    start().stop()
    stranger = (
        f"{os.getpid()}\n{tmp_path}/postgres\n1700000000\n5432\n{tmp_path}/run\n\n0 0\nready\n"
    )
    (tmp_path / "postgres" / "postmaster.pid").write_text(stranger)
    (sockets.folder_for(tmp_path) / ".s.PGSQL.5432.lock").write_text(stranger)

    assert await sql(start(), "SELECT 1") == 1


async def test_a_half_made_cluster_is_made_anew(start: Start, tmp_path: Path) -> None:
    (tmp_path / "postgres.new").mkdir()
    (tmp_path / "postgres.new" / "PG_VERSION").write_text("18\n")

    assert await sql(start(), "SELECT 1") == 1


def test_another_version_is_named(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("9\n")

    with pytest.raises(OtherVersion, match=r"was written by PostgreSQL 9, but .* is PostgreSQL"):
        services.start(tmp_path)
    claim(tmp_path).release()  # a refused start owns nothing


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    (tmp_path / "redis" / "appendonlydir").mkdir(parents=True)
    (tmp_path / "redis" / "appendonlydir" / "appendonly.aof.manifest").write_text("nonsense\n")

    with pytest.raises(DidNotStart, match=r"(?s)Redis did not start.*AOF"):
        services.start(tmp_path)
    children = psutil.Process().children()
    assert not [child for child in children if str(tmp_path) in " ".join(child.cmdline())]
    claim(tmp_path).release()


def test_a_survivor_of_a_killed_launcher_is_asked_to_leave(tmp_path: Path) -> None:
    dead = claim(tmp_path)
    sleeper = "import time; time.sleep(60)"
    survivor = Child(
        name="survivor", command=[sys.executable, "-c", sleeper], inherits=[dead.servers_lock]
    )
    survivor.start()
    assert survivor.pid is not None
    for _ in range(100):
        dead.note(_NOBODY, signal.SIGTERM)
    dead.note(survivor.pid, signal.SIGTERM)
    dead.release()

    claim(tmp_path).release()

    assert survivor.wait(5) == -signal.SIGTERM


async def test_a_deep_folder_gets_a_short_socket(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 90)

    running = services.start(deep, durable=False)

    assert not (deep / "run").exists()
    assert await sql(running, "SELECT 1") == 1
    running.stop()


def test_a_socket_folder_that_others_may_enter_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir(mode=0o755)

    with pytest.raises(SocketFolderTaken):
        sockets.folder_for(tmp_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user needs no other identity")
@pytest.mark.parametrize("name", ["namespace", "nobody"])
async def test_root_runs_postgres_as_someone_else(tmp_path: Path, name: str) -> None:
    closed = tmp_path / "closed"  # as root's home is
    closed.mkdir(mode=0o700)
    who = next(each for each in identity.root_identities() if each.name == name)
    if not identity.works(who, closed, binaries.postgres()):
        pytest.skip("not allowed on this machine")
    owned = claim(closed / "data")
    server = postgres.server(owned, sockets.folder_for(owned.folder), who, durable=False)

    server.start()

    assert server.pid is not None
    assert (owned.folder / "postgres" / "PG_VERSION").stat().st_uid == who.uid
    assert closed.stat().st_mode & 0o777 == 0o700
    server.stop()
    owned.release()


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user needs no other identity")
async def test_an_identity_adopts_what_another_made(tmp_path: Path) -> None:
    able = [each for each in identity.root_identities() if identity.works(each, tmp_path)]
    owned = claim(tmp_path)
    for who in (*able, *reversed(able)):
        server = postgres.server(owned, sockets.folder_for(tmp_path), who, durable=False)
        server.start()
        server.stop()
    owned.release()
