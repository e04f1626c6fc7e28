"""Jobs that failed for good: written down for operators, asked for once more, or forgotten.

The list is in PostgreSQL: kept, backed up and read like everything else.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# dramatiq is half typed

import asyncio
import logging
from datetime import UTC, datetime
from uuid import UUID

from dramatiq import Broker, Message
from dramatiq.asyncio import async_to_sync
from dramatiq.broker import MessageProxy
from dramatiq.common import q_name
from dramatiq.middleware import Middleware

from core.db import Database
from models.dead_job import DeadJob
from services import dead_jobs, receipt_reading
from workers import runtime
from workers.jobs import READS

_AGAIN_MILLIS = 60_000
_MILLIS = 1000
_LONGEST_REASON = 500

_log = logging.getLogger(__name__)


class DeadLetters(Middleware):
    """Nothing leaves its queue for good before it is on the list."""

    def before_nack(self, broker: Broker, message: MessageProxy) -> None:
        try:
            _bury(_dead(message))
        except Exception as problem:  # noqa: BLE001 - whatever it is, the job must not be lost
            _log.warning("Cannot write a dead job down for now: %s", problem)
            broker.enqueue(message.copy(queue_name=q_name(message.queue_name)), delay=_AGAIN_MILLIS)


async def retry(db: Database, broker: Broker, id: UUID) -> bool:
    """Ask for the job once more. False when it is not on the list (any more).

    A receipt is asked for as its owner would do it, since it says itself whether it is to be read.
    """
    async with db.transaction() as tx:
        job = await dead_jobs.take(tx, id)
        if job is None:
            return False
        if job.actor in READS:
            await receipt_reading.ask_again(tx, UUID(job.arguments["receipt_id"]))
        else:  # before the commit: twice is better than never
            await asyncio.to_thread(_enqueue, broker, job)
    return True


async def discard(db: Database, id: UUID) -> bool:
    """Forget the job. False when it is not on the list (any more)."""
    async with db.transaction() as tx:
        return await dead_jobs.take(tx, id) is not None


def _enqueue(broker: Broker, job: DeadJob) -> None:
    message = Message[None](
        queue_name=job.queue, actor_name=job.actor, args=(), kwargs=job.arguments, options={}
    )
    broker.enqueue(message)


def _dead(message: MessageProxy) -> DeadJob:
    return DeadJob(
        id=UUID(message.message_id),
        queue=q_name(message.queue_name),
        actor=message.actor_name,
        arguments=message.kwargs,
        asked_at=datetime.fromtimestamp(message.message_timestamp / _MILLIS, UTC),
        reason=_reason(message._exception),  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - nothing public tells
        trace=message.options.get("traceback"),
    )


def _reason(problem: BaseException | None) -> str:
    words = str(problem).strip().partition("\n")[0]
    return ": ".join(filter(None, (type(problem).__name__, words)))[:_LONGEST_REASON]


@async_to_sync
async def _bury(job: DeadJob) -> None:
    async with runtime.database().transaction() as tx:
        await dead_jobs.bury(tx, job)


runtime.broker.add_middleware(DeadLetters())
