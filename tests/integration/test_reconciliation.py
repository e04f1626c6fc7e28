"""Reconciliation finds nothing in what the product wrote, and every damage by its name."""

from collections import Counter

import pytest
from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.difference import Difference, Differs
from domain.expense import Changes, To
from domain.money import Money
from domain.settlement import Payment
from domain.split import Percent
from services import erasure, expenses, reconciliation, settlements
from tests.budgets import TODAY, category, make_budget
from tests.groups import DAY, Group, convert, personal_ledger, spend
from tests.guests import make_guest
from tests.imports import bring_in
from tests.members import invite, join, placeholder

_AS_A_REPLICA = (
    "SET LOCAL session_replication_role = replica"  # no trigger refuses, no key is checked
)


async def differences(session: AsyncSession) -> list[Difference]:
    """In all ledgers."""
    ids = await reconciliation.ledgers_after(session, None, 1000)
    return [each for id in ids async for each in reconciliation.of_ledger(session, id, TODAY)]


async def differences_after(db: Database, statement: str) -> list[Difference]:
    """What is found once the database was damaged, which is taken back."""
    async with db.engine.connect() as connection:
        await connection.execute(text(_AS_A_REPLICA))
        damaged = await connection.execute(text(statement))
        assert damaged.rowcount > 0
        async with AsyncSession(bind=connection) as session:
            return await differences(session)


async def differences_now(db: Database) -> list[Difference]:
    async with db.snapshot() as session:
        return await differences(session)


@pytest.fixture
async def lived_in(db: Database, ann: Actor, bob: Actor, trip: Group) -> Group:
    """A group with something of everything."""
    food = await category(db, "food.groceries")
    await make_budget(db, ann, category_ids=[await category(db, "food")])
    await make_budget(db, bob)
    own = await personal_ledger(db, ann)
    await spend(db, ann, own.id, 990, day=TODAY, category_id=food)
    kept = await spend(db, ann, trip.id, 1001, day=TODAY, category_id=food)
    gone = await spend(db, bob, trip.id, 3000, currency="USD")
    halves = Percent({trip.seat(ann): 2500, trip.seat(bob): 7500})
    await spend(
        db, bob, trip.id, 701, split=halves, paid_by={trip.seat(ann): 1, trip.seat(bob): 700}
    )
    async with db.transaction() as tx:
        await expenses.update(tx, bob, kept.id, 1, Changes(note=To("Bread"), day=DAY))
    async with db.transaction() as tx:
        await expenses.delete(tx, ann, gone.id)
    await convert(db, bob, trip, ann)
    payment = Payment(new_id(), trip.id, trip.seat(bob), trip.seat(ann), Money(100, "EUR"), DAY)
    async with db.transaction() as tx:
        await settlements.record(tx, bob, payment)
    await placeholder(db, ann, trip)
    await bring_in(db, ann, trip)
    return trip


async def test_nothing_differs_in_what_the_product_wrote(
    db: Database, lived_in: Group, ann: Actor, eve: Actor
) -> None:
    guest = await make_guest(db, ann, lived_in.id)
    await spend(db, guest, lived_in.id, 333)
    cat = await placeholder(db, ann, lived_in, "Eve")
    await spend(db, ann, lived_in.id, 334, day=TODAY)
    await make_budget(db, eve)
    await join(db, eve, (await invite(db, ann, lived_in)).token, cat)
    async with db.transaction() as tx:
        await erasure.delete_guest(tx, guest)

    assert await differences_now(db) == []


