"""Odd cents in a ledger that lives: counted truly, and never moved by what does not concern them."""

from collections import Counter
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, func, select

from core.db import Database
from domain.actor import Actor
from domain.expense import Bill, Changes, To
from domain.fingerprint import Stale
from domain.money import Money
from domain.split import Adjusted, Equal, RemainderPolicy, Shares
from models.expense import Entry, Expense
from models.ledger import Balance
from services import expenses, ledgers
from tests.groups import Group, balances, entries, ledger_row, log, make_group, spend


async def choose(db: Database, actor: Actor, group: Group, policy: RemainderPolicy) -> None:
    version = (await ledger_row(db, group.id)).version
    async with db.transaction() as tx:
        await ledgers.choose_remainder(tx, actor, group.id, version, policy)


async def counts(db: Database, ledger_id: UUID) -> dict[tuple[UUID, str], int]:
    """How many odd cents each has got, by member id and currency."""
    query = select(Balance).where(Balance.ledger_id == ledger_id, col(Balance.spare_minor) != 0)
    async with db.reading() as session:
        rows = (await session.exec(query)).all()
    return {(row.member_id, row.currency): row.spare_minor for row in rows}


async def recount(db: Database, ledger_id: UUID) -> dict[tuple[UUID, str], int]:
    total = func.sum(Entry.spare_minor)
    query = (
        select(Entry.member_id, Entry.currency, total)
        .where(Entry.ledger_id == ledger_id)
        .group_by(col(Entry.member_id), col(Entry.currency))
        .having(total != 0)
    )
    async with db.reading() as session:
        rows = (await session.exec(query)).all()
    return {(who, currency): int(spare) for who, currency, spare in rows}


async def owed(db: Database, expense: Expense) -> dict[UUID, int]:
    return {who: minor for who, (_, minor) in (await entries(db, expense.id)).items()}


