"""A way from what happened to a socket that leads past the library.

Whoever carries an operation opens it (`app.socket`), whoever executes the operation says what a message is
as JSON where that is the same for all (`resolvers.execution`), and the stream takes it then. All three run
in the operation's task.
"""

from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any


class Shortcut:
    """`send` takes the data of a result, as JSON; `told` makes it of a message, None being the long way."""

    def __init__(self, send: Callable[[str], Awaitable[None]]) -> None:
        self._send = send
        self.told: Callable[[Any], str | None] | None = None

    async def take(self, message: Any) -> bool:
        """Send the message, and say whether it went this way."""
        data = self.told(message) if self.told else None
        if data is None:
            return False
        await self._send(data)
        return True


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
