"""Who may kill the process is alone in it."""

import threading
from collections.abc import Generator
from contextlib import contextmanager


class Quarantine:
    """Any number may be inside together, or one that is suspect, alone.

    Where a suspect waits, nobody else is let in before it.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._suspects = 0

    @contextmanager
    def inside(self, *, alone: bool) -> Generator[None]:
        with self._change():
            self._suspects += alone
        try:
            with self._change():
                self._changed.wait_for(lambda: not (self._inside if alone else self._suspects))
                self._inside += 1
            try:
                yield
            finally:
                with self._change():
                    self._inside -= 1
        finally:
            with self._change():
                self._suspects -= alone

    @contextmanager
    def _change(self) -> Generator[None]:
        with self._changed:
            yield
            self._changed.notify_all()
