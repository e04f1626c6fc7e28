"""`outgo jobs`: those that failed for good, for whoever runs this."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from app.cli import environment
from app.cli.console import complain, show
from core.db import Database
from domain.errors import Refusal
from models.dead_job import DeadJob
from services import dead_jobs

Answer = TypeVar("Answer")
Deed = Callable[[Database, UUID], Awaitable[bool]]


def list_dead(limit: int) -> None:
    for job in _ask(lambda db: _newest(db, limit)):
        show(f"{_minute(job.created_at)}  {job.id}  {job.queue}  {job.actor}  {job.reason}")


def explain(id: UUID) -> None:
    """End with 1 when it is not on the list."""
    job = _ask(lambda db: _get(db, id))
    if job is None:
        complain(f"{id} is not on the list.")
        raise SystemExit(1)
    show(f"{job.actor} on {job.queue}, with {job.arguments}")
    show(f"asked for {_minute(job.asked_at)}, failed {_minute(job.created_at)}")
    show(job.reason)
    if job.trace:
        show(job.trace)


def retry_dead(ids: Sequence[UUID], *, every: bool) -> None:
    environment.needed(environment.read().broker_url, "OUTGO_REDIS_URL")
    from workers.dead_letters import retry  # noqa: PLC0415 - it reads the settings when it is imported
    from workers.main import broker  # noqa: PLC0415 - the same

    _do("asked for", lambda db, one: retry(db, broker, one), ids, every=every)
    broker.close()


def discard_dead(ids: Sequence[UUID], *, every: bool) -> None:
    from workers.dead_letters import discard  # noqa: PLC0415 - as above

    _do("discarded", discard, ids, every=every)


def _do(done: str, deed: Deed, ids: Sequence[UUID], *, every: bool) -> None:
    """Each for itself, a line each. End with 1 when one could not be done."""
    chosen = _ask(_ids) if every else ids
    if not chosen and not every:
        complain("Name the jobs, or say --all.")
        raise SystemExit(2)
    answers = _ask(lambda db: _one_by_one(db, deed, chosen))
    for id, problem in zip(chosen, answers, strict=True):
        if problem:
            complain(f"{id} {problem}")
        else:
            show(f"{id} {done}")
    if any(answers):
        raise SystemExit(1)


async def _one_by_one(db: Database, deed: Deed, ids: Sequence[UUID]) -> list[str | None]:
    return [await _problem(db, deed, id) for id in ids]


async def _problem(db: Database, deed: Deed, id: UUID) -> str | None:
    try:
        return None if await deed(db, id) else "is not on the list."
    except Refusal as refusal:
        return f"stays: {refusal}"


def _ask(question: Callable[[Database], Awaitable[Answer]]) -> Answer:
    url = environment.needed(environment.read().database_url, "OUTGO_DATABASE_URL")
    return asyncio.run(_answer(url, question))


async def _answer(url: str, question: Callable[[Database], Awaitable[Answer]]) -> Answer:
    db = Database(url, pool_size=1)
    try:
        return await question(db)
    finally:
        await db.close()


async def _newest(db: Database, limit: int) -> Sequence[DeadJob]:
    async with db.reading() as session:
        return await dead_jobs.newest(session, limit)


async def _get(db: Database, id: UUID) -> DeadJob | None:
    async with db.reading() as session:
        return await dead_jobs.get(session, id)


async def _ids(db: Database) -> Sequence[UUID]:
    async with db.reading() as session:
        return await dead_jobs.ids(session)


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
