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


_current: ContextVar[Shortcut | None] = ContextVar("shortcut", default=None)


def current() -> Shortcut | None:
    return _current.get()


@contextmanager
def opened(shortcut: Shortcut) -> Generator[None]:
    token = _current.set(shortcut)
    try:
        yield
    finally:
        _current.reset(token)
