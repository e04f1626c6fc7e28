"""What the broker says about its queues, told from the keys that a real worker and broker leave."""

# pyright: reportUnknownMemberType=false
# dramatiq and redis are half typed

from uuid import uuid4

from dramatiq import Message
from dramatiq.brokers.redis import RedisBroker
from redis.asyncio import Redis

from adapters.queues import Depth, queue_depths
from workers.jobs import QUEUES
from workers.main import broker as real_broker

_BEGAN_MILLIS = 1_700_000_000_000


def job(queue: str, asked_millis: int) -> Message[None]:
    return Message(
        queue_name=queue,
        actor_name="read_receipt",
        args=(),
        kwargs={"receipt_id": str(uuid4())},
        options={},
        message_timestamp=asked_millis,
    )


async def depths(url: str, *queues: str, seconds: float = 60) -> dict[str, Depth]:
    async with Redis.from_url(url) as redis:
        return await queue_depths(redis, queues, _BEGAN_MILLIS + round(seconds * 1000))


async def test_tells_what_waits_what_is_in_hand_and_what_is_put_off(queue_redis_url: str) -> None:
    broker = RedisBroker(url=queue_redis_url)
    for number in range(4):
        broker.enqueue(job("ocr", _BEGAN_MILLIS + 1000 * number))
    broker.enqueue(job("ocr", _BEGAN_MILLIS), delay=60_000)
    broker.enqueue(job("ocr_bulk", _BEGAN_MILLIS + 10_000))

    assert next(broker.consume("ocr", prefetch=1)) is not None

    assert await depths(queue_redis_url, "ocr", "ocr_bulk", "files") == {
        "ocr": Depth(waiting=3, in_hand=1, delayed=1, oldest_seconds=59.0),
        "ocr_bulk": Depth(waiting=1, in_hand=0, delayed=0, oldest_seconds=50.0),
        "files": Depth(waiting=0, in_hand=0, delayed=0, oldest_seconds=0.0),
    }
    broker.close()


async def test_no_queue_is_forgotten() -> None:
    assert set(QUEUES) == real_broker.get_declared_queues()


async def test_nothing_asked_is_nothing_told(queue_redis_url: str) -> None:
    assert await depths(queue_redis_url) == {}
