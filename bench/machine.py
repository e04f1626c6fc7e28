"""What a figure was measured on, and who else used it meanwhile."""

import os
import platform
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import psutil

_LIBRARIES = ("strawberry-graphql", "graphql-core", "starlette", "uvicorn", "sqlalchemy", "asyncpg")
_LOOK_SECONDS = 1.0
_GIB = 2**30


def introduce() -> None:
    """Print the machine, the versions and how busy it is before anything of ours runs."""
    memory = psutil.virtual_memory()
    busy = psutil.cpu_percent(_LOOK_SECONDS)
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"{_cpu_model()}, {os.cpu_count()} cores, {memory.total / _GIB:.0f} GiB of memory")
    print(f"{platform.platform()}, Python {platform.python_version()}")
    print(", ".join(f"{library} {version(library)}" for library in _LIBRARIES))
    print(f"Before: load {load}; others keep the processors {busy:.0f} % busy\n", flush=True)


def _cpu_model() -> str:
    about = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: (.+)", about.read_text()) if about.exists() else None
    return found[1] if found else platform.processor() or platform.machine()


@dataclass
class Usage:
    """Processor time while a measurement ran; complete when it has ended."""

    seconds: float = 0
    cpu_seconds: dict[str, float] = field(default_factory=dict)
    others: float = 0  # of the whole machine, from 0 to 1

    def print(self) -> None:
        print(f"  others meanwhile     {self.others:.0%} of all processors")

    def print_per(self, what: str, count: int) -> None:
        shares = ", ".join(
            f"{name} {seconds / count * 1000:.2f}" for name, seconds in self.cpu_seconds.items()
        )
        print(f"  processor time       {shares} ms per {what}")
        self.print()


@contextmanager
def watched(processes: Mapping[str, psutil.Process]) -> Iterator[Usage]:
    """The processor time of each process with its children, and what nobody of ours has used."""
    usage = Usage()
    started_at, busy_before, before = time.monotonic(), _busy_seconds(), _used(processes)
    yield usage
    usage.seconds = time.monotonic() - started_at
    usage.cpu_seconds = {name: seconds - before[name] for name, seconds in _used(processes).items()}
    busy = _busy_seconds() - busy_before - sum(usage.cpu_seconds.values())
    usage.others = max(busy, 0) / usage.seconds / (os.cpu_count() or 1)


def _used(processes: Mapping[str, psutil.Process]) -> dict[str, float]:
    used = {name: _family_seconds(process) for name, process in processes.items()}
    used["load generator"] = _own_seconds(psutil.Process())
    return used


def _family_seconds(process: psutil.Process) -> float:
    return sum(_own_seconds(each) for each in (process, *process.children(recursive=True)))


def _own_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def _busy_seconds() -> float:
    times = psutil.cpu_times()
    return sum(times) - times.idle - getattr(times, "iowait", 0) - getattr(times, "guest", 0)
