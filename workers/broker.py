"""The broker, whose jobs outlive what happens to Redis and to the connections with it.

Workers get back what they had fetched when they lost their connection. Dramatiq forgets it then, and Redis
keeps it for them as long as they live: a job that was put off until another try would wait until its worker
ends.

A Redis that answers before it has written (`appendfsync everysec`) loses up to two seconds when it is
killed. What was enqueued shortly before is enqueued once more when another one is there: jobs may come twice.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# dramatiq and redis are half typed

import time
from collections import deque
from collections.abc import Iterable, Sequence
from copy import copy
from functools import partial
from typing import Any, cast

from dramatiq import Consumer, Message, MessageProxy
from dramatiq.brokers.redis import RedisBroker
from dramatiq.errors import ConnectionClosed
from redis.exceptions import ConnectionError as RedisIsAway

_WRITTEN_SECONDS = 5.0  # after which what was enqueued is on the disk of a Redis that lives


class Broker(RedisBroker):
    """`begun` are the messages that have come as far as a worker's threads, by their ids in Redis."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.begun: set[str] = set()
        self._server: str | None = None
        self._lately: deque[tuple[float, Sequence[Message[None]]]] = deque()

    def enqueue_all(self, messages: Sequence[Message[None]]) -> None:
        """In order, by one round trip."""
        self._lately.append((time.monotonic(), messages))
        self._enqueue(messages)

    def enqueue_what_was_lost(self) -> None:
        """To be called every few seconds: another server may lack what the one before was given."""
        at = time.monotonic()
        server = cast("dict[str, str]", self.client.info("server"))["run_id"]
        if self._server not in (None, server):
            for _, messages in list(self._lately):
                self._enqueue(messages)
        self._server = server
        while self._lately and self._lately[0][0] < at - _WRITTEN_SECONDS:
            self._lately.popleft()

    def _enqueue(self, messages: Iterable[Message[None]]) -> None:
        with self.client.pipeline(transaction=False) as pipeline:
            together = copy(self)
            dispatch = partial(self.scripts["dispatch"], client=pipeline)
            together.scripts = self.scripts | {"dispatch": dispatch}
            for message in messages:
                together.enqueue(message)
            pipeline.execute()

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 5000) -> Consumer:
        """A worker asks for a new consumer whenever it has lost one."""
        self._put_back(queue_name)
        return _Begun(super().consume(queue_name, prefetch, timeout), self.begun)

    def _put_back(self, queue_name: str) -> None:
        fetched = f"{self.namespace}:__acks__.{self.broker_id}.{queue_name}"
        try:
            ids = cast("set[bytes]", self.client.smembers(fetched))
            if forgotten := {id.decode() for id in ids} - self.begun:
                self.do_requeue(queue_name, *forgotten)
        except RedisIsAway as away:
            raise ConnectionClosed(away) from None


class _Begun(Consumer):
    """Keeps account of `begun`. What is put off stays with the consumer."""

    def __init__(self, consumer: Consumer, begun: set[str]) -> None:
        self._consumer = consumer
        self._begun = begun

    def __next__(self) -> MessageProxy | None:
        message = next(self._consumer)
        if message is not None and "eta" not in message.options:
            self._begun.add(_id(message))
        return message

    def ack(self, message: MessageProxy) -> None:
        self._consumer.ack(message)
        self._begun.discard(_id(message))

    def nack(self, message: MessageProxy) -> None:
        self._consumer.nack(message)
        self._begun.discard(_id(message))

    def requeue(self, messages: Any) -> None:
        self._consumer.requeue(messages)

    def close(self) -> None:
        self._consumer.close()


def _id(message: MessageProxy) -> str:
    return message.options["redis_message_id"]
