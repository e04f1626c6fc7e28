import asyncio
from collections import Counter
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.errors import Conflict, Invalid, NotFound
from domain.expense import Bill, Changes, Cost, To
from domain.fingerprint import IdAlreadyUsed, IdNotVersion7, Stale
from domain.log import EventKind
from domain.money import Money
from domain.split import Equal, Exact, Percent, Shares, SharesDoNotAddUp
from models.expense import Expense
from services import categories, expenses, ledgers
from services.categories import NoSuchCategory
from services.postings import NotMembers
from tests.groups import (
    Group,
    balances,
    draft,
    entries,
    ledger_row,
    log,
    make_group,
    personal_ledger,
    spend,
)


async def test_what_goes_without_saying_is_paid_by_me_for_everyone(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    expense = await spend(db, ann, trip.id, 1001)

    shares = await entries(db, expense.id)
    assert shares[trip.seat(ann)][0] == 1001
    assert sorted(owed for _, owed in shares.values()) == [500, 501]
    nets = await balances(db, trip.id)
    assert nets[trip.seat(ann), "EUR"] == -nets[trip.seat(bob), "EUR"]
    assert nets[trip.seat(ann), "EUR"] == 1001 - shares[trip.seat(ann)][1]


async def test_a_personal_expense_owes_nobody(db: Database, ann: Actor) -> None:
    mine = await personal_ledger(db, ann)

    expense = await spend(db, ann, mine.id, 990)

    assert await entries(db, expense.id) == {mine.seat(ann): (990, 990)}
    assert await balances(db, mine.id) == {}


async def test_several_payers_and_every_split(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    a, b = trip.seat(ann), trip.seat(bob)
    paid_by = {a: 700, b: 300}

    for how in (
        Exact({a: 250, b: 750}),
        Percent({a: 2500, b: 7500}),
        Shares({a: 100, b: 300}),
    ):
        expense = await spend(db, ann, trip.id, 1000, paid_by=paid_by, split=how)
        assert await entries(db, expense.id) == {a: (700, 250), b: (300, 750)}

    assert await balances(db, trip.id) == {(a, "EUR"): 1350, (b, "EUR"): -1350}


async def test_a_refund_runs_the_other_way(db: Database, ann: Actor, trip: Group) -> None:
    await spend(db, ann, trip.id, 1000)
    await spend(db, ann, trip.id, -1000)

    assert await balances(db, trip.id) == {}


async def test_the_same_request_again_gets_the_first_answer(
    db: Database, ann: Actor, trip: Group
) -> None:
    same = draft(trip.id, note="Dinner")

    async def ask() -> Expense:
        async with db.transaction() as tx:
            return (await expenses.create(tx, ann, same)).expense

    answers = await asyncio.gather(*(ask() for _ in range(8)))

    assert {(answer.id, answer.version, answer.amount_minor) for answer in answers} == {
        (same.id, 1, 1000)
    }
    kinds = Counter(event.kind for event in await log(db, trip.id))
    assert kinds[EventKind.EXPENSE_CREATED] == 1


async def test_the_same_id_for_something_else_is_a_conflict(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    first = await spend(db, ann, trip.id, 1000)
    before = await log(db, trip.id)

    with pytest.raises(IdAlreadyUsed):
        await spend(db, ann, trip.id, 1001, id=first.id)
    with pytest.raises(IdAlreadyUsed):
        await spend(db, bob, trip.id, 1000, id=first.id)

    assert await log(db, trip.id) == before


async def test_a_retry_after_the_group_was_archived_still_gets_its_answer(
    db: Database, ann: Actor, trip: Group
) -> None:
    same = draft(trip.id)
    async with db.transaction() as tx:
        await expenses.create(tx, ann, same)
    async with db.transaction() as tx:
        await ledgers.archive(tx, ann, trip.id)

    async with db.transaction() as tx:
        assert (await expenses.create(tx, ann, same)).expense.id == same.id
    with pytest.raises(Conflict, match="archived"):
        await spend(db, ann, trip.id)


async def test_strangers_see_nothing_and_write_nothing(
    db: Database, ann: Actor, eve: Actor, trip: Group
) -> None:
    expense = await spend(db, ann, trip.id)
    before = await log(db, trip.id)

    with pytest.raises(NotFound, match=r"No such ledger\."):
        await spend(db, eve, trip.id)
    for write in (expenses.delete, expenses.restore):
        with pytest.raises(NotFound, match=r"No such expense\."):
            async with db.transaction() as tx:
                await write(tx, eve, expense.id)
    with pytest.raises(NotFound, match=r"No such expense\."):
        async with db.transaction() as tx:
            await expenses.update(tx, eve, expense.id, 1, Changes(note=To("mine")))

    assert await log(db, trip.id) == before


async def test_members_only(db: Database, ann: Actor, trip: Group) -> None:
    before = await log(db, trip.id)

    with pytest.raises(NotMembers):
        await spend(db, ann, trip.id, paid_by={new_id(): 1000})
    with pytest.raises(NotMembers):
        await spend(db, ann, trip.id, split=Equal((new_id(),)))

    assert await log(db, trip.id) == before
    assert await balances(db, trip.id) == {}


async def test_refuses_by_name_and_leaves_no_trace(db: Database, ann: Actor, trip: Group) -> None:
    before = await log(db, trip.id)

    refused: list[tuple[type[Exception], dict[str, Any]]] = [
        (SharesDoNotAddUp, {"split": Exact({trip.seat(ann): 999})}),
        (SharesDoNotAddUp, {"paid_by": {trip.seat(ann): 1}}),
        (NoSuchCategory, {"category_id": new_id()}),
        (IdNotVersion7, {"id": new_id().__class__(int=4)}),
        (Invalid, {"note": "x" * 2001}),
        (Invalid, {"tags": [str(number) for number in range(21)]}),
    ]
    for refusal, terms in refused:
        with pytest.raises(refusal):
            await spend(db, ann, trip.id, **terms)

    assert await log(db, trip.id) == before


async def test_an_edit_posts_anew(db: Database, ann: Actor, bob: Actor, trip: Group) -> None:
    expense = await spend(db, ann, trip.id, 1000)
    a, b = trip.seat(ann), trip.seat(bob)

    async with db.transaction() as tx:
        edited = await expenses.update(
            tx, bob, expense.id, 1, Changes(bill=Bill(Money(600, "USD")), note=To("Taxi"))
        )

    assert (edited.version, edited.amount_minor, edited.note) == (2, 600, "Taxi")
    assert await entries(db, expense.id) == {a: (600, 300), b: (0, 300)}
    assert await balances(db, trip.id) == {(a, "USD"): 300, (b, "USD"): -300}
    assert edited.clock["money"]["dot"] == [bob.device_id, 1]
    assert edited.clock["day"]["dot"] == [ann.device_id, 1]
    event = (await log(db, trip.id))[-1]
    assert event.kind == "expense.updated"
    assert event.before is not None
    assert event.after is not None
    assert (event.before["amount_minor"], event.after["amount_minor"]) == (1000, 600)
    assert {(entry["currency"], entry["net_minor"]) for entry in event.balances} == {
        ("EUR", 0),
        ("USD", 300),
        ("USD", -300),
    }


async def test_an_edit_of_what_has_changed_meanwhile_is_stale(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    expense = await spend(db, ann, trip.id)
    change = Changes(note=To("Taxi"))
    async with db.transaction() as tx:
        await expenses.update(tx, ann, expense.id, 1, change)

    with pytest.raises(Stale) as refused:
        async with db.transaction() as tx:
            await expenses.update(tx, bob, expense.id, 1, Changes(note=To("Bus")))
    assert refused.value.entity == ("Expense", expense.id)
    async with db.transaction() as tx:
        again = await expenses.update(tx, ann, expense.id, 1, change)
    assert (again.version, again.note) == (2, "Taxi")


async def test_deleting_and_restoring_bring_the_balances_back(
    db: Database, ann: Actor, trip: Group
) -> None:
    expense = await spend(db, ann, trip.id)
    posted, owed = await entries(db, expense.id), await balances(db, trip.id)

    for _ in range(2):
        async with db.transaction() as tx:
            assert (await expenses.delete(tx, ann, expense.id)).deleted_at is not None
    assert (await entries(db, expense.id), await balances(db, trip.id)) == ({}, {})
    with pytest.raises(expenses.ExpenseDeleted):
        async with db.transaction() as tx:
            await expenses.update(tx, ann, expense.id, 2, Changes(note=To("x")))
    for _ in range(2):
        async with db.transaction() as tx:
            assert (await expenses.restore(tx, ann, expense.id)).deleted_at is None

    assert (await entries(db, expense.id), await balances(db, trip.id)) == (posted, owed)
    kinds = [event.kind for event in await log(db, trip.id)]
    assert kinds[-3:] == ["expense.created", "expense.deleted", "expense.restored"]


async def test_the_database_refuses_entries_that_do_not_balance(
    db: Database, ann: Actor, trip: Group
) -> None:
    expense = await spend(db, ann, trip.id)

    for tampering in (
        "UPDATE entries SET owed_minor = owed_minor + 1",
        "DELETE FROM entries WHERE paid_minor = 0",
        "DELETE FROM entries",
        "UPDATE expenses SET amount_minor = amount_minor + 1",
        "UPDATE expenses SET deleted_at = now()",
        """INSERT INTO entries (id, created_at, ledger_id, expense_id, member_id, currency, paid_minor,
        owed_minor, spare_minor, day) SELECT gen_random_uuid(), created_at, ledger_id, expense_id,
        member_id, currency, paid_minor, owed_minor, spare_minor, day FROM entries""",
    ):
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            async with db.transaction() as tx:
                await tx.driver.execute(tampering)

    assert sum(owed for _, owed in (await entries(db, expense.id)).values()) == 1000


async def test_concurrent_writes_leave_a_gapless_log_and_balances_that_cancel(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    async def live(actor: Actor, minor: int) -> None:
        expense = await spend(db, actor, trip.id, minor)
        if minor % 3 == 0:
            async with db.transaction() as tx:
                await expenses.delete(tx, actor, expense.id)

    await asyncio.gather(*(live((ann, bob)[n % 2], 100 + n) for n in range(30)))

    events = await log(db, trip.id)
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert len(events) == (await ledger_row(db, trip.id)).seq
    assert sum((await balances(db, trip.id)).values()) == 0


Terms = tuple[int, int, str]


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    history=st.lists(
        st.tuples(
            st.integers(-5000, 5000),
            st.integers(0, 3),
            st.sampled_from(["create", "edit", "delete", "restore"]),
        ),
        min_size=1,
        max_size=10,
    )
)
async def test_balances_are_the_sum_of_entries_whatever_happens(
    db: Database, ann: Actor, bob: Actor, history: list[Terms]
) -> None:
    trip = await make_group(db, ann, bob)
    made: list[Expense] = []
    for minor, pick, deed in history:
        if deed == "create" or not made:
            made.append(await spend(db, (ann, bob)[pick % 2], trip.id, minor))
            continue
        chosen = made[pick % len(made)]
        async with db.transaction() as tx:
            match deed:
                case "edit":
                    current = await tx.get_one(Expense, chosen.id)
                    if current.deleted_at is None:
                        bill = Bill(Money(minor, "EUR"), split=Shares({trip.seat(ann): 100 + pick}))
                        await expenses.update(
                            tx, ann, chosen.id, current.version, Changes(bill=bill)
                        )
                case "delete":
                    await expenses.delete(tx, bob, chosen.id)
                case _:
                    await expenses.restore(tx, ann, chosen.id)

    expected: Counter[tuple[object, str]] = Counter()
    for expense in made:
        for member_id, (paid, owed) in (await entries(db, expense.id)).items():
            expected[member_id, "EUR"] += paid - owed
    assert await balances(db, trip.id) == {key: net for key, net in expected.items() if net}


def test_a_sole_payer_pays_the_new_amount_and_the_split_stays() -> None:
    a, b = new_id(), new_id()
    before = Cost(Money(100, "EUR"), {a: 100}, Shares({a: 100, b: 300}))

    assert Bill(Money(60, "USD")).instead_of(before, None) == Cost(
        Money(60, "USD"), {a: 60}, Shares({a: 100, b: 300})
    )


async def test_categories_are_seeded_in_two_levels(db: Database) -> None:
    async with db.reading() as session:
        rows = await categories.all_of(session)

    keys = {row.key: row for row in rows}
    assert {"food", "food.groceries", "transport.fuel", "other.general"} <= keys.keys()
    assert all(
        row.parent_id == (keys[row.key.split(".")[0]].id if "." in row.key else None)
        for row in rows
    )
