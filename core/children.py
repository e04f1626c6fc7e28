"""Child processes that do not outlive us.

Linux tells a child that the thread which started it is gone, even by `kill -9` (`prctl(2)`, PDEATHSIG).
macOS has no such thing: there a child may survive a killed parent, and the next start has to deal with it.
"""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

_PR_SET_PDEATHSIG = 1
_libc: ctypes.CDLL | None = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class DidNotStart(Exception):  # noqa: N818 - a situation, and what the child said about it
    """The child ended, or was not ready in time."""


class Program(Protocol):
    """Something that runs in a process of its own, which we started and have to reap."""

    @property
    def name(self) -> str: ...

    @property
    def log(self) -> Path | None: ...

    @property
    def pid(self) -> int | None: ...

    def start(self) -> None:
        """Raises `DidNotStart`."""

    def poll(self) -> int | None:
        """The exit status, or None while it runs."""
        ...

    def ask_to_stop(self) -> None: ...

    def wait(self, timeout_seconds: float) -> int | None:
        """See it gone, killed if it takes longer. The answer is its exit status, None if it never started."""
        ...


@dataclass(kw_only=True, eq=False)
class Child:
    """A program started, watched, stopped and reaped by us.

    It runs in a session of its own, so that Ctrl-C reaches us alone and we decide the order. It gets
    `stop_signal` when it is to stop and when the *thread* that started it ends: start it from the main one.
    """

    name: str
    command: Sequence[str | Path]
    stop_signal: signal.Signals = signal.SIGTERM
    log: Path | None = None  # without one it writes where we write
    environment: Mapping[str, str] | None = None
    directory: Path | None = None
    inherits: Sequence[int] = ()
    before_exec: Callable[[], None] = lambda: None  # runs in the child between fork and exec
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        output = self.log.open("ab") if self.log else None
        try:
            self._process = self._spawn(None if output is None else output.fileno())
        except (OSError, subprocess.SubprocessError) as error:
            raise DidNotStart(f"{self.name}: {error}") from error
        finally:
            if output:
                output.close()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def poll(self) -> int | None:
        """The exit status, or None while it runs."""
        return self._process.poll() if self._process else None

    def ask_to_stop(self) -> None:
        if self._process:
            self._process.send_signal(self.stop_signal)

    def wait(self, timeout_seconds: float) -> int | None:
        """See it gone, killed if it takes longer. The answer is its exit status, None if it never started."""
        if self._process is None:
            return None
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(timeout_seconds)
        self._process.kill()
        return self._process.wait()

    def stop(self, *, timeout_seconds: float = 20) -> None:
        self.ask_to_stop()
        self.wait(timeout_seconds)

    def _spawn(self, output: int | None) -> subprocess.Popen[bytes]:
        parent = os.getpid()

        def prepare() -> None:
            self.before_exec()
            die_with(parent, self.stop_signal)  # last: a change of user clears it

        return subprocess.Popen(  # noqa: S603 - every caller names its own program
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=self.environment,
            cwd=self.directory,
            pass_fds=self.inherits,
            start_new_session=True,
            preexec_fn=prepare,  # noqa: PLW1509 - only system calls, no lock is taken
        )


def die_with(parent: int, stop_signal: signal.Signals = signal.SIGTERM) -> None:
    """Let the system give us the signal when the thread of `parent` that started us is gone."""
    if _libc is None:
        return
    _libc.prctl(_PR_SET_PDEATHSIG, int(stop_signal), 0, 0, 0)
    if os.getppid() != parent:  # it died before we asked to be told
        os.kill(os.getpid(), signal.SIGKILL)
