"""A process that does jobs: Dramatiq's worker without its master, since the supervisor is ours."""

import os
import signal
from collections.abc import Collection

from app.cli import environment, signals, telemetry
from app.cli.console import complain

_FINISH_MILLIS = (
    10_000  # then a job in progress is left to another worker, which notices within seconds
)


def do_jobs(*, queues: Collection[str], without: Collection[str], threads: int | None) -> None:
    settings = environment.read()
    environment.needed(settings.broker_url, "OUTGO_REDIS_URL")
    environment.needed(settings.database_url, "OUTGO_DATABASE_URL")
    telemetry.begin(settings, "worker")
    threads = threads or settings.worker_threads
    # Fetch what can begin at once and one more of each queue, so that the next job is chosen by priority;
    # leave the rest to others. Dramatiq reads it when it is imported.
    os.environ.setdefault("dramatiq_queue_prefetch", str(threads + 1))
    _work(queues, without, threads)


def _work(queues: Collection[str], without: Collection[str], threads: int) -> None:
    from dramatiq import Worker  # noqa: PLC0415 - after its environment is set
    from dramatiq.middleware import MiddlewareError  # noqa: PLC0415 - the same

    from workers.main import broker  # noqa: PLC0415 - it imports Dramatiq

    known = broker.get_declared_queues()
    if strange := {*queues, *without} - known:
        complain(f"No such queue: {', '.join(strange)}. There are {', '.join(sorted(known))}.")
        raise SystemExit(2)
    chosen = set(queues or known) - set(without)
    worker = Worker(broker, queues=chosen, worker_threads=threads)
    broker.emit_after("process_boot")
    try:
        with signals.until_interrupted():
            worker.start()
            signal.pause()
    except MiddlewareError as unfit:
        complain(str(unfit))
        raise SystemExit(1) from unfit
    worker.stop(timeout=_FINISH_MILLIS)
    broker.close()
