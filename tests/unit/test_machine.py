"""What a process may use, inside a container and out."""

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
