"""The web processes: uvicorn with our limits, on one socket that they share."""

import gc
import socket
from collections.abc import Sequence
from contextlib import closing

import httpx
import uvicorn

from app.cli import environment, programs, signals, telemetry
from app.cli.console import complain
from app.deadlines import HurriedRequests, HurriedSocket
from app.supervisor import Supervisor
from core import machine
from core.children import Child
from core.settings import Settings

_ANSWER_SECONDS = 1
_FINISH_SECONDS = 8
_PING_EVERY_SECONDS, _PONG_SECONDS = 15, 12  # who reads nothing is gone within thirty seconds
_LARGEST_MESSAGE_BYTES = 64 * 2**10
_BACKLOG = 2048
_GC_THRESHOLDS = (50_000, 20, 100)  # a full collection stops every socket of the process for long


def serve_api(*, fd: int | None) -> None:
    settings = environment.read()
    environment.needed(settings.database_url, "OUTGO_DATABASE_URL")
    environment.needed(settings.redis_url, "OUTGO_REDIS_URL")
    listening = bind(settings.host, settings.port) if fd is None else socket.socket(fileno=fd)
    if fd is not None or settings.web_processes == 1:
        _serve(settings, listening, shares_socket=fd is not None)
    else:
        processes = programs.web(settings, listening)
        _supervise(programs.measured(settings, processes), settings.drain_seconds)


def bind(host: str, port: int) -> socket.socket:
    """A socket where callers wait until someone serves; port 0 is any free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        reason, _, _ = str(error.strerror).partition(" (")
        complain(f"Cannot listen on {host}:{port}: {reason}. Choose another with OUTGO_PORT.")
        raise SystemExit(1) from None


def address_of(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def is_served(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", timeout=_ANSWER_SECONDS).is_success
    except httpx.HTTPError:
        return False


def _serve(settings: Settings, listening: socket.socket, *, shares_socket: bool) -> None:
    gc.disable()  # what is imported stays for good
    from app.main import create_app  # noqa: PLC0415 - it takes a while, and a supervisor needs no schema
    from app.server import Server  # noqa: PLC0415 - the same

    telemetry.begin(settings, "web")
    machine.allow_many_files()
    app = create_app(settings)
    gc.collect()
    gc.freeze()  # what is here for good need not be looked at again
    gc.set_threshold(*_GC_THRESHOLDS)
    gc.enable()
    config = uvicorn.Config(
        app,
        http=HurriedRequests,
        ws=HurriedSocket,
        log_config=None,  # its lines go where ours go
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_FINISH_SECONDS,
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
    with signals.until_interrupted():  # uvicorn repeats the signal once it is done
        server.run(sockets=[listening])


def _supervise(processes: Sequence[Child], drain_seconds: float) -> None:
    patience = drain_seconds + 2 * _FINISH_SECONDS
    supervisor = Supervisor(processes, tell=complain, stop_seconds=patience)
    with signals.until_interrupted(), closing(supervisor):
        supervisor.start()
        supervisor.watch()
