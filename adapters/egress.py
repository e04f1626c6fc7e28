"""Calls to addresses that people gave us reach the public internet and nothing else.

A check of the name before the call would be fooled by a name that leads elsewhere a moment later. So the
address is looked at when a socket connects, whichever library does it: Python announces that to audit
hooks (PEP 578), and a hook that raises forbids it. A hook stays for the life of the process; it is idle
outside `public_only()`, which covers the threads and tasks that inherit its context.
"""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, cast

from domain.endpoint import is_public

_guarded = ContextVar("guarded", default=False)
_CALLS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})


class PrivateAddressError(OSError):
    """What a library sees that tries to connect to the inside."""


@contextmanager
def public_only() -> Generator[None]:
    token = _guarded.set(True)
    try:
        yield
    finally:
        _guarded.reset(token)


def _look(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _CALLS and _guarded.get() and not _leads_outside(arguments[1]):
        raise PrivateAddressError("That address is not on the public internet.")


def _leads_outside(address: object) -> bool:
    """False for a path of this machine, too."""
    return isinstance(address, tuple) and is_public(str(cast("tuple[object, ...]", address)[0]))


sys.addaudithook(_look)
