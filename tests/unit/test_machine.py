"""What a process may use, inside a container and out."""

import os
import subprocess
import sys
from mmap import mmap
from pathlib import Path

import pytest

from core import machine


@pytest.mark.parametrize(
    ("quota", "most"), [("50000 100000", 1), ("150000 100000", 1), ("max 100000", None)]
)
def test_a_containers_quota_counts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, quota: str, most: int | None
) -> None:
    limit = tmp_path / "cpu.max"
    monkeypatch.setattr(machine, "_CPU_LIMIT", limit)
    without = machine.cores()
    limit.write_text(f"{quota}\n")

    assert machine.cores() == (most or without)


def test_a_containers_memory_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    limit = tmp_path / "memory.max"
    monkeypatch.setattr(machine, "_MEMORY_LIMIT", limit)
    without = machine.memory_mib()
    limit.write_text("536870912\n")
    limited = machine.memory_mib()
    limit.write_text("max\n")

    assert (limited, machine.memory_mib()) == (512, without)


def test_what_is_held_is_told() -> None:
    before = machine.resident_mib()
    with mmap(-1, 64 * 2**20) as held:  # new to the process, whatever it has freed before
        for _ in range(64):
            held.write(bytes(2**20))
        during = machine.resident_mib()

    assert 60 <= during - before <= 80


@pytest.mark.parametrize("nice", [0, 9])
def test_gives_way_once_and_takes_nothing_back(nice: int) -> None:
    program = f"""
import os
from core import machine
os.nice({nice})
machine.give_way()
machine.give_way()
print(os.getpriority(os.PRIO_PROCESS, 0))
"""
    before = os.getpriority(os.PRIO_PROCESS, 0)
    told = subprocess.check_output([sys.executable, "-c", program], start_new_session=True)  # noqa: S603 - our own program

    assert int(told) == max(before + nice, 5)
