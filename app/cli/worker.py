"""A process that does jobs: Dramatiq's worker without its master, since the supervisor is ours."""

import logging
import os
import sys
from collections.abc import Collection

from app.cli import environment, signals, telemetry
from app.cli.console import complain
from app.cli.programs import READING
from core import loading, machine
from core.settings import Settings

_FINISH_MILLIS = (
    10_000  # then a job in progress is left to another worker, which notices within seconds
)
_FINISH_ALL_MILLIS = 600_000  # longer than any job may take

_log = logging.getLogger(__name__)


def do_jobs(*, queues: Collection[str], without: Collection[str], threads: int | None) -> None:
    settings = environment.read()
    environment.needed(settings.broker_url, "OUTGO_REDIS_URL")
    environment.needed(settings.database_url, "OUTGO_DATABASE_URL")
    telemetry.begin(settings, "worker")
    machine.give_way()  # somebody waits for an answer, and nobody for a job
    threads = threads or _threads(settings, queues)
    # Fetch what can begin at once and one more of each queue, so that the next job is chosen by priority;
    # leave the rest to others. Dramatiq reads it when it is imported.
    os.environ.setdefault("dramatiq_queue_prefetch", str(threads + 1))
    _work(queues, without, threads, settings.most_memory_mib)


def _threads(settings: Settings, queues: Collection[str]) -> int:
    """A process that only reads has as many receipts in hand as it reads together."""
    only_reads = bool(queues) and set(queues) <= set(READING)
    return settings.receipts_at_once if only_reads else settings.worker_threads


def _work(queues: Collection[str], without: Collection[str], threads: int, most_mib: int) -> None:
    with loading.for_good():
        from dramatiq import Worker  # noqa: PLC0415 - after its environment is set
        from dramatiq.middleware import MiddlewareError  # noqa: PLC0415 - the same

        from workers.growth import Growth  # noqa: PLC0415 - the same
        from workers.main import broker  # noqa: PLC0415 - it imports Dramatiq

    known = broker.get_declared_queues()
    if strange := {*queues, *without} - known:
        complain(f"No such queue: {', '.join(strange)}. There are {', '.join(sorted(known))}.")
        raise SystemExit(2)
    chosen = set(queues or known) - set(without)
    growth = Growth(most_mib)
    broker.add_middleware(growth)
    worker = Worker(broker, queues=chosen, worker_threads=threads)
    broker.emit_after("process_boot")
    try:
        with signals.until_interrupted():
            worker.start()
            growth.noticed.wait()
            _log.warning("It holds more than %d MiB: it ends its jobs and begins anew.", most_mib)
            worker.stop(timeout=_FINISH_ALL_MILLIS)
            broker.close()
            _begin_anew()
    except MiddlewareError as unfit:
        complain(str(unfit))
        raise SystemExit(1) from unfit
    worker.stop(timeout=_FINISH_MILLIS)
    broker.close()


def _begin_anew() -> None:
    """The same command in the same process, so that whoever supervises it sees no end of it."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - our own command
