"""The list of jobs that failed for good. Workers write it, operators read it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.db import Tx
from models.dead_job import DeadJob


async def bury(tx: Tx, job: DeadJob) -> None:
    """Write it down, unless that was done before."""
    query = insert(DeadJob).values(job.model_dump())
    await tx.exec(query.on_conflict_do_nothing(index_elements=["id"]))


async def newest(session: AsyncSession, limit: int) -> Sequence[DeadJob]:
    query = select(DeadJob).order_by(col(DeadJob.created_at).desc(), col(DeadJob.id).desc())
    return (await session.exec(query.limit(limit))).all()


async def get(session: AsyncSession, id: UUID) -> DeadJob | None:
    return await session.get(DeadJob, id)


async def ids(session: AsyncSession) -> Sequence[UUID]:
    """Of all of them, the longest dead first."""
    return (await session.exec(select(DeadJob.id).order_by(col(DeadJob.created_at)))).all()


async def take(tx: Tx, id: UUID) -> DeadJob | None:
    """Off the list. None when it is not there (any more): of two who take it, one gets it."""
    query = delete(DeadJob).where(col(DeadJob.id) == id).returning(DeadJob)
    return (await tx.exec(query)).scalar_one_or_none()
