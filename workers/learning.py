"""Fits how sure to be of what is read to what users confirmed."""

from collections.abc import Iterator, Sequence

import dramatiq
from dramatiq.asyncio import async_to_sync

from core.clock import now
from domain.receipt import read
from domain.receipt.calibration import Curves, Verdict, curves_of, verdicts
from services import calibrations
from services.calibrations import Example
from workers import runtime

_TIME_LIMIT_MILLIS = 300_000


@dramatiq.actor(queue_name="learning", time_limit=_TIME_LIMIT_MILLIS)
def refit_calibration() -> None:
    """At most once a day, however many receipts are confirmed.

    Lines are read again by today's rules, which are those whose confidences are to be trusted.
    """
    if examples := _examples():
        _keep(curves_of(list(_judged(examples))), len(examples))


def _judged(examples: Sequence[Example]) -> Iterator[Verdict]:
    for one in examples:
        reading = read(one.lines, fallback_currency=one.currency, today=one.day)
        yield from verdicts(reading, one.truth)


@async_to_sync
async def _examples() -> list[Example]:
    async with runtime.database().reading() as session:
        is_due = await calibrations.is_due(session, now())
        return await calibrations.examples(session) if is_due else []


@async_to_sync
async def _keep(curves: Curves, examples: int) -> None:
    async with runtime.database().transaction() as tx:
        calibrations.keep(tx, curves, examples)
