"""How much work waits, as the broker's Redis tells: for whoever scales workers, or looks after them.

Dramatiq's layout of keys: `NAME` lists what no worker has taken yet, `NAME.msgs` holds every job that is
not done, and `NAME.DQ.msgs` those whose time has not come.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# redis is half typed

from collections.abc import Collection
from typing import Any, NamedTuple

import orjson
from redis.asyncio import Redis

_NAMESPACE = "dramatiq"
_MILLIS = 1000


class Depth(NamedTuple):
    """Of one queue: jobs that wait, jobs that workers have, and jobs put off until another try.

    `oldest_seconds` is how long ago the job at the head of the queue was first asked for; 0 when none waits.
    """

    waiting: int
    in_hand: int
    delayed: int
    oldest_seconds: float


async def queue_depths(redis: Redis, queues: Collection[str], now_millis: int) -> dict[str, Depth]:
    """By two round trips, however long the queues are."""
    async with redis.pipeline(transaction=True) as asked:
        for queue in queues:
            name = f"{_NAMESPACE}:{queue}"
            asked.llen(name)
            asked.lindex(name, 0)
            asked.hlen(f"{name}.msgs")
            asked.hlen(f"{name}.DQ.msgs")
        counts = await asked.execute()
    told = dict(zip(queues, (counts[at : at + 4] for at in range(0, len(counts), 4)), strict=True))
    heads = await _heads(redis, {queue: head for queue, (_, head, _, _) in told.items() if head})
    return {
        queue: Depth(
            waiting=waiting,
            in_hand=max(0, undone - waiting),
            delayed=delayed,
            oldest_seconds=_age(heads.get(queue), now_millis),
        )
        for queue, (waiting, _, undone, delayed) in told.items()
    }


async def _heads(redis: Redis, ids: dict[str, Any]) -> dict[str, Any]:
    """The messages of these ids, by queue; None where a worker was faster."""
    async with redis.pipeline(transaction=False) as asked:
        for queue, id in ids.items():
            asked.hget(f"{_NAMESPACE}:{queue}.msgs", id)
        return dict(zip(ids, await asked.execute(), strict=True))


def _age(message: bytes | None, now_millis: int) -> float:
    if message is None:
        return 0.0
    return max(0.0, (now_millis - orjson.loads(message)["message_timestamp"]) / _MILLIS)
