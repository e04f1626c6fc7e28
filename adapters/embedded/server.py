"""A server program: a child that has started only when it answers."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from adapters.embedded.claim import Claim
from core.children import Child, DidNotStart

_LOOK_SECONDS = 0.01
_START_SECONDS = 120  # after a crash PostgreSQL first replays what it had acknowledged
_LAST_WORDS_BYTES = 2000


@dataclass(kw_only=True, eq=False)
class Server(Child):
    """A child on a claimed folder, which stays claimed as long as anything of it lives."""

    claim: Claim
    is_ready: Callable[[int], bool]  # given its pid
    before_start: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self.inherits = (self.claim.servers_lock,)
        self.directory = Path("/")

    def start(self) -> None:
        """Return when it answers. Refuses with the end of its log when it does not."""
        self.before_start()
        super().start()
        assert self.pid is not None
        self.claim.note(self.pid, self.stop_signal)
        deadline = time.monotonic() + _START_SECONDS
        while not self.is_ready(self.pid):
            if self.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise DidNotStart(f"{self.name} did not start. {self._last_words()}")
            time.sleep(_LOOK_SECONDS)

    def _last_words(self) -> str:
        assert self.log is not None
        words = self.log.read_bytes()[-_LAST_WORDS_BYTES:].decode(errors="replace").strip()
        return f"{self.log} ends with:\n{words}"
