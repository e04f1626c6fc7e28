"""What the audience sees: each step with its latency and the GraphQL document behind it."""

import time
from collections.abc import Awaitable
from textwrap import indent
from typing import TypeVar

from rich.console import Console
from rich.text import Text

Result = TypeVar("Result")

_MILLIS = 1000


class Stage:
    def __init__(self, console: Console) -> None:
        self._console = console
        self._shown: set[str] = set()

    def say(self, text: str) -> None:
        self._console.print(text, soft_wrap=True, highlight=False)

    async def step(self, what: str, document: str, doing: Awaitable[Result]) -> Result:
        """Do it, then show how long it took and, the first time, what was sent for it."""
        started_at = time.perf_counter()
        with self._console.status(f"{what} …"):
            result = await doing
        self.done(what, time.perf_counter() - started_at)
        if document not in self._shown:
            self._shown.add(document)
            self._console.print(Text(indent(document, "    "), style="dim"), soft_wrap=True)
        return result

    def done(self, what: str, seconds: float) -> None:
        self.say(f"[green]✓[/] {what} [dim]{seconds * _MILLIS:.0f} ms[/]")
