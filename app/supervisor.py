"""Keeps a set of programs running: starts them in order, restarts what crashes, stops them in reverse."""

import time
from collections.abc import Callable, Sequence

from core.children import DidNotStart, Program

_LOOK_SECONDS = 0.1
_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 30.0
_STOP_SECONDS = 15.0  # then it is killed
_STEADY_SECONDS = 60.0  # who ran this long has recovered: its next crash counts as the first


class Supervisor:
    """Programs in tiers: each tier runs before the next one starts, and stops after it.

    `tell` hears of every crash. Call everything from the main thread: children end with the thread that
    started them.
    """

    def __init__(
        self,
        *tiers: Sequence[Program],
        tell: Callable[[str], object],
        stop_seconds: float = _STOP_SECONDS,
        longest_pause_seconds: float = _LONGEST_PAUSE_SECONDS,
    ) -> None:
        self._tiers = tiers
        self._stop_seconds = stop_seconds
        self._tell = tell
        self._watched = [_Watched(child, longest_pause_seconds) for tier in tiers for child in tier]

    def start(self) -> None:
        """Start what does not run yet."""
        for watched in self._watched:
            watched.start()

    def watch(self) -> None:
        """Restart what crashes, for ever: an exception from a signal handler ends it."""
        while True:
            self.look()
            time.sleep(_LOOK_SECONDS)

    def look(self) -> None:
        """Notice what crashed since the last look, and restart what has paused long enough."""
        for watched in self._watched:
            if problem := watched.look():
                self._tell(problem)

    def close(self) -> None:
        """Ask a whole tier at once, see it gone, go on with the one below."""
        for tier in reversed(self._tiers):
            for child in tier:
                child.ask_to_stop()
            for child in tier:
                child.wait(self._stop_seconds)


class _Watched:
    """One child and when it may be started again."""

    def __init__(self, child: Program, longest_pause_seconds: float) -> None:
        self._child = child
        self._longest_pause_seconds = longest_pause_seconds
        self._crashes = 0
        self._started_at = 0.0
        self._due_at: float | None = None

    def start(self) -> None:
        self._due_at, self._started_at = None, time.monotonic()
        if self._child.pid is None or self._child.poll() is not None:
            self._child.start()

    def look(self) -> str | None:
        """Notice a crash or end a pause. The answer is what went wrong, if anything."""
        if self._due_at is not None:
            return self._try_again() if time.monotonic() >= self._due_at else None
        status = self._child.poll()
        if status is None:
            return None
        log = f" (its log is {self._child.log})" if self._child.log else ""
        return self._pause(f"{self._child.name} ended with status {status}{log}")

    def _try_again(self) -> str | None:
        try:
            self.start()
        except DidNotStart as error:
            return self._pause(str(error))
        return None

    def _pause(self, problem: str) -> str:
        steady = time.monotonic() - self._started_at > _STEADY_SECONDS
        self._crashes = 1 if steady else self._crashes + 1
        pause = min(_FIRST_PAUSE_SECONDS * 2 ** (self._crashes - 1), self._longest_pause_seconds)
        self._due_at = time.monotonic() + pause
        return f"{problem}; starting it again in {pause:g} s."
