"""What comes round without any event: each kind once a day, whoever asks and however many ask."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import col, update

from core.db import Tx
from models.upkeep import Upkeep, UpkeepKind

_EVERY = timedelta(days=1)


async def take_due(tx: Tx, at: datetime) -> Sequence[UpkeepKind]:
    """The kinds whose time has come, each told to one caller only. A day that was missed is not made up.

    Kinds that only a newer version knows are left to it.
    """
    known = col(Upkeep.kind).in_(UpkeepKind)
    due = update(Upkeep).where(col(Upkeep.due_at) <= at, known).values(due_at=at + _EVERY)
    return sorted((await tx.exec(due.returning(col(Upkeep.kind)))).scalars())
