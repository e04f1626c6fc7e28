"""HTTP that does not wait for ever: uvicorn has no limit of its own on how long a request may take to come.

A half-open request costs whoever sends it nothing, and us a connection. It is given up below ASGI, since no
middleware hears of a request before its head is complete.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class HurriedProtocol(HttpToolsProtocol):
    """Drops connections whose requests do not come.

    A head has `head_seconds` from its first byte on, or from when the connection was made. A body brings
    `least_bytes` in every `window_seconds` in which we are ready to read: one that stalls is dropped within
    two of these. A request that comes in one piece sets no timer.
    """

    head_seconds = 8.0
    window_seconds = 4.0
    least_bytes = 2**10

    _timer: asyncio.TimerHandle | None = None
    _part = _timed_part = 0  # how many heads and bodies began or ended, and which of them is timed
    _awaits_body = _is_complete = False
    _came_bytes = 0

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._begin(body=False)
        self._time()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._is_complete and self._nothing_is_going_on():
            self._begin(body=False)  # what came was no request
        self._time()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._begin(body=False)

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self._begin(body=True)

    def on_body(self, body: bytes) -> None:
        self._came_bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._part, self._is_complete = self._part + 1, True

    def _begin(self, *, body: bool) -> None:
        self._part, self._awaits_body, self._is_complete = self._part + 1, body, False

    def _nothing_is_going_on(self) -> bool:
        """Neither an answer nor uvicorn's own wait for the next request."""
        answers = self.cycle and not self.cycle.response_complete
        return not answers and self.timeout_keep_alive_task is None

    def _time(self) -> None:
        """Give what is awaited its time, unless it has some already."""
        if self._part == self._timed_part:
            return
        self._stop()
        self._timed_part = self._part
        if self._is_complete or self.transport.get_protocol() is not self:  # it is a websocket now
            return
        if self._awaits_body:
            self._open_window()
        else:
            self._timer = self.loop.call_later(self.head_seconds, self.transport.abort)

    def _open_window(self) -> None:
        self._came_bytes = 0
        self._timer = self.loop.call_later(self.window_seconds, self._close_window)

    def _close_window(self) -> None:
        if self._came_bytes >= self.least_bytes or self.flow.read_paused:
            self._open_window()
        else:
            self.transport.abort()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
