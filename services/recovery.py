"""What a restored database lacks: the jobs that were queued beside it."""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import and_, col, or_, select, update

from core.db import Tx
from domain.log import EventKind
from models.event import Event
from models.receipt import Receipt, ReceiptStatus

_WAITED_AT_MOST = timedelta(days=1)
_ASKS = (EventKind.RECEIPT_UPLOADED, EventKind.RECEIPT_RETRIED)
_GUARD = "events_append_only"  # refuses that an event is carried twice


async def carry_again(tx: Tx, as_of: datetime) -> int:
    """Have the relay carry once more what may have led to jobs that were waiting then. How many events.

    That is the day before, and whatever wants a receipt read that nobody has read. A job may come twice, so
    those that were done already do nothing. To be called before anything else uses the database.
    """
    unread = select(Receipt.id).where(
        col(Receipt.status).in_([ReceiptStatus.QUEUED, ReceiptStatus.READING])
    )
    again = update(Event).where(
        col(Event.published_at).is_not(None),
        or_(
            col(Event.at) > as_of - _WAITED_AT_MOST,
            and_(col(Event.kind).in_(_ASKS), col(Event.entity_id).in_(unread)),
        ),
    )
    connection = await tx.connection()
    await connection.execute(text(f"ALTER TABLE events DISABLE TRIGGER {_GUARD}"))
    carried = await tx.exec(again.values(published_at=None).returning(col(Event.position)))
    count = len(carried.all())
    await connection.execute(text(f"ALTER TABLE events ENABLE TRIGGER {_GUARD}"))
    return count