async def test_the_payer_takes_the_odd_cent(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    await choose(db, ann, trip, RemainderPolicy.PAYER)

    for payer in (ann, bob, ann, bob):
        expense = await spend(db, payer, trip.id, 101)
        assert (await owed(db, expense))[trip.seat(payer)] == 51


async def test_a_fair_ledger_takes_turns_per_currency(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    a, b = trip.seat(ann), trip.seat(bob)
    await choose(db, ann, trip, RemainderPolicy.FAIR_LEDGER)

    for _ in range(3):
        await spend(db, ann, trip.id, 101)
        await spend(db, ann, trip.id, -101, currency="USD")
        await spend(db, ann, trip.id, 100)
        await spend(db, ann, trip.id, 101)

    counted = await counts(db, trip.id)
    assert (counted[a, "EUR"], counted[b, "EUR"]) == (3, 3)
    assert sorted((counted[a, "USD"], counted[b, "USD"])) == [1, 2]


@pytest.mark.parametrize("policy", RemainderPolicy)
async def test_shares_only_move_with_the_cost(
    db: Database, ann: Actor, trip: Group, policy: RemainderPolicy
) -> None:
    await choose(db, ann, trip, policy)
    expense = await spend(db, ann, trip.id, 101)
    shares, open_balances = await owed(db, expense), await balances(db, trip.id)
    for other in RemainderPolicy:
        await choose(db, ann, trip, other)
        async with db.transaction() as tx:
            version = (await tx.get_one(Expense, expense.id)).version
            changes = Changes(
                bill=Bill(Money(101, "EUR")),
                note=To(f"Under {other}"),
                day=expense.day.replace(day=1 + version),
            )
            await expenses.update(tx, ann, expense.id, version, changes)
        assert await owed(db, expense) == shares
        async with db.transaction() as tx:
            await expenses.delete(tx, ann, expense.id)
        assert await counts(db, trip.id) == {}
        async with db.transaction() as tx:
            await expenses.restore(tx, ann, expense.id)
        assert await owed(db, expense) == shares

    assert await balances(db, trip.id) == open_balances


async def test_choosing_is_an_event_and_only_for_who_has_seen_the_ledger(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    await choose(db, ann, trip, RemainderPolicy.PAYER)
    event = (await log(db, trip.id))[-1]
    assert event.kind == "ledger.updated"
    assert event.after is not None
    assert event.after["remainder"] == "PAYER"

    before = await log(db, trip.id)
    with pytest.raises(Stale):
        async with db.transaction() as tx:
            await ledgers.choose_remainder(tx, bob, trip.id, 1, RemainderPolicy.ROTATE)
    assert await log(db, trip.id) == before


async def test_what_moved_no_balance_can_be_edited_in_a_fair_ledger(
    db: Database, ann: Actor, bob: Actor, eve: Actor
) -> None:
    trip = await make_group(db, ann, bob, eve)
    a, b = trip.seat(ann), trip.seat(bob)
    await choose(db, ann, trip, RemainderPolicy.FAIR_LEDGER)
    expense = await spend(db, ann, trip.id, 300, paid_by={a: 200, b: 100})

    async with db.transaction() as tx:
        edit = Changes(bill=Bill(Money(301, "EUR"), paid_by={a: 201, b: 100}))
        await expenses.update(tx, ann, expense.id, expense.version, edit)

    assert sorted((await owed(db, expense)).values()) == [100, 100, 101]
    assert await counts(db, trip.id) == await recount(db, trip.id)


Deed = tuple[str, int, int, int]


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    history=st.lists(
        st.tuples(
            st.sampled_from(["create", "create", "edit", "delete", "restore"]),
            st.integers(-500, 500),
            st.integers(0, 3),
            st.integers(0, 9),
        ),
        min_size=3,
        max_size=14,
    )
)
async def test_counters_equal_a_recount_and_the_fewest_are_served_first(
    db: Database, ann: Actor, bob: Actor, eve: Actor, history: list[Deed]
) -> None:
    """Between those who may get one, an odd cent never goes to who has more: only ties are open."""
    trip = await make_group(db, ann, bob, eve)
    await choose(db, ann, trip, RemainderPolicy.FAIR_LEDGER)
    people = tuple(trip.seats.values())
    made: list[Expense] = []
    for deed, minor, way, pick in history:
        how = (
            Equal(people),
            Shares({who: 100 + 50 * index for index, who in enumerate(people)}),
            Adjusted(dict.fromkeys(people, 0)),
            Equal(people[:1]),  # whoever pays: no balance moves
        )[way]
        chosen = made[pick % len(made)] if made else None
        own = await _spare_of(db, chosen) if deed == "edit" and chosen else set[UUID]()
        before = Counter({who: n for (who, _), n in (await counts(db, trip.id)).items()})
        written: Expense | None = None
        if deed == "create" or chosen is None:
            written = await spend(db, ann, trip.id, minor, split=how)
            made.append(written)
        else:
            async with db.transaction() as tx:
                current = await tx.get_one(Expense, chosen.id)
                if deed == "delete":
                    await expenses.delete(tx, ann, chosen.id)
                elif deed == "restore":
                    await expenses.restore(tx, ann, chosen.id)
                elif current.deleted_at is None and current.amount_minor != minor:
                    before.subtract(own)
                    edit = Changes(bill=Bill(Money(minor, "EUR"), split=how))
                    written = await expenses.update(tx, ann, chosen.id, current.version, edit)
        assert await counts(db, trip.id) == await recount(db, trip.id)
        if written is not None and way != 1:  # all have the same fraction, if any
            lucky = await _spare_of(db, written)
            assert all(before[who] <= before[other] for who in lucky for other in {*people} - lucky)


async def _spare_of(db: Database, expense: Expense) -> set[UUID]:
    query = select(Entry.member_id).where(Entry.expense_id == expense.id, Entry.spare_minor == 1)
    async with db.reading() as session:
        return {*(await session.exec(query)).all()}
