"""A worker process of its own, as the command line starts them."""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from core.children import Child
from core.settings import Settings


@contextmanager
def working(
    settings: Settings, folder: Path, *queues: str, environment: dict[str, str] | None = None
) -> Generator[Path]:
    """For as long as the block, on some queues. Yields its log, which may show no error at the end.

    Then it is killed: how one leaves in order is for others to test, and takes seconds.
    """
    assert settings.database_url
    assert settings.redis_url
    assert settings.broker_url
    log = folder / "worker.log"
    child = Child(
        name="worker",
        command=[
            *(sys.executable, "-m", "app.cli", "worker", "--threads", "4"),
            *(word for queue in queues for word in ("--queue", queue)),
        ],
        log=log,
        environment=os.environ
        | {
            "OUTGO_DATABASE_URL": settings.database_url.get_secret_value(),
            "OUTGO_REDIS_URL": settings.redis_url.get_secret_value(),
            "OUTGO_QUEUE_REDIS_URL": settings.broker_url,
        }
        | (environment or {}),
        directory=Path(__file__).parents[1],
    )
    child.start()
    try:
        yield log
    finally:
        child.stop(timeout_seconds=0)
    assert "Traceback" not in log.read_text()
