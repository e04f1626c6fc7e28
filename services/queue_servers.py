"""Which Redis holds the queues: the next one is given what the one before may have lost."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.db import Tx
from models.queue_server import QueueServer


async def last_seen_before(session: AsyncSession, run_id: str) -> datetime | None:
    """When another server than this one was there last. None if this one is noted, or none ever was."""
    query = select(func.max(QueueServer.seen_at)).having(
        func.bool_and(col(QueueServer.run_id) != run_id)
    )
    return (await session.exec(query)).one_or_none()


async def note(tx: Tx, run_id: str, at: datetime) -> None:
    """It is this one that holds them now."""
    await tx.exec(delete(QueueServer).where(col(QueueServer.run_id) != run_id))
    seen = insert(QueueServer).values(run_id=run_id, seen_at=at)
    await tx.exec(seen.on_conflict_do_update(index_elements=["run_id"], set_={"seen_at": at}))
