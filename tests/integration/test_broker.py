"""What becomes of jobs when a worker loses its connection to Redis, or Redis itself ends."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# dramatiq is half typed

import os
import signal
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import dramatiq
import pytest
from dramatiq import Consumer, Message, Worker
from dramatiq.errors import ConnectionClosed

from core.children import Child
from tests.live import PATIENCE_SECONDS, own_redis
from workers.broker import Broker
from workers.runtime import broker_on

QUEUE, PUT_OFF = "files", "files.DQ"
IMPATIENT = "&socket_timeout=0.2"


@pytest.fixture
def broker(queue_redis_url: str) -> Iterator[Broker]:
    broker = broker_on(queue_redis_url)
    broker.declare_queue(QUEUE)
    yield broker
    broker.close()


def asked(broker: Broker, count: int, *, delay: int | None = None) -> list[str]:
    """The ids of so many jobs."""
    return [broker.enqueue(a_job(), delay=delay).message_id for _ in range(count)]


def a_job() -> Message[None]:
    return Message(queue_name=QUEUE, actor_name="sweep", args=(), kwargs={}, options={})


@contextmanager
def a_worker(url: str, job: Callable[[], None]) -> Generator[Broker]:
    broker = broker_on(url)
    dramatiq.actor(broker=broker, queue_name=QUEUE, actor_name="sweep")(job)
    worker = Worker(broker, worker_threads=1, worker_timeout=100)
    worker.start()
    try:
        yield broker
    finally:
        worker.stop(timeout=5_000)
        broker.close()


def wait_until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def there(consumer: Consumer) -> list[str]:
    """The ids of what waits."""
    return [message.message_id for message in iter(consumer.__next__, None) if message]


def given_up(broker: Broker) -> int:
    count: int = broker.client.zcard(f"dramatiq:{QUEUE}.XQ")  # pyright: ignore[reportAssignmentType] - may be asynchronous
    return count


def stall(redis: Child) -> None:
    assert redis.pid is not None
    os.kill(redis.pid, signal.SIGSTOP)


def go_on(redis: Child) -> None:
    assert redis.pid is not None
    os.kill(redis.pid, signal.SIGCONT)


def test_what_is_put_off_comes_back(broker: Broker) -> None:
    asked(broker, 2, delay=3_600_000)
    had = there(broker.consume(PUT_OFF, prefetch=5))

    assert len(had) == 2
    assert sorted(there(broker.consume(PUT_OFF, prefetch=5))) == sorted(had)


def test_what_was_fetched_and_not_begun_comes_back(broker: Broker) -> None:
    ids = asked(broker, 3)
    consumer = broker.consume(QUEUE, prefetch=3)
    begun = next(consumer)
    assert begun

    again = broker.consume(QUEUE, prefetch=5)

    assert sorted([begun.message_id, *there(again)]) == sorted(ids)
    again.ack(begun)
    assert there(broker.consume(QUEUE, prefetch=5)) == []


def test_what_is_done_does_not_come_back(broker: Broker) -> None:
    asked(broker, 2)
    consumer = broker.consume(QUEUE, prefetch=2)
    done, failed = next(consumer), next(consumer)
    assert done
    assert failed
    consumer.ack(done)
    consumer.nack(failed)

    assert there(broker.consume(QUEUE, prefetch=5)) == []
    assert broker.begun == set()


@pytest.mark.parametrize(
    ("trouble", "recovery"), [(Child.stop, Child.start), (stall, go_on)], ids=["away", "stalled"]
)
def test_what_fails_while_redis_is_in_trouble_is_tried_again(
    trouble: Callable[[Child], None],
    recovery: Callable[[Child], None],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    tries: list[int] = []
    begun, may_fail = Event(), Event()

    def fail_once() -> None:
        tries.append(len(tries))
        begun.set()
        if len(tries) == 1:
            may_fail.wait(PATIENCE_SECONDS)
            raise ValueError

    with (
        own_redis(tmp_path / "redis") as (redis, url),
        a_worker(url + IMPATIENT, fail_once) as broker,
    ):
        broker.enqueue(a_job())
        assert begun.wait(PATIENCE_SECONDS)
        trouble(redis)
        may_fail.set()
        wait_until(lambda: "Cannot put sweep off for now" in caplog.text)
        recovery(redis)
        wait_until(lambda: len(tries) >= 2)


def test_a_job_does_not_fail_for_what_is_away(queue_redis_url: str) -> None:
    """However often, and whatever it would be forgiven otherwise."""
    tries: list[int] = []

    def fail_twice() -> None:
        tries.append(len(tries))
        if len(tries) < 3:
            raise ConnectionRefusedError

    with a_worker(queue_redis_url, fail_twice) as broker:
        broker.enqueue(a_job().copy(options={"max_retries": 0}))
        wait_until(lambda: len(tries) == 3)


def test_a_job_that_fails_by_itself_is_given_up(queue_redis_url: str) -> None:
    failed = Event()

    def fail() -> None:
        failed.set()
        raise ValueError

    with a_worker(queue_redis_url, fail) as broker:
        broker.enqueue(a_job().copy(options={"max_retries": 0}))
        wait_until(lambda: given_up(broker) == 1)
    assert failed.is_set()


def test_what_was_done_while_redis_went_is_done_again(tmp_path: Path) -> None:
    """The next Redis may lack what the job has asked the one before for."""
    with own_redis(tmp_path / "redis") as (redis, url):
        broker = broker_on(url)
        consumer = broker.consume(QUEUE)
        (id,) = asked(broker, 1)
        message = next(consumer)
        assert message
        assert message.message_id == id
        redis.stop()

        consumer.ack(message)

        assert broker.begun == set()
        broker.close()


def test_what_cannot_be_put_back_for_now_ends_no_thread_that_consumes(tmp_path: Path) -> None:
    with own_redis(tmp_path / "redis") as (redis, url):
        broker = broker_on(url)
        asked(broker, 1, delay=3_600_000)
        consumer = broker.consume(PUT_OFF)
        message = next(consumer)
        assert message
        redis.stop()

        with pytest.raises(ConnectionClosed):
            consumer.requeue([message])
        broker.close()


def test_a_consumer_ends_with_its_server(tmp_path: Path) -> None:
    with own_redis(tmp_path / "redis") as (redis, url):
        broker = broker_on(url)
        consumer = broker.consume(QUEUE, timeout=1)
        next(consumer)
        redis.stop()
        redis.start()

        with pytest.raises(ConnectionClosed):
            wait_until(lambda: next(consumer) is not None)
        broker.consume(QUEUE)
        broker.close()


def test_a_server_that_is_away_is_a_lost_connection() -> None:
    away = Broker(url="redis://127.0.0.1:1/0")

    with pytest.raises(ConnectionClosed):
        away.consume(QUEUE)
