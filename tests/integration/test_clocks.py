"""Clocks that step: the server's own, and those of the devices that make ids."""

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

import pytest

from core import clock
from core.clock import now
from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.causality import Hlc, restored
from domain.expense import Changes, To
from domain.group import InviteOlderThanLeaving
from domain.rate import NewRate, Quote, latest
from services import claims, expenses, rates, reconciliation
from tests.claims import cancel, dinner, open_receipt
from tests.groups import DAY, Group, log, spend
from tests.members import invite, join, remove

_DAY = timedelta(days=1)
_STEPS = (_DAY, -_DAY, timedelta(0), -3 * _DAY, timedelta(seconds=-1))

Step = Callable[[timedelta], None]


@pytest.fixture
def step(monkeypatch: pytest.MonkeyPatch) -> Step:
    """Puts the server's clock so far from the true time."""

    def stepped(by: timedelta) -> None:
        class Wrong:
            @staticmethod
            def now(zone: tzinfo) -> datetime:
                return datetime.now(zone) + by

        monkeypatch.setattr(clock, "datetime", Wrong)

    return stepped


async def test_what_is_written_last_stays_whatever_the_servers_clock_does(
    db: Database, ann: Actor, bob: Actor, trip: Group, step: Step
) -> None:
    expense = await spend(db, ann, trip.id)
    stamps = [_stamp(expense.clock)]
    for version, by in enumerate(_STEPS, start=1):
        step(by)
        who = (ann, bob)[version % 2]
        async with db.transaction() as tx:
            changes = Changes(note=To(f"Note {version}"))
            edited = await expenses.update(tx, who, expense.id, version, changes)
        assert edited.note == f"Note {version}"
        stamps.append(_stamp(edited.clock))
        await spend(db, who, trip.id, 100 + version)

    assert all(earlier < later for earlier, later in pairwise(stamps))
    events = await log(db, trip.id)
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert any(later.at < earlier.at for earlier, later in pairwise(events))  # it did step
    async with db.snapshot() as session:
        assert [
            each async for each in reconciliation.of_ledger(session, trip.id, now().date())
        ] == []


async def test_the_rate_that_was_entered_last_counts_whatever_the_servers_clock_does(
    db: Database, ann: Actor, trip: Group, step: Step
) -> None:
    for cents, by in enumerate(_STEPS, start=100):
        step(by)
        pair = ("EUR", "USD") if cents % 2 else ("USD", "EUR")
        entered = Quote(DAY, *pair, Decimal(cents).scaleb(-2))
        async with db.transaction() as tx:
            await rates.enter(tx, ann, NewRate(new_id(), trip.id, entered))

        async with db.reading() as session:
            known = await rates.known(session, [trip.id], "EUR", DAY)
        assert latest(known[trip.id], *pair, DAY) == entered


async def test_a_receipt_is_claimed_as_it_was_opened_last_whatever_the_servers_clock_does(
    db: Database, ann: Actor, trip: Group, step: Step
) -> None:
    receipt = await dinner(db, ann, trip.id)
    for by in _STEPS:
        step(by)
        opened = await open_receipt(db, ann, receipt.id)

        async with db.reading() as session:
            found = await claims.of_receipts(session, [receipt.id])
        assert found[receipt.id].id == opened.id
        await cancel(db, ann, opened.id)


async def test_only_a_link_made_since_they_left_leads_back_whatever_the_servers_clock_does(
    db: Database, ann: Actor, bob: Actor, trip: Group, step: Step
) -> None:
    for by in (-_DAY, -2 * _DAY):
        old = await invite(db, ann, trip)
        step(by)
        await remove(db, ann, trip.seat(bob))
        with pytest.raises(InviteOlderThanLeaving):
            await join(db, bob, old.token)

        step(by - _DAY)
        await join(db, bob, (await invite(db, ann, trip)).token)


@pytest.mark.parametrize("days", [-365, -1, 1, 365])
async def test_a_devices_clock_decides_nothing_but_its_ids(
    db: Database, ann: Actor, trip: Group, days: int
) -> None:
    before = await spend(db, ann, trip.id)
    wrong = await spend(db, ann, trip.id, id=_made_at(now() + days * _DAY))
    after = await spend(db, ann, trip.id)

    told = [event.entity_id for event in await log(db, trip.id)][-3:]
    assert told == [before.id, wrong.id, after.id]
    assert before.created_at <= wrong.created_at <= after.created_at
    assert _stamp(before.clock) < _stamp(wrong.clock) < _stamp(after.clock)


def _stamp(stored: dict[str, object]) -> Hlc:
    """The newest of a row."""
    return max(stamp.hlc for stamp in restored(stored).values())


def _made_at(at: datetime) -> UUID:
    """A UUID of version 7 by a clock that says so."""
    millis = int(at.timestamp() * 1000)
    return UUID(bytes=millis.to_bytes(6, "big") + new_id().bytes[6:])
