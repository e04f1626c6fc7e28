"""One web process: uvicorn with our limits."""

import gc
import logging
import socket

import uvicorn

from app.cli import signals, telemetry
from app.deadlines import HurriedRequests, HurriedSocket
from app.main import create_app
from app.server import Server
from core import machine
from core.settings import Settings
from core.telemetry import traces

FINISH_SECONDS = 8
_PING_EVERY_SECONDS, _PONG_SECONDS = 15, 12  # who reads nothing is gone within thirty seconds
_LARGEST_MESSAGE_BYTES = 64 * 2**10
_GC_THRESHOLDS = (50_000, 20, 100)  # a full collection stops every socket of the process for long


def answer(settings: Settings, listening: socket.socket, *, shares_socket: bool) -> None:
    """Until told to stop. While it leaves, a socket that others accept from too is left to them."""
    with signals.until_interrupted():  # uvicorn repeats the signal once it is done
        gc.set_threshold(*_GC_THRESHOLDS)
        telemetry.begin(settings, "web")
        logging.getLogger("uvicorn.error").setLevel(logging.WARNING)  # INFO has sockets' URLs
        machine.allow_many_files()
        app = create_app(settings)
        config = uvicorn.Config(
            app,
            http=HurriedRequests,
            ws=HurriedSocket,
            log_config=None,  # its lines go where ours go
            access_log=False,
            server_header=False,
            forwarded_allow_ips=list(settings.trusted_proxies),
            timeout_graceful_shutdown=FINISH_SECONDS,
            ws_max_size=_LARGEST_MESSAGE_BYTES,
            ws_ping_interval=_PING_EVERY_SECONDS,
            ws_ping_timeout=_PONG_SECONDS,
            ws_per_message_deflate=False,  # twice the pushes for the same processor
        )
        server = Server(
            config,
            app.state.draining,
            seconds=settings.drain_seconds,
            shares_socket=shares_socket,
        )
        server.run(sockets=[listening])
    traces.end()
