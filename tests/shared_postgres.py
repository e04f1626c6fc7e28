"""One PostgreSQL for a whole test run, whichever of its processes asks first.

The run's folder holds `run.lock`, locked by the first pytest process as long as it lives. This program
serves until that lock falls to it, so it ends with the run however the run ends, and takes the folder along.
"""

import asyncio
import fcntl
import json
import os
import shutil
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from adapters.embedded import binaries, identity, postgres, sockets
from adapters.embedded.claim import claim
from app import migrations
from tests import databases

TEMPLATE = "migrated"
_LOG = "postgres.log"
_PATIENCE_SECONDS = 60


def hold_run(folder: Path) -> int:
    """Declare the run alive; the answer is a descriptor that must stay open as long as it is."""
    descriptor = os.open(folder / "run.lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor


def end_run(folder: Path, descriptor: int) -> None:
    """Let the server go, if there is one, and see the folder gone."""
    os.close(descriptor)
    if not (folder / _LOG).exists():
        shutil.rmtree(folder)
    _wait_until(lambda: not folder.exists(), "The test database did not stop.")


def url(folder: Path, database: str = postgres.DATABASE) -> str:
    """The URL of a database of the run's server, which is started if nobody did so before."""
    with (folder / "start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        outcome = folder / "outcome.json"
        if not outcome.exists():
            _launch(folder)
            _wait_until(outcome.exists, "The test database did not start.")
    found = json.loads(outcome.read_text())
    if "error" in found:
        raise RuntimeError(found["error"])
    return postgres.url(Path(found["sockets"]), database)


def _launch(folder: Path) -> None:
    """Start ourselves beside pytest: a worker that ends early must not take the server along."""
    root = Path(__file__).parents[1]
    command = [sys.executable, "-m", "tests.shared_postgres", str(folder)]
    log = os.open(folder / _LOG, os.O_WRONLY | os.O_CREAT)
    os.posix_spawn(
        sys.executable,
        command,
        os.environ | {"PYTHONPATH": str(root)},
        file_actions=[(os.POSIX_SPAWN_DUP2, log, 1), (os.POSIX_SPAWN_DUP2, log, 2)],
        setsid=True,
    )
    os.close(log)


def _wait_until(done: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not done():
        if time.monotonic() > deadline:
            raise TimeoutError(otherwise)
        time.sleep(0.02)


def _serve(folder: Path) -> None:
    owned = claim(folder / "data")
    run = sockets.folder_for(owned.folder)
    who = identity.pick(owned.folder, binaries.postgres())
    server = postgres.server(owned, run, who, durable=False)
    server.start()
    try:
        asyncio.run(_make_template(run))
        _tell(folder, sockets=str(run))
        hold_run(folder)
    finally:
        server.stop()


async def _make_template(run: Path) -> None:
    await databases.create(postgres.url(run), TEMPLATE)
    await migrations.upgrade(postgres.url(run, TEMPLATE))


def _tell(folder: Path, **outcome: str) -> None:
    unfinished = folder / "outcome.new"
    unfinished.write_text(json.dumps(outcome))
    unfinished.rename(folder / "outcome.json")


def main(folder: Path) -> None:
    try:
        _serve(folder)
    except Exception:  # noqa: BLE001 - whatever it was, the waiting tests must hear of it
        _tell(folder, error=traceback.format_exc())
        hold_run(folder)
    shutil.rmtree(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
