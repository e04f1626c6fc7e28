"""The API: web processes that share one socket, each a copy of this one, which has loaded what they need.

Loading takes seconds of processor time and copying milliseconds, so whoever is killed is soon replaced, and
callers wait meanwhile in the socket, or are answered by the others.
"""

import socket
from contextlib import closing
from functools import partial

from app.cli import environment, signals
from app.cli.console import complain
from app.cli.listening import bind
from app.supervisor import Supervisor
from core import loading
from core.forks import Fork
from core.settings import Settings

_LONGEST_PAUSE_SECONDS = 2.0  # a copy costs little, and callers wait for it


def serve_api(*, fd: int | None) -> None:
    settings = environment.read()
    environment.needed(settings.database_url, "OUTGO_DATABASE_URL")
    environment.needed(settings.redis_url, "OUTGO_REDIS_URL")
    listening = bind(settings.host, settings.port) if fd is None else socket.socket(fileno=fd)
    with loading.for_good():
        from app.cli import web  # noqa: PLC0415 - it takes a while, and what is set wrongly is told before
    alone = fd is None and settings.web_processes == 1
    processes = [
        Fork(
            name=f"web-{number}",
            work=partial(web.answer, each, listening, shares_socket=not alone),
        )
        for number, each in enumerate(_measured(settings), 1)
    ]
    patience = settings.drain_seconds + 2 * web.FINISH_SECONDS
    supervisor = Supervisor(
        processes,
        tell=complain,
        stop_seconds=patience,
        longest_pause_seconds=_LONGEST_PAUSE_SECONDS,
    )
    with signals.until_interrupted(), closing(supervisor):
        supervisor.start()
        supervisor.watch()


def _measured(settings: Settings) -> list[Settings]:
    """Of each process, with a port of its own for its metrics, if there are to be any."""
    if settings.metrics_port is None:
        return [settings] * settings.web_processes
    ports = range(settings.metrics_port, settings.metrics_port + settings.web_processes)
    return [settings.model_copy(update={"metrics_port": port}) for port in ports]
