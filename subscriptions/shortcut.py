"""A way from what happened to a socket that leads past the library and past whatever waits.

Whoever carries an operation opens it (`app.socket`), whoever executes the operation says what a message is
as JSON where that is the same for all (`resolvers.execution`), and the stream takes it then.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any


class Shortcut:
    """`send` takes the data of a result, as JSON, unless it had to wait; `told` makes it of a message.

    Where either cannot, there is the long way.
    """

    __slots__ = ("_send", "told")

    def __init__(self, send: Callable[[bytes], bool]) -> None:
        self._send = send
        self.told: Callable[[Any], bytes | None] | None = None

    def take(self, message: Any) -> bool:
        """Send the message, and say whether it went this way."""
        data = self.told(message) if self.told else None
        return data is not None and self._send(data)

    def close(self) -> None:
        """Let go of what it leads to: whatever was begun in the operation's context may outlive it."""
        self._send, self.told = _sends_nothing, None


def _sends_nothing(_: bytes) -> bool:
    return False


_current: ContextVar[Shortcut | None] = ContextVar("shortcut", default=None)


def current() -> Shortcut | None:
    return _current.get()


def tell_by(told: Callable[[Any], bytes | None]) -> None:
    """Whoever executes the operation comes first; whoever executes one message of it has no say."""
    way = current()
    if way is not None and way.told is None:
        way.told = told


@contextmanager
def opened(shortcut: Shortcut) -> Generator[None]:
    token = _current.set(shortcut)
    try:
        yield
    finally:
        _current.reset(token)
        shortcut.close()
