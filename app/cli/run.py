"""`outgo run`: everything on this machine, from nothing to a served API, and back to nothing on Ctrl-C."""

import os
import time
from collections.abc import Sequence
from contextlib import ExitStack

from adapters.embedded import services
from adapters.embedded.errors import NoEmbeddedServices
from app.cli import environment, programs, signals
from app.cli.console import complain, doing, say
from app.cli.demo import play_first_time
from app.cli.listening import address_of, bind, is_served
from app.cli.upkeep import ensure_models, migrate
from app.supervisor import Supervisor
from core.children import Child, DidNotStart
from core.settings import Settings

_READY_SECONDS = 60
_FORGOTTEN = ("receipts", "logs", "demo-played")


def run_everything(*, fresh: bool, demo: bool, port: int | None) -> None:
    try:
        with signals.until_interrupted(), ExitStack() as undo:
            _run(undo, fresh=fresh, demo=demo, port=port)
    except (NoEmbeddedServices, DidNotStart) as error:
        complain(str(error))
        raise SystemExit(1) from None
    say("Stopped.")


def _run(undo: ExitStack, *, fresh: bool, demo: bool, port: int | None) -> None:
    settings = environment.read()
    listening = bind(settings.host, settings.port if port is None else port)
    undo.callback(listening.close)
    address, os.environ["OUTGO_PORT"] = address_of(listening), str(listening.getsockname()[1])
    if fresh:
        _forget(settings)
    servers = _embedded(settings, undo)
    settings = environment.read()  # anew: like our children, we are told by the environment
    migrate(environment.needed(settings.database_url, "OUTGO_DATABASE_URL"))
    if readers := programs.readers(settings):
        ensure_models(settings)
    logs = settings.data_dir / "logs"
    ours = [programs.web(listening), programs.relay(), programs.worker(), *readers]
    supervisor = Supervisor(
        servers, programs.measured(settings, programs.logging_to(logs, ours)), tell=complain
    )
    undo.callback(supervisor.close)
    with doing("Starting the API, the relay and the workers"):
        supervisor.start()
        _await_answer(supervisor, address)
    if demo:
        play_first_time(settings, address)
    say(f"\nOutgo is at [bold]{settings.base_url}[/], its logs in {logs}. Ctrl-C stops it.")
    if settings.graphiql:
        say(f"Try it at [bold]{settings.base_url}/graphiql[/].")
    supervisor.watch()


def _await_answer(supervisor: Supervisor, address: str) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while not is_served(address):
        supervisor.look()
        if time.monotonic() > deadline:
            raise DidNotStart(f"The API does not answer at {address}.")


def _embedded(settings: Settings, undo: ExitStack) -> Sequence[Child]:
    """Services of our own, unless others are given; the environment then leads to them."""
    if settings.database_url and settings.redis_url:
        return ()
    if settings.database_url or settings.redis_url:
        raise NoEmbeddedServices("Set both OUTGO_DATABASE_URL and OUTGO_REDIS_URL, or neither.")
    with doing("Starting PostgreSQL and Redis") as tell:
        running = services.start(settings.data_dir, tell=tell)
    undo.callback(running.stop)
    os.environ["OUTGO_DATABASE_URL"] = running.database_url
    os.environ["OUTGO_REDIS_URL"] = running.redis_url
    os.environ["OUTGO_QUEUE_REDIS_URL"] = running.queue_redis_url
    return running.servers


def _forget(settings: Settings) -> None:
    if settings.database_url or settings.redis_url:
        raise NoEmbeddedServices(
            "--fresh forgets data of our own services only, and others are set."
        )
    services.forget(settings.data_dir, also=_FORGOTTEN)
