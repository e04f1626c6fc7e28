"""What every job needs: the broker, and the database of its process."""

from functools import cache

import dramatiq
from dramatiq.middleware import AsyncIO, ShutdownNotifications, TimeLimit
from pydantic import SecretStr

from adapters.ocr.setup import Setup
from adapters.storage import Storage
from core.db import Database, Patience
from core.settings import Settings
from workers.broker import Broker
from workers.observed import Observed
from workers.retries import PatientRetries

_MAINTENANCE_CHANCE = 1_000_000  # of a million: whoever asks for work also looks for lost work
_HEARTBEAT_MILLIS = 15_000  # after which a silent worker's jobs go to others
_DEAD_MILLIS = 3_600_000  # what is kept of dead jobs is in PostgreSQL: workers/dead_letters.py
_RETRIES = 8
_FIRST_RETRY_MILLIS = 500
_LAST_RETRY_MILLIS = 300_000
_TIME_LIMIT_MILLIS = 60_000


def broker_on(url: str | None) -> Broker:
    """Actors may ask for other retries and time limits than these."""
    return Broker(
        url=url,
        maintenance_chance=_MAINTENANCE_CHANCE,
        heartbeat_timeout=_HEARTBEAT_MILLIS,
        dead_message_ttl=_DEAD_MILLIS,
        middleware=[
            Observed(),
            TimeLimit(time_limit=_TIME_LIMIT_MILLIS),
            ShutdownNotifications(),
            PatientRetries(
                max_retries=_RETRIES,
                min_backoff=_FIRST_RETRY_MILLIS,
                max_backoff=_LAST_RETRY_MILLIS,
            ),
            AsyncIO(),
        ],
    )


settings = Settings()
broker = broker_on(settings.broker_url)
dramatiq.set_broker(broker)


@cache
def database() -> Database:
    """This process's connections; all its jobs share one event loop."""
    url = _needed(settings.database_url, "OUTGO_DATABASE_URL")
    patience = Patience(
        statement=settings.database_worker_statement_seconds,
        lock=settings.database_lock_seconds,
        idle_transaction=settings.database_idle_transaction_seconds,
    )
    db = Database(url, pool_size=settings.database_pool_size, patience=patience)
    db.watch()
    return db


@cache
def storage() -> Storage:
    return Storage(settings.receipts_url)


def reader_setup(settings: Settings) -> Setup:
    """Raises `ReaderUnavailable` for what cannot be."""
    return Setup(
        device=settings.ocr_device,
        engine=settings.ocr_engine,
        threads=settings.ocr_threads,
        precision=settings.ocr_precision,
        tensorrt=settings.ocr_tensorrt,
        detection_batch=settings.detection_batch,
        recognition_batch=settings.recognition_batch,
    )


def rings_url() -> str:
    return _needed(settings.redis_url, "OUTGO_REDIS_URL")


def queues_url() -> str:
    assert settings.broker_url, "it has the rings' URL, if none of its own"
    return settings.broker_url


def _needed(url: SecretStr | None, variable: str) -> str:
    if url is None:
        raise RuntimeError(f"{variable} is not set.")
    return url.get_secret_value()