DAMAGES: dict[str, tuple[str, dict[Differs, int]]] = {
    "an entry is worth more": (
        """UPDATE entries SET owed_minor = owed_minor + 1 WHERE id = (
             SELECT e.id FROM entries e JOIN expenses x ON x.id = e.expense_id
             WHERE x.amount_minor = 701 LIMIT 1)""",
        {Differs.ENTRIES_DIFFER: 1, Differs.NOT_BALANCED: 1, Differs.DAY_DIFFERS: 1},
    ),
    "an entry has moved to another day": (
        "UPDATE entries SET day = '2020-01-01' WHERE paid_minor = 100",
        {Differs.ENTRIES_DIFFER: 1},
    ),
    "an entry is nobody's": (
        "UPDATE entries SET user_id = NULL WHERE paid_minor = 990",
        {Differs.ENTRIES_DIFFER: 1, Differs.DAY_DIFFERS: 2},
    ),
    "what was spent on a day has drifted": (
        "UPDATE spent_on_days SET minor = minor + 1 WHERE minor = 990",
        {Differs.DAY_DIFFERS: 2, Differs.SPENDING_DIFFERS: 1},
    ),
    "a deleted expense has entries": (
        """INSERT INTO entries (id, created_at, ledger_id, expense_id, member_id, currency, paid_minor,
                                owed_minor, spare_minor, day)
           SELECT gen_random_uuid(), x.created_at, x.ledger_id, x.id, m.id, 'USD', 0, 0, 0, x.day
           FROM expenses x JOIN members m USING (ledger_id) WHERE x.deleted_at IS NOT NULL""",
        {Differs.ENTRIES_DIFFER: 1},
    ),
    "entries are of no fact": (
        """UPDATE entries SET conversion_id = '00000000-0000-0000-0000-000000000000'
           WHERE conversion_id IS NOT NULL""",
        {Differs.ENTRIES_DIFFER: 1, Differs.NOT_BALANCED: 2, Differs.NO_SUCH_FACT: 1},
    ),
    "a debt is gone": (
        "DELETE FROM debts WHERE id = (SELECT id FROM debts LIMIT 1)",
        {Differs.DEBTS_DIFFER: 1},
    ),
    "a debt is turned round": (
        """UPDATE debts SET debtor_id = creditor_id, creditor_id = debtor_id
           WHERE settlement_id IS NOT NULL AND minor = 100""",
        {Differs.DEBTS_DIFFER: 1},
    ),
    "a balance has drifted": (
        """UPDATE balances SET net_minor = net_minor + 1 WHERE currency = 'JPY' AND net_minor > 0""",
        {Differs.BALANCE_DIFFERS: 1, Differs.BALANCE_NOT_AS_LOGGED: 1},
    ),
    "an odd cent is forgotten": (
        "UPDATE balances SET spare_minor = spare_minor - 1 WHERE currency = 'EUR' AND net_minor < -500",
        {Differs.BALANCE_DIFFERS: 1},
    ),
    "an amount was rewritten": (
        "UPDATE settlements SET amount_minor = 101 WHERE amount_minor = 100",
        {
            Differs.FACT_NOT_AS_LOGGED: 1,
            Differs.ENTRIES_DIFFER: 1,
            Differs.NOT_BALANCED: 1,
            Differs.DEBTS_DIFFER: 1,
            Differs.BALANCE_DIFFERS: 2,
        },
    ),
    "a split says nothing": (
        "UPDATE expenses SET split = '{}' WHERE amount_minor = 701",
        {Differs.FACT_NOT_AS_LOGGED: 1, Differs.SPEC_UNREADABLE: 1, Differs.BALANCE_DIFFERS: 2},
    ),
    "a note was rewritten": (
        "UPDATE expenses SET note = 'Wine' WHERE amount_minor = 1001",
        {Differs.FACT_NOT_AS_LOGGED: 1},
    ),
    "history was rewritten": (
        "UPDATE events SET actor_name = 'Eve' WHERE kind = 'settlement.recorded'",
        {Differs.CHAIN_BROKEN: 1},
    ),
    "an event is gone": (
        "DELETE FROM events WHERE kind = 'expense.deleted'",
        {Differs.GAP_IN_LOG: 1, Differs.FACT_NOT_AS_LOGGED: 1},
    ),
    "the newest event is gone": (
        """DELETE FROM events e USING ledgers l
           WHERE l.id = e.ledger_id AND l.seq = e.seq AND l.kind = 'GROUP'""",
        {Differs.HEAD_DIFFERS: 1},
    ),
    "the end of the log was moved": (
        "UPDATE ledgers SET head_hash = 'x' WHERE kind = 'GROUP'",
        {Differs.HEAD_DIFFERS: 1},
    ),
}
"""What is broken, and what is found of it: by which name, how often."""


@pytest.mark.usefixtures("lived_in")
async def test_every_damage_is_found_by_its_name(db: Database) -> None:
    found = {
        damage: Counter(each.what for each in await differences_after(db, statement))
        for damage, (statement, _) in DAMAGES.items()
    }

    assert found == {damage: Counter(expected) for damage, (_, expected) in DAMAGES.items()}


@pytest.mark.usefixtures("lived_in")
async def test_nothing_is_mended_in_silence(db: Database) -> None:
    async with db.engine.begin() as connection:
        await connection.execute(text("UPDATE balances SET net_minor = 7 WHERE currency = 'JPY'"))

    found = await differences_now(db)

    assert found
    assert await differences_now(db) == found
    assert str(found[0]).startswith(
        f"BALANCE_DIFFERS in ledger {found[0].ledger_id}: the JPY balance of"
    )
