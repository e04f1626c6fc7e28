"""What becomes of jobs when a worker loses its connection to Redis, or Redis itself ends."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# dramatiq is half typed

from collections.abc import Iterator
from pathlib import Path

import pytest
from dramatiq import Consumer, Message
from dramatiq.errors import ConnectionClosed

from tests.live import own_redis
from workers.broker import Broker
from workers.runtime import broker_on

QUEUE, PUT_OFF = "files", "files.DQ"


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


def there(consumer: Consumer) -> list[str]:
    """The ids of what waits."""
    return [message.message_id for message in iter(consumer.__next__, None) if message]


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


def test_what_was_enqueued_shortly_before_a_server_ended_is_enqueued_on_the_next(
    tmp_path: Path,
) -> None:
    with own_redis(tmp_path / "redis") as (redis, url):
        broker = broker_on(url)
        broker.enqueue_what_was_lost()
        broker.enqueue_all([a_job(), a_job()])
        broker.enqueue_what_was_lost()
        assert broker.do_qsize(QUEUE) == 2

        redis.stop()
        redis.start()
        broker.enqueue_what_was_lost()
        broker.enqueue_what_was_lost()

        assert len(there(broker.consume(QUEUE, prefetch=5))) == 2
        broker.close()


def test_a_server_that_is_away_is_a_lost_connection() -> None:
    away = Broker(url="redis://127.0.0.1:1/0")

    with pytest.raises(ConnectionClosed):
        away.consume(QUEUE)
