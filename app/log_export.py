"""A ledger's log as a file to keep: docs/log-export.md. It streams, however long the log is."""

from collections.abc import AsyncGenerator
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.of_ledger import caller, downloaded, ledger_id
from app.parts import Parts
from app.plain import plain
from core.db import Database
from domain.actor import Actor
from domain.log_export import Head, first_line, line
from services import access, events

_AT_A_TIME = 500
_JSON_LINES = "application/jsonl"


def routes(parts: Parts) -> list[Route]:
    async def get(request: Request) -> Response:
        actor = await caller(parts, request)
        head = await _head(parts.db, actor, ledger_id(request))
        file = f"ledger-{head.ledger_id}-{head.seq}.jsonl"
        return downloaded(parts, _lines(parts.db, head), file, _JSON_LINES)

    return [plain(parts, "/ledgers/{ledger_id}/log", get)]


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
