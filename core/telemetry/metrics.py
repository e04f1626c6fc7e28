"""What Prometheus is told.

Labels take few values: names of ours, or as many of clients' as `operation_label` lets in.
"""

from collections.abc import Callable
from functools import cache

from prometheus_client import Counter, Gauge, Histogram

MOST_OPERATIONS = 200
OTHER = "other"

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_LONG_SECONDS = (0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300)
_STATEMENTS = (0, 1, 2, 4, 8, 16, 32, 64, 128)

OPERATION_SECONDS = Histogram(
    "outgo_operation_seconds", "Requests by operation.", ["operation"], buckets=_SECONDS
)
OPERATION_STATEMENTS = Histogram(
    "outgo_operation_statements",
    "SQL statements of one request.",
    ["operation"],
    buckets=_STATEMENTS,
)
RESPONSES = Counter("outgo_responses", "Answers by HTTP status.", ["status"])
REFUSALS = Counter("outgo_refusals", "Refusals by code.", ["code"])
BUGS = Counter("outgo_bugs", "Failures that nobody foresaw.", ["operation"])

SOCKETS = Gauge("outgo_sockets", "Websockets that are signed in.")
SUBSCRIPTIONS = Gauge("outgo_subscriptions", "Subscriptions that are being told.")
PUSH_SECONDS = Histogram(
    "outgo_push_seconds",
    "From an event's record in its transaction until this process sent it to those who were ready.",
    buckets=_SECONDS,
)

RELAYED = Counter("outgo_relayed_events", "Events that were carried outward.")
RELAY_LAG_SECONDS = Gauge("outgo_relay_lag_seconds", "Age of the oldest event not yet carried.")
QUEUE_JOBS = Gauge(
    "outgo_queue_jobs", "Jobs waiting, in_hand of a worker, or delayed.", ["queue", "state"]
)
QUEUE_OLDEST_SECONDS = Gauge(
    "outgo_queue_oldest_seconds", "How long the oldest job has waited.", ["queue"]
)
JOB_SECONDS = Histogram(
    "outgo_job_seconds", "Jobs by outcome.", ["job", "outcome"], buckets=_LONG_SECONDS
)
READING_SECONDS = Histogram(
    "outgo_reading_seconds", "Stages of reading a receipt.", ["stage"], buckets=_LONG_SECONDS
)

DIFFERENCES = Counter("outgo_differences", "What reconciliation has found, by its name.", ["what"])

DATABASE_CONNECTIONS = Gauge(
    "outgo_database_connections", "Connections of this process's pools.", ["pool", "state"]
)
SCANS = Counter("outgo_scans", "Reads of a lot, by who answered.", ["by"])

_operations: set[str] = set()


def operation_label(operation: str) -> str:
    """Clients name their operations: the first of them are told apart, and those after them are one."""
    if operation in _operations:
        return operation
    if len(_operations) >= MOST_OPERATIONS:
        return OTHER
    _operations.add(operation)
    return operation


def note_bug(operation: str) -> None:
    BUGS.labels(operation_label(operation)).inc()


@cache
def operation(label: str) -> tuple[Histogram, Histogram]:
    """Its seconds and its statements."""
    return OPERATION_SECONDS.labels(label), OPERATION_STATEMENTS.labels(label)


@cache
def answers(status: int) -> Counter:
    return RESPONSES.labels(status)


def watch_pool(name: str, most: int, in_use: Callable[[], float]) -> None:
    """`in_use` is asked when somebody looks, so it costs nothing else."""
    DATABASE_CONNECTIONS.labels(name, "most").set(most)
    DATABASE_CONNECTIONS.labels(name, "in_use").set_function(in_use)
