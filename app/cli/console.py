"""How commands speak: a line per thing done, a spinner until it is, problems to standard error."""

import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager

from rich.console import Console

from app.demo.stage import Stage

_out = Console(highlight=False)
_err = Console(stderr=True, highlight=False)


def stage() -> Stage:
    return Stage(_out)


def say(text: str) -> None:
    _out.print(text, soft_wrap=True)


def show(text: str) -> None:
    """What was stored, whatever it looks like."""
    _out.print(text, markup=False, soft_wrap=True)


def complain(text: str) -> None:
    _err.print(text, style="red", markup=False, soft_wrap=True)


def waiting(what: str) -> AbstractContextManager[object]:
    """Show that something goes on, and leave no trace of it."""
    return _out.status(f"{what} …")


@contextmanager
def doing(what: str) -> Generator[Callable[[str], None]]:
    """Show that something slow goes on; what is yielded tells how far it is."""
    started_at = time.monotonic()
    with _out.status(f"{what} …") as status:
        yield lambda detail: status.update(f"{what} … {detail}")
    _out.print(f"[green]✓[/] {what} [dim]{time.monotonic() - started_at:.1f} s[/]")
