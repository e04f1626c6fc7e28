"""Child processes that begin as what we are, with all that we have loaded. They do not outlive us either."""

import multiprocessing
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

from core.children import DidNotStart, die_with

_BY_FORK = multiprocessing.get_context("fork")


@dataclass(kw_only=True, eq=False)
class Fork:
    """Does `work` in a process of its own, which is started, stopped and reaped as a `Child` is.

    So loading is done once, and memory is shared as long as nobody writes to it. Whoever forks has no
    thread, no event loop and no connection open: a copy of them would be of no use, or be used by two.
    """

    name: str
    work: Callable[[], None]
    log: Path | None = None
    _process: BaseProcess | None = field(default=None, init=False)

    def start(self) -> None:
        self._process = _BY_FORK.Process(target=self._begin, args=(os.getpid(),), name=self.name)
        try:
            self._process.start()
        except OSError as error:
            self._process = None
            raise DidNotStart(f"{self.name}: {error}") from error

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def poll(self) -> int | None:
        return self._process.exitcode if self._process else None

    def ask_to_stop(self) -> None:
        if self._process:
            self._process.terminate()

    def wait(self, timeout_seconds: float) -> int | None:
        if self._process is None:
            return None
        self._process.join(timeout_seconds)
        if self._process.exitcode is None:
            self._process.kill()
            self._process.join()
        return self._process.exitcode

    def _begin(self, parent: int) -> None:
        os.setsid()  # Ctrl-C reaches our parent alone
        die_with(parent)
        self.work()
