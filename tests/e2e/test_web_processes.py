"""Web processes are killed: the others go on serving, and soon there are as many as before."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil

from app.cli import programs
from app.cli.listening import is_served
from core.children import Child
from core.settings import Settings
from tests.e2e.deployment import deployed, environment, listening, until_served
from tests.live import until

_LEAVING_SECONDS = 20


@asynccontextmanager
async def kept(settings: Settings, folder: Path, number: int) -> AsyncGenerator[tuple[Child, str]]:
    """So many web processes, by who keeps them."""
    variables = environment(settings) | {"OUTGO_WEB_PROCESSES": str(number)}
    async with listening() as (bound, address):
        web = programs.web(bound)
        async with deployed([web], folder, variables):
            await until_served(address)
            yield web, address


def serving(web: Child) -> set[psutil.Process]:
    return set(psutil.Process(web.pid).children())


async def test_one_that_is_killed_is_replaced_by_another_copy_of_what_was_loaded_once(
    settings: Settings, tmp_path: Path
) -> None:
    async with kept(settings, tmp_path, 1) as (web, address):
        [killed] = serving(web)
        killed.kill()

        await until(lambda: asyncio.to_thread(is_served, address))
        [successor] = serving(web)

        assert successor != killed
        loaded, used = (each.cpu_times().user for each in (psutil.Process(web.pid), successor))
        assert used < loaded / 2
    assert "web-1 ended with status -9" in (tmp_path / "web.log").read_text()
    assert web.poll() == 0


async def test_while_some_are_away_the_others_answer_and_none_outlives_who_keeps_them(
    settings: Settings, tmp_path: Path
) -> None:
    async with kept(settings, tmp_path, 3) as (web, address):
        before = serving(web)
        spared = before.pop()
        for process in before:
            process.kill()
        psutil.wait_procs(before)

        assert all([await asyncio.to_thread(is_served, address) for _ in range(20)])
        await until(lambda: len(serving(web)) == 3)
        after = serving(web)
        assert after & {spared, *before} == {spared}

        psutil.Process(web.pid).kill()
        _, left_behind = psutil.wait_procs(after, timeout=_LEAVING_SECONDS)
        assert left_behind == []
