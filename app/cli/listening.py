"""Where the API is reached, and whether it is."""

import socket
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from app.cli.console import complain

_ANSWER_SECONDS = 1
_BACKLOG = 2048
_OK = 200


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
    where = urlsplit(url)
    assert where.hostname
    with closing(HTTPConnection(where.hostname, where.port, timeout=_ANSWER_SECONDS)) as connection:
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == _OK
        except (OSError, HTTPException):
            return False
