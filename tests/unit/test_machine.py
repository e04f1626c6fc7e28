"""What a process may use, inside a container and out."""

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
    held = bytearray(64 * 2**20)

    assert 60 <= machine.resident_mib() - before <= 80
    del held
