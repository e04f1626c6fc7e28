"""Transactions on the driver's connections, and what SQLAlchemy does within them."""

import asyncio
import os
import signal
from contextlib import suppress

import asyncpg
import pytest
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlmodel import col, select

from core.connections import Connections
from core.db import Database, Tx
from core.prepared import Prepared, is_the
from models.ledger import Ledger
from tests.groups import Group, ledger_row
from tests.live import PATIENCE_SECONDS, end_connections

_NAMES = Prepared(select(Ledger.name).where(is_the(Ledger.id, "id")))
_LEDGERS = Prepared(select(Ledger).where(is_the(Ledger.id, "id")))


async def test_prepared_statements_see_what_the_session_has_still_to_write(
    db: Database, trip: Group
) -> None:
    async with db.transaction() as tx:
        ((ledger,),) = await _LEDGERS.entities(tx, id=trip.id)
        ledger.name = "Elsewhere"

        assert [row.name for row in await _NAMES.rows(tx, id=trip.id)] == ["Elsewhere"]


async def test_what_was_changed_last_is_written_with_the_rest(db: Database, trip: Group) -> None:
    async with db.transaction() as tx:
        ((ledger,),) = await _LEDGERS.entities(tx, id=trip.id)
        ledger.name = "Elsewhere"

    assert (await ledger_row(db, trip.id)).name == "Elsewhere"


async def test_what_raises_undoes_both(db: Database, trip: Group) -> None:
    before = (await ledger_row(db, trip.id)).name

    async def go_wrong() -> None:
        async with db.transaction() as tx:
            await _rename(tx, trip, "Elsewhere")
            await tx.driver.execute("UPDATE ledgers SET currency = 'USD'")
            raise LookupError

    with pytest.raises(LookupError):
        await go_wrong()

    ledger = await ledger_row(db, trip.id)
    assert (ledger.name, ledger.currency) == (before, "EUR")


async def test_whoever_swallows_a_failure_is_not_told_of_success(db: Database, trip: Group) -> None:
    before = (await ledger_row(db, trip.id)).name

    async def swallow() -> None:
        async with db.transaction() as tx:
            await _rename(tx, trip, "Elsewhere")
            with suppress(asyncpg.DivisionByZeroError):
                await tx.driver.execute("SELECT 1 / 0")

    with pytest.raises(asyncpg.InFailedSQLTransactionError):
        await swallow()

    assert (await ledger_row(db, trip.id)).name == before


async def test_connections_that_died_while_they_were_idle_are_left_for_others(
    db: Database, trip: Group
) -> None:
    async with db.transaction(), db.transaction():
        pass
    await end_connections(db)

    async with db.transaction() as tx:
        await _rename(tx, trip, "Elsewhere")

    assert (await ledger_row(db, trip.id)).name == "Elsewhere"


async def test_who_gives_up_leaves_no_transaction_behind(db: Database, trip: Group) -> None:
    waiting = asyncio.Event()

    async def wait_for_the_lock() -> None:
        async with db.transaction() as tx:
            waiting.set()
            await _rename(tx, trip, "Elsewhere")

    async with db.transaction() as tx:
        await _rename(tx, trip, "Here")
        other = asyncio.create_task(wait_for_the_lock())
        await waiting.wait()
        await asyncio.sleep(0)
        other.cancel()
        with pytest.raises(asyncio.CancelledError):
            await other

    assert (await ledger_row(db, trip.id)).name == "Here"
    async with db.transaction() as first, db.transaction() as second:
        assert await first.driver.fetchval("SELECT 1") == 1
        assert await second.driver.fetchval("SELECT 1") == 1


async def test_whoever_waits_too_long_for_a_connection_is_told(db: Database) -> None:
    few = Connections(db.engine, size=1, connecting={}, patience_seconds=0.01)
    taken = await few.take()

    with pytest.raises(NoneFree):
        await few.begin()

    few.put_back(taken)
    again = await few.begin()
    assert again is taken
    few.put_back(again)  # with its transaction, which nobody has ended
    assert taken.is_closed()
    await few.close()


async def test_connections_go_to_whoever_has_waited_longest(db: Database) -> None:
    few = Connections(db.engine, size=1, connecting={}, patience_seconds=PATIENCE_SECONDS)
    taken = await few.take()
    came: list[int] = []

    async def take(number: int) -> None:
        connection = await few.take()
        came.append(number)
        await asyncio.sleep(0)  # so that nobody else is let in between
        few.put_back(connection)

    waiting = [asyncio.create_task(take(number)) for number in range(3)]
    await asyncio.sleep(0)
    few.put_back(taken)
    late = asyncio.create_task(take(3))
    await asyncio.gather(*waiting, late)

    assert (came, few.lent) == ([0, 1, 2, 3], 0)
    await few.close()


async def test_whoever_gives_up_when_a_connection_is_handed_on_leaves_it_to_others(
    db: Database,
) -> None:
    few = Connections(db.engine, size=1, connecting={}, patience_seconds=PATIENCE_SECONDS)
    taken = await few.take()
    hasty, patient = asyncio.create_task(few.take()), asyncio.create_task(few.take())
    await asyncio.sleep(0)

    few.put_back(taken)
    hasty.cancel()

    assert await patient is taken
    with pytest.raises(asyncio.CancelledError):
        await hasty
    few.put_back(taken)
    assert few.lent == 0
    await few.close()


async def _rename(tx: Tx, trip: Group, name: str) -> None:
    ledger = (await tx.exec(select(Ledger).where(col(Ledger.id) == trip.id))).one()
    ledger.name = name
    await tx.flush()


async def test_a_server_that_stands_still_is_not_waited_for(db: Database) -> None:
    stopped: list[int] = []

    async def give_up() -> None:
        async with db.transaction() as tx:
            stopped.append(await tx.driver.fetchval("SELECT pg_backend_pid()"))
            os.kill(stopped[0], signal.SIGSTOP)
            async with asyncio.timeout(0.1):
                await tx.driver.execute("SELECT 1")

    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            with pytest.raises(TimeoutError):
                await give_up()
    finally:
        os.kill(stopped[0], signal.SIGCONT)
    async with db.transaction() as tx:
        assert await tx.driver.fetchval("SELECT pg_backend_pid()") != stopped[0]
