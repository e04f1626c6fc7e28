"""What was spent by day is the plain sum of what was entered, whatever was done in whichever order."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from app import migrations
from core.db import Database
from domain.actor import Actor
from domain.errors import Refusal
from domain.expense import Bill, Changes, To
from domain.money import Money
from domain.split import Equal
from models.expense import Expense
from services import erasure, expenses, spending, undo
from tests.budgets import category
from tests.databases import MakeDatabase
from tests.groups import DAY, Group, convert, log, make_group, personal_ledger, spend
from tests.guests import make_guest
from tests.imports import bring_in, take_out
from tests.members import invite, join, leave, pay, placeholder
from tests.people import make_user

_STEPS = 60
_WRITERS = 50
_DIFFERENCES = text("""
    WITH entered AS (
        SELECT user_id, day, currency, ledger_id, category_id, sum(owed_minor) AS minor FROM entries
        WHERE user_id IS NOT NULL AND expense_id IS NOT NULL
        GROUP BY user_id, day, currency, ledger_id, category_id),
    due AS (
        SELECT user_id, day, currency, ledger_id, category_id, minor FROM entered
        WHERE category_id IS NOT NULL
        UNION ALL
        SELECT user_id, day, currency, ledger_id, '00000000-0000-0000-0000-000000000000', sum(minor)
        FROM entered GROUP BY user_id, day, currency, ledger_id)
    SELECT * FROM due FULL JOIN spent_on_days AS kept
        USING (user_id, day, currency, ledger_id, category_id)
    WHERE coalesce(due.minor, 0) <> coalesce(kept.minor, 0)""")


async def differences(db: Database) -> list[object]:
    async with db.engine.connect() as connection:
        return list((await connection.execute(_DIFFERENCES)).all())


class Life:
    """Whatever may happen in a group, by chance."""

    def __init__(
        self, db: Database, chance: Random, trip: Group, people: list[Actor], kinds: list[UUID]
    ) -> None:
        self.db, self.chance, self.trip, self.people, self.kinds = db, chance, trip, people, kinds
        self.deeds: list[Callable[[], Awaitable[object]]] = [
            *[self.spend] * 4,
            *[self.change] * 4,
            *[self.remove_or_restore] * 3,
            *(self.settle, self.convert, self.import_and_undo, self.claim, self.go_and_return),
            *(self.come_and_vanish, self.take_back),
        ]

    async def go_on(self) -> None:
        with suppress(Refusal):
            await self.chance.choice(self.deeds)()

    @property
    def somebody(self) -> Actor:
        return self.chance.choice(self.people)

    @property
    def kind(self) -> UUID | None:
        return self.chance.choice([*self.kinds, None])

    async def spend(self) -> None:
        minor, currency = self.chance.randrange(1, 5000), self.chance.choice(["EUR", "USD"])
        day = DAY + timedelta(days=self.chance.randrange(3))
        who = self.somebody
        mine = await personal_ledger(self.db, who)
        where = self.chance.choice([self.trip.id, self.trip.id, mine.id])
        await spend(self.db, who, where, minor, currency=currency, day=day, category_id=self.kind)

    async def change(self) -> None:
        row = await self._expense(deleted=False)
        changes = self.chance.choice(
            [
                Changes(category_id=To(self.kind)),
                Changes(day=DAY + timedelta(days=self.chance.randrange(3))),
                Changes(
                    bill=Bill(
                        Money(self.chance.randrange(1, 5000), "EUR"),
                        None,
                        Equal(tuple(self.trip.seats.values())[: self.chance.randrange(1, 3)]),
                    )
                ),
            ]
        )
        async with self.db.transaction() as tx:
            await expenses.update(tx, self.somebody, row.id, row.version, changes)

    async def remove_or_restore(self) -> None:
        is_deleted = self.chance.random() < 0.5
        row = await self._expense(deleted=is_deleted)
        act = expenses.restore if is_deleted else expenses.delete
        async with self.db.transaction() as tx:
            await act(tx, self.somebody, row.id)

    async def settle(self) -> None:
        payer, payee = self.chance.sample(self.people, 2)
        await pay(self.db, payer, self.trip.seat(payer), self.trip.seat(payee), self.trip)

    async def convert(self) -> None:
        debtor, creditor = self.chance.sample(self.people, 2)
        await convert(self.db, debtor, self.trip, creditor)

    async def import_and_undo(self) -> None:
        who = self.somebody
        file = await bring_in(self.db, who, self.trip)
        if self.chance.random() < 0.5:
            await take_out(self.db, who, file)

    async def claim(self) -> None:
        """By a guest, of a seat that has spent before; who then goes, or stays."""
        seat = await placeholder(self.db, self.people[0], self.trip, f"P{self.chance.random()}")
        await spend(self.db, self.people[0], self.trip.id, category_id=self.kind)
        guest = await make_guest(self.db, self.people[0], self.trip.id, claim=seat)
        if self.chance.random() < 0.5:
            async with self.db.transaction() as tx:
                await erasure.delete_guest(tx, guest)

    async def come_and_vanish(self) -> None:
        guest = await make_guest(self.db, self.people[0], self.trip.id)
        await spend(self.db, guest, self.trip.id, category_id=self.kind)
        async with self.db.transaction() as tx:
            await erasure.delete_guest(tx, guest)

    async def go_and_return(self) -> None:
        who = self.people[-1]
        await leave(self.db, who, self.trip)
        await join(self.db, who, (await invite(self.db, self.people[0], self.trip)).token)

    async def take_back(self) -> None:
        newest = (await log(self.db, self.trip.id))[-1]
        async with self.db.transaction() as tx:
            await undo.last_change(tx, self.somebody, self.trip.id, newest.seq)

    async def _expense(self, *, deleted: bool) -> Expense:
        gone = col(Expense.deleted_at)
        query = select(Expense).where(gone.is_not(None) if deleted else gone.is_(None))
        async with self.db.reading() as session:
            return self.chance.choice((await session.exec(query.order_by(col(Expense.id)))).all())


@pytest.fixture
async def kinds(db: Database) -> list[UUID]:
    return [await category(db, key) for key in ("food", "food.groceries", "home.rent")]


@pytest.mark.parametrize("seed", range(3))
async def test_it_is_the_sum_of_what_was_entered_whatever_was_done(
    db: Database, ann: Actor, bob: Actor, trip: Group, kinds: list[UUID], seed: int
) -> None:
    life = Life(db, Random(seed), trip, [ann, bob], kinds)
    await spend(db, ann, trip.id)
    await spend(db, bob, trip.id)
    await expenses_deleted(db, ann, trip)

    for _ in range(_STEPS):
        await life.go_on()
        assert await differences(db) == []


async def expenses_deleted(db: Database, who: Actor, trip: Group) -> None:
    """One to restore."""
    gone = await spend(db, who, trip.id)
    async with db.transaction() as tx:
        await expenses.delete(tx, who, gone.id)


async def test_fifty_who_write_to_several_ledgers_at_once_agree(
    db: Database, ann: Actor, bob: Actor, kinds: list[UUID]
) -> None:
    ledgers = [await make_group(db, *pair) for pair in ((ann, bob), (bob, ann), (ann, bob))]

    async def write(number: int) -> None:
        who, where = (ann, bob)[number % 2], ledgers[number % 3]
        made = await spend(db, who, where.id, 100 + number, category_id=kinds[number % 3])
        if number % 5 == 0:
            async with db.transaction() as tx:
                await expenses.delete(tx, who, made.id)

    await asyncio.gather(*(write(number) for number in range(_WRITERS)))

    assert await differences(db) == []
    async with db.engine.connect() as connection:
        total = text("SELECT sum(minor) FROM spent_on_days WHERE category_id = :all")
        spent = await connection.execute(total, {"all": UUID(int=0)})
        kept = [100 + number for number in range(_WRITERS) if number % 5]
        assert spent.scalar_one() == sum(kept)


async def test_a_drift_is_counted_away(db: Database, ann: Actor, trip: Group) -> None:
    await spend(db, ann, trip.id)
    async with db.engine.begin() as connection:
        await connection.execute(text("UPDATE spent_on_days SET minor = minor + 1"))
    assert len(await differences(db)) == 2

    async with db.transaction() as tx:
        await spending.recount(tx, trip.id)

    assert await differences(db) == []


async def test_nothing_is_left_of_whoever_is_gone(db: Database, ann: Actor, trip: Group) -> None:
    guest = await make_guest(db, ann, trip.id)
    await spend(db, guest, trip.id)

    async with db.transaction() as tx:
        await erasure.delete_guest(tx, guest)

    async with db.engine.connect() as connection:
        left = await connection.execute(text("SELECT DISTINCT user_id FROM spent_on_days"))
        assert set(left.scalars()) == {*trip.seats}


async def test_what_there_is_was_counted_when_the_sums_came(make_database: MakeDatabase) -> None:
    url = await make_database()
    await migrations.upgrade(url)
    db = Database(url)
    ann, bob = await make_user(db, "Ann"), await make_user(db, "Bob")
    trip = await make_group(db, ann, bob)
    await spend(db, ann, trip.id, category_id=await category(db, "food"))
    await spend(db, bob, (await personal_ledger(db, bob)).id)
    await migrations.downgrade(url, "0036")

    await migrations.upgrade(url)

    assert await differences(db) == []
    async with db.engine.connect() as connection:
        rows = await connection.execute(text("SELECT count(*) FROM spent_on_days"))
        assert rows.scalar_one() == 2 * 2 + 1
    await db.close()
