"""How many processes read under `outgo run`."""

import pytest

from app.cli import programs
from core import machine
from core.settings import Settings


@pytest.mark.parametrize(
    ("cores", "memory_mib", "settings", "processes"),
    [
        (1, 16_000, Settings(), 1),
        (2, 16_000, Settings(), 1),
        (8, 64_000, Settings(), 7),
        (8, 64_000, Settings(ocr_threads=2), 3),
        (16, 8_000, Settings(), 3),  # half of the memory, 1200 MiB each
        (16, 1_000, Settings(), 1),
        (16, 64_000, Settings(ocr_device="gpu:0"), 1),
        (1, 1_000, Settings(ocr_processes=4), 4),
        (8, 64_000, Settings(ocr_processes=0), 0),
    ],
)
def test_as_the_machine_can_bear(
    monkeypatch: pytest.MonkeyPatch,
    cores: int,
    memory_mib: int,
    settings: Settings,
    processes: int,
) -> None:
    monkeypatch.setattr(machine, "cores", lambda: cores)
    monkeypatch.setattr(machine, "memory_mib", lambda: memory_mib)

    assert len(programs.readers(settings)) == processes
