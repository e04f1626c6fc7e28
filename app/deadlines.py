"""Connections that wait for nobody for ever: neither for requests to come, nor for answers to be read.

uvicorn has no limit of its own on either. They are held below ASGI, since no middleware hears of a request
before its head is complete, and none can say anything to a client behind what is stuck.
"""

import asyncio
from socket import AF_UNIX, IPPROTO_TCP, TCP_NOTSENT_LOWAT
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request
from websockets.protocol import State

_MOMENT_SECONDS = 0.05
_HEAD_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)

AT_ONCE = "outgo.send_at_once"
"""An extension of ASGI: see `send_at_once` of both protocols. What it sends, no middleware sees."""

TOO_SLOW = 4420
"""The code that a websocket is closed with whose client does not read. It may come back and resume."""


class HurriedRequests(HttpToolsProtocol):
    """Drops connections whose requests do not come, or whose answers are not read.

    A head has `head_seconds` from its first byte on, or from when the connection was made. A body brings
    `least_bytes` in every `window_seconds` in which we are ready to read: one that stalls is dropped within
    two of these. A request that comes in one piece sets no timer. After its first piece a head brings at most
    `most_head_bytes`: all of a header is copied again with each piece of it.

    Of an answer something has to get through in `stuck_seconds`; one that the system's own buffers take sets
    no timer either. Of TCP, also once it is a websocket, they take `most_unsent_bytes` more than can be sent:
    else megabytes for who does not read.
    """

    head_seconds = 8.0
    window_seconds = 4.0
    least_bytes = 2**10
    stuck_seconds = 15.0
    most_unsent_bytes = 2**17
    most_head_bytes = 2**16

    _timer: asyncio.TimerHandle | None = None
    _stuck: asyncio.TimerHandle | None = None
    _part = _timed_part = 0  # how many heads and bodies began or ended, and which of them is timed
    _awaits_body = _is_complete = False
    _came_bytes = _unsent_bytes = _head_bytes = 0

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        connection = transport.get_extra_info("socket")
        if connection.family != AF_UNIX:
            connection.setsockopt(IPPROTO_TCP, TCP_NOTSENT_LOWAT, self.most_unsent_bytes)
        self._at_once: dict[object, object] = {"send": self.send_at_once}
        self._begin(body=False)
        self._time()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        self._move_on()
        self._at_once.clear()  # which holds us
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._await_progress()

    def resume_writing(self) -> None:
        self._move_on()
        super().resume_writing()

    def data_received(self, data: bytes) -> None:
        part = self._part
        super().data_received(data)
        if self._part == part and not self._awaits_body:
            self._take_of_head(len(data))
        if self._is_complete and self._nothing_is_going_on():
            self._begin(body=False)  # what came was no request
        self._time()

    def send_at_once(self, part: bytes) -> bool:
        """Send a part of an answer that is streamed, unless the client has not let through the one before."""
        cycle = self.cycle
        streams = cycle and cycle.chunked_encoding and not cycle.response_complete
        if not streams or self.flow.write_paused or self.transport.is_closing():
            return False
        self.transport.write(b"%x\r\n%b\r\n" % (len(part), part))
        return True

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope.setdefault("extensions", {})[AT_ONCE] = self._at_once
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

    def timeout_keep_alive_handler(self) -> None:
        """As in `_once_more`: the next request may be there already."""
        self.timeout_keep_alive_task = self.loop.call_later(
            _MOMENT_SECONDS, super().timeout_keep_alive_handler
        )

    def handle_websocket_upgrade(self) -> None:
        super().handle_websocket_upgrade()
        del self.parser  # which holds us

    def _move_on(self) -> None:
        if self._stuck is not None:
            self._stuck.cancel()
            self._stuck = None

    def _await_progress(self) -> None:
        self._unsent_bytes = self.transport.get_write_buffer_size()
        self._stuck = self.loop.call_later(self.stuck_seconds, self._look_for_progress)

    def _look_for_progress(self) -> None:
        if self.transport.get_write_buffer_size() < self._unsent_bytes:
            self._await_progress()
        else:
            self.transport.abort()

    def _begin(self, *, body: bool) -> None:
        self._part, self._awaits_body, self._is_complete = self._part + 1, body, False
        self._head_bytes = 0

    def _take_of_head(self, size: int) -> None:
        """Of one that came with what was before it, what comes from then on counts."""
        self._head_bytes += size
        if self._head_bytes > self.most_head_bytes and not self.transport.is_closing():
            self.transport.write(_HEAD_TOO_LARGE)
            self.transport.close()

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
            self._timer = self.loop.call_later(self.head_seconds, self._once_more)

    def _open_window(self) -> None:
        self._came_bytes = 0
        self._timer = self.loop.call_later(self.window_seconds, self._once_more)

    def _once_more(self) -> None:
        """Timers run before what has come is read: a server that was kept busy must not blame its clients."""
        self._timer = self.loop.call_later(_MOMENT_SECONDS, self._drop)

    def _drop(self) -> None:
        came = self._came_bytes >= self.least_bytes or self.flow.read_paused
        if self._awaits_body and came:
            self._open_window()
        else:
            self.transport.abort()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class HurriedSocket(WebSocketsSansIOProtocol):
    """Closes websockets whose clients let nothing through for `stuck_seconds`.

    Pings cannot tell: they wait behind the message that is stuck, and so does the farewell. Who does not read
    that within `farewell_seconds` either is cut off, so that nothing is kept for them.
    """

    stuck_seconds = 15.0
    farewell_seconds = 10.0

    _timer: asyncio.TimerHandle | None = None

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if "scope" in vars(self):  # it was no bad handshake
            extensions = self.scope.setdefault("extensions", {})
            extensions[AT_ONCE] = {"send": self.send_at_once}

    def start_keepalive(self) -> None:
        """The handshake is over: what was said in it would be kept as long as the connection."""
        super().start_keepalive()
        self.request.headers.clear()
        self.response.headers.clear()

    def send_at_once(self, text: bytes) -> bool:
        """Send it, unless the client has not yet let through what was sent before, or is gone."""
        ready = self.writable.is_set() and not self.transport.is_closing()
        if not ready or self.conn.state is not State.OPEN:
            return False
        self.conn.send_text(text)
        self.transport.write(b"".join(self.conn.data_to_send()))
        return True

    def pause_writing(self) -> None:
        super().pause_writing()
        if not self.transport.is_closing():
            self._timer = self.loop.call_later(self.stuck_seconds, self._close)

    def resume_writing(self) -> None:
        if not self.transport.is_closing():
            self._stop()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        super().connection_lost(exc)
        vars(self).pop("scope", None)  # which holds us, too

    def _close(self) -> None:
        self._timer = self.loop.call_later(self.farewell_seconds, self.transport.abort)
        self.disconnected = True  # whoever sends on is told so
        self.queue.put_nowait({"type": "websocket.disconnect", "code": TOO_SLOW})
        if not self.close_sent:
            self.stop_keepalive()
            self.conn.fail(TOO_SLOW, "TOO_SLOW")
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_sent = True
        self.transport.close()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
