"""What is done to a system while people work with it. All of it from the main thread: see `core.children`."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import psutil

from app.cli.listening import is_served
from bench.faults.verdict import Verdict, at_most
from bench.server import System
from core.children import Child

_LOOK_SECONDS = 0.02
_PATIENCE_SECONDS = 60
_RETURN_SECONDS = 5.0  # within which whatever was killed has to serve again
_STALL_SECONDS = 30.0
PAUSE_SECONDS = 1.0


@dataclass(frozen=True)
class Scenario:
    """`once` does it, and answers how long it then took until the API could answer again."""

    name: str
    about: str
    once: Callable[[System], float]

    def play(self, system: System, times: int, *, pause_seconds: float = PAUSE_SECONDS) -> Verdict:
        """So many times, with pauses in which people work."""
        took = [0.0]
        for _ in range(times):
            time.sleep(pause_seconds)
            took.append(self.once(system))
        time.sleep(pause_seconds)
        what = f"{self.name} {times} times: longest until it serves, s"
        return at_most(what, max(took), _RETURN_SECONDS, of_time=True)


def _kill_web(system: System) -> float:
    """Whoever keeps them starts them anew."""
    (web,) = system.named("web")
    killed = psutil.Process(web.pid).children()
    for process in killed:
        process.kill()
    psutil.wait_procs(killed, _PATIENCE_SECONDS)
    return _seconds_until(lambda: is_served(system.url))


def _kill_api(system: System) -> float:
    (web,) = system.named("web")
    serving = psutil.Process(web.pid).children()
    kill(web)
    for process in serving:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    web.start()
    return _seconds_until(lambda: is_served(system.url))


def _restart_api(system: System) -> float:
    """As an upgrade does: asked to leave, and started when it has. The goodbyes count."""
    (web,) = system.named("web")
    began = time.monotonic()
    web.stop()
    web.start()
    _seconds_until(lambda: is_served(system.url))
    return time.monotonic() - began


def _kill_relay(system: System) -> float:
    (relay,) = system.named("relay")
    kill(relay)
    relay.start()
    return 0


def _kill_worker(system: System) -> float:
    (worker,) = system.named("worker")
    kill(worker)
    worker.start()
    return 0


def _restart_postgres(system: System) -> float:
    """By SIGQUIT, "immediate": no checkpoint, no goodbye, and recovery from the log on its way up."""
    (database,) = system.named("PostgreSQL")
    assert database.pid is not None
    os.kill(database.pid, signal.SIGQUIT)
    database.wait(_PATIENCE_SECONDS)
    database.start()
    return _seconds_until(lambda: is_served(system.url))


def _restart_redis(system: System) -> float:
    (redis,) = system.named("Redis")
    kill(redis)
    redis.start()
    return _seconds_until(lambda: is_served(system.url))


def _stall_postgres(system: System) -> float:
    """Nothing is lost and nothing answers: every process of it stops for a while."""
    (database,) = system.named("PostgreSQL")
    _stall(database)
    return _seconds_until(lambda: is_served(system.url))


def _stall_redis(system: System) -> float:
    (redis,) = system.named("Redis")
    _stall(redis)
    return _seconds_until(lambda: is_served(system.url))


SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario("kill-web", "kill -9 of every web process", _kill_web),
        Scenario("kill-api", "kill -9 of these and of who keeps them", _kill_api),
        Scenario("restart-api", "planned restart of the web processes", _restart_api),
        Scenario("kill-relay", "kill -9 of the relay", _kill_relay),
        Scenario("kill-worker", "kill -9 of the worker in mid-job", _kill_worker),
        Scenario("restart-postgres", "immediate restart of PostgreSQL", _restart_postgres),
        Scenario("restart-redis", "kill -9 and restart of Redis", _restart_redis),
        Scenario("stall-postgres", f"PostgreSQL stops for {_STALL_SECONDS:g} s", _stall_postgres),
        Scenario("stall-redis", f"Redis stops for {_STALL_SECONDS:g} s", _stall_redis),
    )
}


def kill(child: Child) -> None:
    """By SIGKILL, and see it gone."""
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)
    child.wait(_PATIENCE_SECONDS)


def _stall(child: Child) -> None:
    family = psutil.Process(child.pid)
    stopped = [family, *family.children(recursive=True)]
    for process in stopped:
        process.suspend()
    time.sleep(_STALL_SECONDS)
    for process in stopped:
        process.resume()


def _seconds_until(done: Callable[[], bool]) -> float:
    began = time.monotonic()
    while not done() and time.monotonic() < began + _PATIENCE_SECONDS:
        time.sleep(_LOOK_SECONDS)
    return time.monotonic() - began
