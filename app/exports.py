"""A ledger as a file, for people and for other programs: docs/export-import.md. It streams, however long."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from datetime import date
from functools import partial
from typing import TypeVar

from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.of_ledger import caller, downloaded, ledger_id
from app.parts import Parts
from app.plain import plain
from core.clock import now
from core.db import Database
from domain import ledger_export
from domain.spreadsheet import Sheet
from services import events, export_rows, exports
from services.exports import Book, Place

Found = TypeVar("Found")
Written = Callable[[Database, Book, date], AsyncGenerator[bytes]]


def routes(parts: Parts) -> list[Route]:
    return [
        _route(parts, "json", "application/json", _json),
        _route(parts, "csv", "text/csv; charset=utf-8", _csv),
    ]


def _route(parts: Parts, kind: str, media_type: str, written: Written) -> Route:
    async def get(request: Request) -> Response:
        actor = await caller(parts, request)
        wanted = ledger_id(request)
        async with parts.db.snapshot() as session:
            book = await exports.opened(session, actor.user_id, wanted)
        today = now().date()
        file = f"ledger-{book.ledger.id}-{today}.{kind}"
        return downloaded(parts, written(parts.db, book, today), file, media_type)

    return plain(parts, f"/ledgers/{{ledger_id}}/export.{kind}", get)


async def _json(db: Database, book: Book, _today: date) -> AsyncGenerator[bytes]:
    balances = [balance.model_dump(exclude={"ledger_id"}) for balance in book.balances]
    yield ledger_export.opening(book.ledger.seq, book.facts(), balances)
    for name, table in exports.SECTIONS.items():
        first = True
        yield ledger_export.section(name)
        async for records in _pages(db, partial(exports.records, book, table)):
            yield ledger_export.page(records, first=first)
            first = False
        yield ledger_export.end_of_section()
    async with db.reading() as session:
        heads = await events.heads(session, [book.ledger.id])
    yield ledger_export.closing(heads[book.ledger.id])


async def _csv(db: Database, book: Book, today: date) -> AsyncGenerator[bytes]:
    sheet = Sheet({member.id: member.name for member in book.members})
    yield sheet.header()
    async for rows in _pages(db, partial(export_rows.rows, book)):
        yield sheet.rows(rows)
    yield sheet.totals(today)


async def _pages(
    db: Database, page: Callable[[AsyncSession, Place], Awaitable[tuple[Sequence[Found], Place]]]
) -> AsyncGenerator[Sequence[Found]]:
    """Each in a short session of its own, so that a slow reader holds none."""
    place: Place = None
    while True:
        async with db.scanning() as session:
            found, place = await page(session, place)
        if place is None:
            return
        yield found
