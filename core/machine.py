"""What this process may use of the machine: cores, memory and files, also inside a container."""

import os
import resource
from contextlib import suppress
from pathlib import Path

_CPU_LIMIT = Path("/sys/fs/cgroup/cpu.max")
_MEMORY_LIMIT = Path("/sys/fs/cgroup/memory.max")
_OWN_MEMORY = Path("/proc/self/statm")
_OWN_SESSION = Path("/proc/self/autogroup")
_NICE = 5  # a third of what others get
_MIB = 2**20


def cores() -> int:
    """At least 1; fewer than the machine has where affinity or a container's quota says so."""
    affine = hasattr(os, "sched_getaffinity")  # not on macOS
    usable = len(os.sched_getaffinity(0)) if affine else os.cpu_count() or 1
    quota = _quota(_CPU_LIMIT)
    return usable if quota is None else max(1, min(usable, quota))


def memory_mib() -> int:
    """Of the machine, or of the container where that is less."""
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    limit = _words(_MEMORY_LIMIT)
    return min(machine, int(limit[0]) if limit and limit[0].isdigit() else machine) // _MIB


def resident_mib() -> int:
    """Memory that this process holds now; 0 where the system does not tell (macOS)."""
    told = _words(_OWN_MEMORY)
    return int(told[1]) * os.sysconf("SC_PAGE_SIZE") // _MIB if told else 0


def allow_many_files() -> None:
    """As many open ones as the system lets this process and its children have: a socket is one, too."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError):  # macOS promises more than it gives
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def give_way() -> None:
    """Let others go first where processors are too few for all.

    Linux weighs sessions before the processes in them, so one that is this process's own gives way, too.
    """
    own = os.getpriority(os.PRIO_PROCESS, 0)
    os.setpriority(os.PRIO_PROCESS, 0, max(own, _NICE))
    if os.getsid(0) == os.getpid():
        with suppress(OSError):  # neither macOS nor every container weighs sessions
            _OWN_SESSION.write_text(str(_NICE))


def _quota(file: Path) -> int | None:
    """Whole cores of `cpu.max` (cgroup v2): microseconds and the period that they are of, or `max`."""
    told = _words(file)
    return int(told[0]) // int(told[1]) if told and told[0].isdigit() else None


def _words(file: Path) -> list[str]:
    return file.read_text().split() if file.exists() else []
