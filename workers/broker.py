"""The broker, whose jobs outlive what happens to Redis and to the connections with it.

Workers get back what they had fetched when they lost their connection. Dramatiq forgets it then, and Redis
keeps it for them as long as they live: a job that was put off until another try would wait until its worker
ends. So would what they had put off when the Redis that knew of it was killed: a consumer ends with the
server that it is of, even where it noticed nothing. What fails while Redis is away, or too busy to answer,
waits for it: Dramatiq would forget to try it again.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# dramatiq and redis are half typed

import logging
import time
from collections.abc import Generator, Iterable
from contextlib import contextmanager, suppress
from copy import copy
from functools import partial
from typing import Any, TypeVar, cast

from dramatiq import Consumer, Message, MessageProxy
from dramatiq.brokers.redis import RedisBroker
from dramatiq.errors import ConnectionClosed
from redis.exceptions import RedisError

_AWAY_SECONDS = 1.0
_LOOK_SECONDS = 1.0

_R = TypeVar("_R")

_log = logging.getLogger(__name__)


class Broker(RedisBroker):
    """`begun` are the messages that have come as far as a worker's threads, by their ids in Redis."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.begun: set[str] = set()

    def server(self) -> str:
        """The id of the run of Redis that holds the queues."""
        return cast("dict[str, str]", self.client.info("server"))["run_id"]

    def enqueue(self, message: Message[_R], *, delay: int | None = None) -> Message[_R]:
        """What is put off waits for Redis here: the worker that has tried it acknowledges it next."""
        while True:
            try:
                return super().enqueue(message, delay=delay)
            except RedisError as problem:
                if delay is None:
                    raise
                _log.warning("Cannot put %s off for now: %s", message.actor_name, problem)
                time.sleep(_AWAY_SECONDS)

    def enqueue_all(self, messages: Iterable[Message[None]]) -> None:
        """In order, by one round trip."""
        with self.client.pipeline(transaction=False) as pipeline:
            together = copy(self)
            dispatch = partial(self.scripts["dispatch"], client=pipeline)
            together.scripts = self.scripts | {"dispatch": dispatch}
            for message in messages:
                together.enqueue(message)
            pipeline.execute()

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 5000) -> Consumer:
        """A worker asks for a new consumer whenever it has lost one."""
        with _closed_in_trouble():
            server = self.server()
            self._put_back(queue_name)
        return _Begun(super().consume(queue_name, prefetch, timeout), self, server)

    def _put_back(self, queue_name: str) -> None:
        fetched = f"{self.namespace}:__acks__.{self.broker_id}.{queue_name}"
        ids = cast("set[bytes]", self.client.smembers(fetched))
        if forgotten := {id.decode() for id in ids} - self.begun:
            self.do_requeue(queue_name, *forgotten)


class _Begun(Consumer):
    """Keeps account of `begun`. What is put off stays with the consumer, which is of one server."""

    def __init__(self, consumer: Consumer, broker: Broker, server: str) -> None:
        self._consumer = consumer
        self._broker, self._begun = broker, broker.begun
        self._server = server
        self._looked_at = time.monotonic()

    def __next__(self) -> MessageProxy | None:
        with _closed_in_trouble():
            self._require_its_server()
            message = next(self._consumer)
        if message is not None and "eta" not in message.options:
            self._begun.add(_id(message))
        return message

    def _require_its_server(self) -> None:
        if time.monotonic() < self._looked_at + _LOOK_SECONDS:
            return
        self._looked_at = time.monotonic()
        server = self._broker.server()
        if server != self._server:
            raise RedisError("Another Redis is there.")

    def ack(self, message: MessageProxy) -> None:
        """Said once. A Redis that comes next may lack what the job has asked for: there it is done again."""
        with suppress(ConnectionClosed, RedisError):
            self._consumer.ack(message)
        self._begun.discard(_id(message))

    def nack(self, message: MessageProxy) -> None:
        """Said once, as `ack`."""
        with suppress(ConnectionClosed, RedisError):
            self._consumer.nack(message)
        self._begun.discard(_id(message))

    def requeue(self, messages: Any) -> None:
        with _closed_in_trouble():
            self._consumer.requeue(messages)

    def close(self) -> None:
        self._consumer.close()


@contextmanager
def _closed_in_trouble() -> Generator[None]:
    """As a worker is told of it, which asks for another consumer then. Anything else may end its thread."""
    try:
        yield
    except RedisError as problem:
        raise ConnectionClosed(problem) from None


def _id(message: MessageProxy) -> str:
    return message.options["redis_message_id"]
