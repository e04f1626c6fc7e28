"""A ledger's log as a file to keep: docs/log-export.md. It streams, however long the log is."""

from collections.abc import AsyncGenerator
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from app.of_ledger import caller, ledger_id
from app.parts import Parts
from app.refused import refused
from core.db import Database
from domain.actor import Actor, Unauthenticated
from domain.errors import Refusal
from domain.log_export import Head, first_line, line
from services import access, events

_AT_A_TIME = 500
_JSON_LINES = "application/jsonl"


def routes(parts: Parts) -> list[Route]:
    async def get(request: Request) -> Response:
        try:
            actor = await caller(parts, request)
            head = await _head(parts.db, actor, ledger_id(request))
        except (Refusal, Unauthenticated) as refusal:
            return refused(refusal)
        file = f'attachment; filename="ledger-{head.ledger_id}-{head.seq}.jsonl"'
        headers = {"Content-Disposition": file}
        return StreamingResponse(_lines(parts.db, head), media_type=_JSON_LINES, headers=headers)

    return [Route("/ledgers/{ledger_id}/log", get)]


async def _head(db: Database, actor: Actor, ledger_id: UUID) -> Head:
    async with db.reading() as session:
        ledger = await access.ledger_of(session, actor.user_id, ledger_id)
    return Head(ledger.id, ledger.seq, ledger.head_hash)


async def _lines(db: Database, head: Head) -> AsyncGenerator[bytes]:
    """What has been appended since the head was read waits for the next export."""
    yield first_line(head)
    for seq in range(0, head.seq, _AT_A_TIME):
        async with db.scanning() as session:
            rows = await events.since(
                session, head.ledger_id, seq, limit=min(_AT_A_TIME, head.seq - seq)
            )
        yield b"".join(line(events.fact_of(row), row.hash) for row in rows)
