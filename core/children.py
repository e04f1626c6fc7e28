"""Child processes that do not outlive us.

Linux tells a child when its parent's thread is gone, even after `kill -9` (`prctl(2)`, PR_SET_PDEATHSIG).
macOS has no such thing: there a child survives a killed parent and the next start ends it.
"""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

_PR_SET_PDEATHSIG = 1
_libc: ctypes.CDLL | None = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def spawn(
    command: Sequence[str | Path],
    *,
    death_signal: signal.Signals = signal.SIGTERM,
    output: IO[bytes] | int | None = None,
    environment: Mapping[str, str] | None = None,
    directory: Path | None = None,
    inherits: Sequence[int] = (),
    before_exec: Callable[[], None] = lambda: None,
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, so that Ctrl-C reaches us alone and we decide the order.

    The child gets `death_signal` when the *thread* that called this ends: call it from the main thread.
    `before_exec` runs in the child between fork and exec.
    """
    parent = os.getpid()

    def prepare() -> None:
        before_exec()
        _die_with(parent, death_signal)  # last: a change of user clears it

    return subprocess.Popen(  # noqa: S603 - every caller names its own program
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        env=environment,
        cwd=directory,
        pass_fds=inherits,
        start_new_session=True,
        preexec_fn=prepare,  # noqa: PLW1509 - only two system calls, no lock is taken
    )


def _die_with(parent: int, death_signal: signal.Signals) -> None:
    if _libc is None:
        return
    _libc.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
    if os.getppid() != parent:  # it died before we asked to be told
        os.kill(os.getpid(), signal.SIGKILL)
