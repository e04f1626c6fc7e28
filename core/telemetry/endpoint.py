"""`/metrics` and `/healthz` on a port of their own, which no client of the API reaches.

Each process has its own, so nothing has to be added up here. A thread answers: it does so while an event
loop or a worker's threads are busy.
"""

from collections.abc import Callable, Iterable
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest

_StartResponse = Callable[[str, list[tuple[str, str]]], object]


def serve(host: str, port: int) -> WSGIServer:
    """Answer until the process ends. Raises `OSError` where the port is taken."""
    server = make_server(host, port, _answer, handler_class=_Silent)
    Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return server


def _answer(environ: dict[str, Any], start_response: _StartResponse) -> Iterable[bytes]:
    match environ["PATH_INFO"]:
        case "/metrics":
            start_response("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
            return [generate_latest(REGISTRY)]
        case "/healthz":
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [b"ok"]
        case _:
            start_response("404 Not Found", [("Content-Type", "text/plain")])
            return [b"There are /metrics and /healthz."]


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass
