"""One server program as our direct child: started, watched, stopped and reaped here."""

import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from adapters.embedded.claim import Claim
from adapters.embedded.errors import NoEmbeddedServices
from core.children import spawn

_LOOK_SECONDS = 0.01
_LAST_WORDS_BYTES = 2000


class ServerFailed(NoEmbeddedServices):
    """The server ended, or was not ready in time. The message carries the end of its log."""


@dataclass
class Server:
    """`stop_signal` makes it leave in order; it gets the same when we are killed."""

    name: str
    command: list[str | Path]
    log: Path
    claim: Claim
    stop_signal: signal.Signals
    is_ready: Callable[[int], bool]  # given the pid
    before_start: Callable[[], None] = lambda: None
    before_exec: Callable[[], None] = lambda: None
    environment: Mapping[str, str] | None = None
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self, *, timeout_seconds: float = 60) -> None:
        """Return when it answers. Refuses with the end of its log when it does not."""
        self.before_start()
        with self.log.open("ab") as output:
            process = self._process = spawn(
                self.command,
                death_signal=self.stop_signal,
                output=output,
                environment=self.environment,
                directory=Path("/"),
                inherits=(self.claim.servers_lock,),
                before_exec=self.before_exec,
            )
        self.claim.note(process.pid, self.stop_signal)
        deadline = time.monotonic() + timeout_seconds
        while not self.is_ready(process.pid):
            if process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise ServerFailed(
                    f"{self.name} did not start. {self.log} ends with:\n{self._last_words()}"
                )
            time.sleep(_LOOK_SECONDS)

    def poll(self) -> int | None:
        """The exit status, or None while it runs."""
        return self._process.poll() if self._process else None

    def stop(self, *, timeout_seconds: float = 20) -> None:
        process = self._process
        if process is None or process.poll() is not None:
            return
        process.send_signal(self.stop_signal)
        try:
            process.wait(timeout_seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _last_words(self) -> str:
        return self.log.read_bytes()[-_LAST_WORDS_BYTES:].decode(errors="replace").strip()
