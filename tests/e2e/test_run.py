"""`outgo run` as a whole: up from nothing, down to nothing, and again."""

import os
import re
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from core.children import Child
from tests.live import until

pytestmark = pytest.mark.timeout(300)

_STARTING_SECONDS = 120  # `outgo run` itself has more patience with its parts than `until`
_ANSWER_SECONDS = 60
_LEAVING_SECONDS = 60
_LOG_INS = re.compile(r"Log in as ann-\w+@example.com or bob-\w+@example.com, password .+")
_ADDRESS = re.compile(r"Outgo is at (\S+),")


@asynccontextmanager
async def running(
    folder: Path, *, demo: bool = False, readers: int = 0
) -> AsyncGenerator[tuple[psutil.Process, str]]:
    """The launcher of everything on `folder`, and the address at which it says it answers."""
    launcher = Child(
        name="outgo run",
        command=[
            *(sys.executable, "-m", "app.cli", "run", "--port", "0"),
            "--demo" if demo else "--no-demo",
        ],
        environment=os.environ
        | {"OUTGO_DATA_DIR": str(folder), "OUTGO_OCR_PROCESSES": str(readers)},
        log=folder / "said",
    )
    (folder / "said").unlink(missing_ok=True)
    launcher.start()
    try:
        await until(
            lambda: launcher.poll() is not None or address_told(folder) is not None,
            seconds=_STARTING_SECONDS,
        )
        address = address_told(folder)
        assert address, (folder / "said").read_text()
        yield psutil.Process(launcher.pid), address
    finally:
        launcher.stop()


def address_told(folder: Path) -> str | None:
    told = _ADDRESS.search((folder / "said").read_text())
    return told.group(1) if told else None


async def status(url: str) -> int:
    async with httpx.AsyncClient(timeout=_ANSWER_SECONDS) as client:
        return (await client.get(url)).status_code


async def is_ready(address: str) -> bool:
    return await status(f"{address}/readyz") == 200


def see_gone(processes: list[psutil.Process]) -> None:
    _, alive = psutil.wait_procs(processes, timeout=_LEAVING_SECONDS)
    assert alive == []


async def test_from_nothing_to_an_answer_through_crashes_and_back_to_nothing(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as (launcher, address):
        assert await is_ready(address)
        for child in launcher.children():
            child.kill()

        # Callers wait in the socket that the web processes share, until there is one again.
        assert await status(f"{address}/healthz") == 200
        await until(lambda: is_ready(address), seconds=_STARTING_SECONDS)
        processes = [launcher, *launcher.children(recursive=True)]
        assert len(processes) > len({"run", "postgres", "redis", "web", "relay", "worker"})

        launcher.kill()
        see_gone(processes)

    async with running(tmp_path) as (launcher, address):
        assert await is_ready(address)
        processes = [launcher, *launcher.children(recursive=True)]

        launcher.send_signal(signal.SIGINT)
        see_gone(processes)
    assert (tmp_path / "said").read_text().endswith("Stopped.\n")


async def test_the_demo_is_played_once_and_who_may_log_in_is_told_each_time(tmp_path: Path) -> None:
    async with running(tmp_path, demo=True, readers=1):
        first = (tmp_path / "said").read_text()
    async with running(tmp_path, demo=True):
        then = (tmp_path / "said").read_text()

    assert "Bob's screen: Eating out has reached 80 %" in first
    assert "Ann registers" not in then
    assert "The demo was played before" in then
    assert _LOG_INS.findall(then) == _LOG_INS.findall(first) != []
