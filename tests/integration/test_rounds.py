"""Loops that end when they are told to, whatever their drivers make of it."""

import asyncio
import logging
from contextlib import suppress

import pytest

from core.rounds import keep

_LOG = logging.getLogger(__name__)


async def test_a_swallowed_cancellation_is_heeded() -> None:
    asked = asyncio.Event()

    async def swallow() -> None:
        asked.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()

    keeping = asyncio.create_task(keep(swallow, "swallow", every_seconds=3600, log=_LOG))
    await asked.wait()
    keeping.cancel()

    async with asyncio.timeout(20):
        with pytest.raises(asyncio.CancelledError):
            await keeping


async def test_trouble_is_told_and_passes(caplog: pytest.LogCaptureFixture) -> None:
    troubles, well = iter([OSError("gone"), ConnectionError("away")]), asyncio.Event()

    async def look() -> None:
        if trouble := next(troubles, None):
            raise trouble
        well.set()

    keeping = asyncio.create_task(keep(look, "look", every_seconds=0.01, log=_LOG))
    async with asyncio.timeout(20):
        await well.wait()
    keeping.cancel()

    assert [record.getMessage() for record in caplog.records] == [
        "Cannot look for now: gone",
        "Cannot look for now: away",
    ]


async def test_a_bug_ends_it() -> None:
    async def stumble() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await keep(stumble, "stumble", every_seconds=3600, log=_LOG)
