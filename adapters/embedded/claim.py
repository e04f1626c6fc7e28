"""One owner per data folder.

Two locks, both freed by the kernel and so never stale. The owner's is held by the launcher alone. The
servers' is inherited by every server: while it is held, something of an earlier run is still alive.
"""

import fcntl
import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from adapters.embedded.errors import NoEmbeddedServices
from core.clock import now

_LEAVING_SECONDS = 30.0
_LOOK_SECONDS = 0.02


class DataFolderInUse(NoEmbeddedServices):
    """Another process owns the folder, or a server that it left behind does."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to run servers in `folder`. `servers_lock` is a descriptor for each of them to inherit."""

    folder: Path
    owner_lock: int
    servers_lock: int

    def note(self, pid: int, stop_signal: signal.Signals) -> None:
        """Remember a server, so that the next start can end it where it outlives a killed launcher."""
        os.write(self.servers_lock, f"{pid} {stop_signal:d}\n".encode())

    def release(self) -> None:
        os.close(self.servers_lock)
        os.close(self.owner_lock)


def claim(folder: Path) -> Claim:
    """Take the folder, making it if need be. Refuses a second owner by name; waits for dying servers."""
    folder = folder.resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    owner_lock = _open(folder / "owner.lock")
    if not _lock(owner_lock):
        owner = os.pread(owner_lock, 200, 0).decode() or "another process"
        os.close(owner_lock)
        raise DataFolderInUse(
            f"{folder} is in use by {owner}. Stop it, or set OUTGO_DATA_DIR to another folder."
        )
    os.ftruncate(owner_lock, 0)
    os.pwrite(
        owner_lock, f"process {os.getpid()}, running since {now():%Y-%m-%d %H:%M} UTC".encode(), 0
    )
    return Claim(folder, owner_lock, _servers_lock(folder, owner_lock))


def _servers_lock(folder: Path, owner_lock: int) -> int:
    servers_lock = _open(folder / "servers.lock")
    if not _lock(servers_lock):
        _ask_to_leave(servers_lock)
    deadline = time.monotonic() + _LEAVING_SECONDS
    while not _lock(servers_lock):
        if time.monotonic() > deadline:
            os.close(servers_lock)
            os.close(owner_lock)
            raise DataFolderInUse(
                f"A server of a killed run still uses {folder}: end it, then start again."
            )
        time.sleep(_LOOK_SECONDS)
    os.ftruncate(servers_lock, 0)
    return servers_lock


def _ask_to_leave(servers_lock: int) -> None:
    """Repeat the stop signal to the servers of a dead launcher. Each leads a session, as few others do."""
    size = os.fstat(servers_lock).st_size
    for line in os.pread(servers_lock, size, 0).decode().splitlines():
        pid, stop_signal = map(int, line.split())
        with suppress(ProcessLookupError, PermissionError):
            if os.getsid(pid) == pid:
                os.kill(pid, stop_signal)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
