"""A Redis of our own: a private socket, nothing evicted, what was written is there after a crash."""

import signal
import socket
from pathlib import Path
from urllib.parse import quote

from adapters.embedded import binaries
from adapters.embedded.claim import Claim
from adapters.embedded.server import Server

_ANSWER_SECONDS = 1

_OPTIONS = {
    "port": "0",
    "unixsocketperm": "700",
    "save": "",
    "maxmemory-policy": "noeviction",
    "daemonize": "no",
}


def server(claim: Claim, sockets: Path, *, durable: bool) -> Server:
    data = claim.folder / "redis"
    data.mkdir(mode=0o700, exist_ok=True)
    options = _OPTIONS | {
        "dir": str(data),
        "unixsocket": str(_socket(sockets)),
        "appendonly": "yes" if durable else "no",
    }
    command: list[str | Path] = [binaries.redis()]
    for name, value in options.items():
        command += [f"--{name}", value]
    return Server(
        name="Redis",
        command=command,
        log=claim.folder / "redis.log",
        claim=claim,
        stop_signal=signal.SIGTERM,
        is_ready=lambda _: _answers(_socket(sockets)),
        before_start=lambda: _socket(sockets).unlink(missing_ok=True),
    )


def url(sockets: Path, database: int) -> str:
    return f"unix://{quote(str(_socket(sockets)))}?db={database}"


def _socket(sockets: Path) -> Path:
    return sockets / "redis.sock"


def _answers(path: Path) -> bool:
    """Whether it answers PING; while it loads its log it refuses."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(_ANSWER_SECONDS)
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False
