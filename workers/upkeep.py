"""What comes round once a day: whether the books are right, and removing what nobody comes back to."""

import logging
import re
from collections import Counter
from datetime import timedelta
from uuid import UUID

import dramatiq

from core.clock import now
from core.telemetry import metrics
from domain.difference import Differs
from services import erasure, guests, receipt_files, reconciliation, spending
from workers import runtime

_LEDGERS_AT_A_TIME = 100
_GUESTS_AT_A_TIME = 100
_TIME_LIMIT_MILLIS = 600_000
_LATE = timedelta(days=1)
"""An upload whose receipt is not recorded by then never will be."""
_KEY = re.compile(r"[0-9a-f-]{36}/[0-9a-f-]{36}\.[a-z]+(\.seen\.jpg)?")
"""What we keep files under. Whatever else lies in the storage is not ours to remove."""

_log = logging.getLogger(__name__)


@dramatiq.actor(queue_name="upkeep", time_limit=_TIME_LIMIT_MILLIS)
async def reconcile(*, after: str | None = None) -> None:
    """Report every difference in the ledgers that follow one; the rest is the next job's.

    Only what was spent by day is mended, which follows from entries alone; that is said too.
    """
    db = runtime.database()
    async with db.reading() as session:
        last = UUID(after) if after else None
        ids = await reconciliation.ledgers_after(session, last, _LEDGERS_AT_A_TIME)
    found = 0
    for ledger_id in ids:
        kinds = Counter[Differs]()
        async with db.snapshot() as session:
            async for difference in reconciliation.of_ledger(session, ledger_id, now().date()):
                kinds[difference.what] += 1
                metrics.DIFFERENCES.labels(difference.what).inc()
                _log.error("Ledger %s: %s: %s", ledger_id, difference.what, difference.about)
        if kinds[Differs.DAY_DIFFERS]:
            async with db.transaction() as tx:
                await spending.recount(tx, ledger_id)
            _log.warning("Ledger %s: what was spent by day was summed up anew.", ledger_id)
        found += kinds.total()
    _log.info("Reconciled %d ledgers: %d differences.", len(ids), found)
    if len(ids) == _LEDGERS_AT_A_TIME:
        reconcile.send(after=str(ids[-1]))


@dramatiq.actor(queue_name="upkeep", time_limit=_TIME_LIMIT_MILLIS)
async def sweep_files() -> None:
    """Remove files that belong to no receipt: uploads that died between storage and database."""
    swept = 0
    async for keys in runtime.storage().keys(older_than=now() - _LATE):
        async with runtime.database().reading() as session:
            orphans = await receipt_files.orphans(session, filter(_KEY.fullmatch, keys))
        await runtime.storage().delete(*orphans)
        swept += len(orphans)
    _log.info("Swept %d files that belonged to nothing.", swept)


@dramatiq.actor(queue_name="upkeep", time_limit=_TIME_LIMIT_MILLIS)
async def forget_guests(*, after: str | None = None) -> None:
    """Forget the guests whose way back has run out; their seats stay. The rest is the next job's."""
    db, at = runtime.database(), now()
    async with db.reading() as session:
        last = UUID(after) if after else None
        ids = await guests.lost(session, at, last, _GUESTS_AT_A_TIME)
    forgotten = 0
    for user_id in ids:
        async with db.transaction() as tx:
            forgotten += await erasure.forget_lost_guest(tx, user_id, at)
    _log.info("Forgot %d of the guests who cannot return.", forgotten)
    if len(ids) == _GUESTS_AT_A_TIME:
        forget_guests.send(after=str(ids[-1]))
