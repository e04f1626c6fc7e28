"""What happens in a ledger to everyone who follows it: one read, one text, and the same bytes for all."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# asyncpg and redis are half typed

import asyncio
import base64
from collections import defaultdict
from datetime import UTC
from uuid import UUID

import asyncpg
import orjson
from redis.asyncio import Redis
from starlette.websockets import WebSocket

from subscriptions.rings import channel_of

_SEQ = """
    SELECT l.seq FROM ledgers l JOIN members m ON m.ledger_id = l.id
    WHERE l.id = $1 AND m.user_id = $2 AND m.left_at IS NULL"""

_NEWS = """
    SELECT seq, kind, entity_id, actor_name, at FROM events WHERE ledger_id = $1 AND seq > $2
    ORDER BY seq"""


class Followers:
    """Of all ledgers, in one process."""

    def __init__(self, pool: asyncpg.Pool, redis_url: str) -> None:
        self._pool = pool
        self._rings = Redis.from_url(redis_url).pubsub()
        self._sockets: defaultdict[UUID, set[WebSocket]] = defaultdict(set)
        self._heads: dict[UUID, int] = {}
        self._hearing: asyncio.Task[None] | None = None

    async def follow(self, socket: WebSocket, user_id: UUID, ledger_id: UUID, id: str) -> None:
        """Until the socket closes."""
        seq = await self._pool.fetchval(_SEQ, ledger_id, user_id)
        assert seq is not None
        if ledger_id not in self._heads:
            self._heads[ledger_id] = seq
            await self._rings.subscribe(channel_of(ledger_id))
            self._hearing = self._hearing or asyncio.create_task(self._hear())
        self._sockets[ledger_id].add(socket)
        await socket.send_text(_next(id, {"__typename": "LedgerSnapshot", "seq": seq}))
        while (await socket.receive())["type"] != "websocket.disconnect":
            pass
        self._sockets[ledger_id].discard(socket)

    async def _hear(self) -> None:
        async for heard in self._rings.listen():
            if heard["type"] == "message":
                await self._tell(UUID(heard["channel"].decode().partition(":")[2]))

    async def _tell(self, ledger_id: UUID) -> None:
        for row in await self._pool.fetch(_NEWS, ledger_id, self._heads[ledger_id]):
            self._heads[ledger_id] = row["seq"]
            text = _next("1", _event(row))
            for socket in list(self._sockets[ledger_id]):
                await socket.send_text(text)


def _event(row: asyncpg.Record) -> dict[str, object]:
    seq, kind, entity_id, actor_name, at = row
    return {
        "__typename": "LedgerEvent",
        "seq": seq,
        "kind": kind,
        "entityId": _global_id(kind, entity_id),
        "actorName": actor_name,
        "at": at.astimezone(UTC).isoformat(),
    }


def _global_id(kind: str, id: UUID) -> str:
    name = kind.partition(".")[0].title()
    return base64.b64encode(f"{name}:{id}".encode()).decode()


def _next(id: str, message: dict[str, object]) -> str:
    data = {"ledgerEvents": message}
    return orjson.dumps({"id": id, "type": "next", "payload": {"data": data}}).decode()
