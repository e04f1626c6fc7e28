"""Rows of prepared statements: whoever reads them need not know that they are not of the table's class."""

from sqlmodel import col

from core.db import Database
from core.prepared import Prepared, one_of
from domain.actor import Actor
from models.base import select_shown
from models.ledger import Ledger, LedgerKind, Member
from tests.groups import Group
from tests.members import remove

_MEMBERS = Prepared(select_shown(Member).where(one_of(Member.ledger_id)).order_by(col(Member.id)))


async def test_rows_have_the_properties_of_their_table(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    await remove(db, ann, trip.seat(bob))

    rows = await _MEMBERS.rows(db, ids=[trip.id])

    assert {row.id: row.is_active for row in rows} == {
        seat: seat != trip.seat(bob) for seat in trip.seats.values()
    }


async def test_rows_of_a_joined_table_are_attributes_of_a_row(db: Database, trip: Group) -> None:
    joined = select_shown(Member, ledger=Ledger).join(Ledger, col(Ledger.id) == Member.ledger_id)
    seats = Prepared(joined.where(one_of(Member.ledger_id)))

    rows = await seats.rows(db, ids=[trip.id])

    assert {row.id for row in rows} == {*trip.seats.values()}
    assert {(row.ledger.id, row.ledger.kind) for row in rows} == {(trip.id, LedgerKind.GROUP)}
