"""What becomes of what a worker had fetched when it asks for a new consumer: it has lost its connection."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# dramatiq is half typed

from collections.abc import Iterator

import pytest
from dramatiq import Consumer, Message
from dramatiq.errors import ConnectionClosed

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
    jobs = [
        Message[None](queue_name=QUEUE, actor_name="sweep", args=(), kwargs={}, options={})
        for _ in range(count)
    ]
    return [broker.enqueue(job, delay=delay).message_id for job in jobs]


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


def test_a_server_that_is_away_is_a_lost_connection() -> None:
    away = Broker(url="redis://127.0.0.1:1/0")

    with pytest.raises(ConnectionClosed):
        away.consume(QUEUE)
