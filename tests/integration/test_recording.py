"""What a transaction records is written at its end, once, in order, or not at all."""

import pytest

from core.db import Database, Tx
from domain.actor import Actor
from domain.errors import Conflict
from domain.log import GENESIS, EventKind, chained
from models.ledger import Ledger
from services import access, events
from services.access import Seat
from tests.groups import Group, ledger_row, log, make_group
from tests.live import statements


async def test_a_ledger_locked_again_within_a_transaction_goes_on_with_its_log(
    db: Database, ann: Actor, trip: Group
) -> None:
    async with db.transaction() as tx:
        for note in ("one", "two", "three"):
            seat = await access.lock_ledger(tx, ann, trip.id)
            _note(tx, seat, note)

    told = await log(db, trip.id)
    assert [event.after for event in told[-3:]] == [{"note": n} for n in ("one", "two", "three")]
    assert [event.seq for event in told] == list(range(1, len(told) + 1))
    head = GENESIS
    for event in told:
        head = chained(head, events.fact_of(event))
        assert event.hash == head
    assert seat.ledger.seq == len(told)
    assert (await ledger_row(db, trip.id)).head_hash == seat.ledger.head_hash == head


async def test_the_logs_of_all_ledgers_of_a_transaction_are_one_statement(
    db: Database, ann: Actor, trip: Group
) -> None:
    other = await make_group(db, ann)

    with statements(db) as seen:
        async with db.transaction() as tx:
            for ledger_id in (trip.id, other.id):
                seat = await access.lock_ledger(tx, ann, ledger_id)
                for note in range(10):
                    _note(tx, seat, str(note))

    assert len(seen) == 3, seen
    for ledger_id in (trip.id, other.id):
        told = await log(db, ledger_id)
        assert [event.seq for event in told] == list(range(1, len(told) + 1))
        assert [event.after for event in told[-10:]] == [{"note": str(n)} for n in range(10)]


async def test_what_is_refused_records_nothing(db: Database, ann: Actor, trip: Group) -> None:
    before = await log(db, trip.id)

    async def refused() -> None:
        async with db.transaction() as tx:
            _note(tx, await access.lock_ledger(tx, ann, trip.id), "never")
            raise Conflict("Something is in the way.")

    with pytest.raises(Conflict):
        await refused()

    assert await log(db, trip.id) == before
    assert (await ledger_row(db, trip.id)).seq == len(before)


async def test_what_is_locked_is_an_entity_that_can_be_changed(
    db: Database, ann: Actor, trip: Group
) -> None:
    async with db.transaction() as tx:
        unlocked = await access.ledger_of(tx, ann.user_id, trip.id)
        unlocked.name = "Changed before the lock"
        seat = await access.lock_ledger(tx, ann, trip.id)
        assert (seat.ledger, seat.ledger.name) == (unlocked, "Changed before the lock")
        assert await tx.get(Ledger, trip.id) is seat.ledger
        seat.ledger.name = "Changed under it"

    assert (await ledger_row(db, trip.id)).name == "Changed under it"


def _note(tx: Tx, seat: Seat, note: str) -> None:
    events.record(
        tx, seat.ledger, seat.author, EventKind.LEDGER_UPDATED, seat.ledger.id, after={"note": note}
    )
