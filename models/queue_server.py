from datetime import datetime
from typing import ClassVar

from sqlmodel import Field, SQLModel


class QueueServer(SQLModel, table=True):
    """The Redis that holds the queues, by the id of its run, and when it was last seen there.

    A restarted Redis, or one that takes over, runs under another id.
    """

    __tablename__: ClassVar[str] = "queue_servers"
    run_id: str = Field(primary_key=True)
    seen_at: datetime
