"""Processes are killed and services restarted while fifty write and a hundred listen: see `bench.faults`."""

import asyncio
from collections.abc import Iterator

import pytest

from bench import server
from bench.faults.__main__ import done
from bench.faults.scenarios import SCENARIOS
from bench.faults.world import World

WRITERS, SOCKETS, GROUPS = 50, 100, 5
FAULTS = (
    "kill-worker",  # its jobs go to another after fifteen seconds
    "kill-web",
    "kill-api",
    "kill-relay",
    "restart-postgres",
    "restart-redis",
)


@pytest.fixture
def world() -> Iterator[World]:
    """The same processes as under `outgo run`, on services of their own that wait for the disk."""
    with server.running() as system:
        yield asyncio.run(World.found(system, GROUPS))


@pytest.mark.timeout(900)  # where others keep the processors busy
def test_nothing_acknowledged_is_lost_nothing_is_done_twice_and_everybody_hears_all_of_it(
    world: World,
) -> None:
    with world.at_work(writers=WRITERS, sockets=SOCKETS) as outcome:
        returned = [SCENARIOS[fault].play(world.system, times=1) for fault in FAULTS]
    verdicts = [*returned, *asyncio.run(world.verdicts(outcome)), *asyncio.run(done(world))]

    assert [str(each) for each in verdicts if not (each.holds or each.of_time)] == []
