from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from models.base import Row


class DeadJob(Row, table=True):
    """A job that failed for good, since `created_at`: all that is needed to ask for it once more.

    `id` is the job's own, so that it dies once however often that is written down. `reason` says what it
    died of; `trace` is the last traceback of its life, where it had any.
    """

    __tablename__: ClassVar[str] = "dead_jobs"
    queue: str
    actor: str
    arguments: dict[str, Any] = Field(sa_type=JSONB)
    asked_at: datetime
    reason: str
    trace: str | None = None
