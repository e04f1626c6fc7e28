"""Saying that an expense is wrong: seen by all, heard by its people, moving no money."""

import pytest

from core.db import Database
from domain.actor import Actor
from domain.edit_policy import EditPolicy, NotInvolved, WhoMayEdit
from domain.expense import Bill, Changes, To
from domain.fingerprint import Stale
from domain.money import Money
from domain.notification import NotificationKind
from domain.role import Role
from domain.split import Equal
from domain.text import TextMissing
from models.expense import Expense
from services import expense_disputes, expenses, ledgers, undo
from services.access import LedgerArchived
from services.expenses import ExpenseDeleted
from tests.groups import DAY, Group, balances, entries, ledger_row, log, make_group, spend
from tests.integration.test_telling import kinds, tell
from tests.members import set_role


@pytest.fixture
async def group(db: Database, ann: Actor, bob: Actor, eve: Actor) -> Group:
    return await make_group(db, ann, bob, eve)


@pytest.fixture
async def dinner(db: Database, ann: Actor, bob: Actor, eve: Actor, group: Group) -> Expense:
    """Between Ann and Bob, recorded by Eve."""
    a, b = group.seat(ann), group.seat(bob)
    return await spend(db, eve, group.id, 1000, paid_by={a: 1000}, split=Equal((a, b)))


async def now(db: Database, expense: Expense) -> Expense:
    async with db.reading() as session:
        return await session.get_one(Expense, expense.id)


async def dispute(db: Database, actor: Actor, expense: Expense, reason: str) -> Expense:
    version = (await now(db, expense)).version
    async with db.transaction() as tx:
        return await expense_disputes.dispute(tx, actor, expense.id, version, reason)


async def withdraw(db: Database, actor: Actor, expense: Expense) -> Expense:
    version = (await now(db, expense)).version
    async with db.transaction() as tx:
        return await expense_disputes.withdraw(tx, actor, expense.id, version)


async def change(db: Database, actor: Actor, expense: Expense, changes: Changes) -> Expense:
    version = (await now(db, expense)).version
    async with db.transaction() as tx:
        return await expenses.update(tx, actor, expense.id, version, changes)


async def test_those_involved_say_why_until_they_withdraw_it(
    db: Database, ann: Actor, bob: Actor, group: Group, dinner: Expense
) -> None:
    before = await balances(db, group.id)
    a, b = str(group.seat(ann)), str(group.seat(bob))

    await dispute(db, bob, dinner, "  I had no wine. ")
    await dispute(db, ann, dinner, "I paid less.")
    for _ in range(2):
        await dispute(db, bob, dinner, "I was not there.")
    assert (await now(db, dinner)).disputes == {a: "I paid less.", b: "I was not there."}
    for _ in range(2):
        await withdraw(db, ann, dinner)
    await withdraw(db, bob, dinner)

    assert (await now(db, dinner)).disputes is None
    assert await balances(db, group.id) == before
    events = [event for event in await log(db, group.id) if event.entity_id == dinner.id]
    assert [event.kind for event in events] == [
        "expense.created",
        "expense.disputed",
        "expense.disputed",
        "expense.disputed",
        "expense.dispute_withdrawn",
        "expense.dispute_withdrawn",
    ]


async def test_nobody_else_does(db: Database, eve: Actor, group: Group, dinner: Expense) -> None:
    before = await log(db, group.id)
    with pytest.raises(NotInvolved):
        await dispute(db, eve, dinner, "Too expensive.")
    assert await log(db, group.id) == before


async def test_needs_a_reason_the_version_that_was_seen_and_an_expense_that_stands(
    db: Database, ann: Actor, bob: Actor, group: Group, dinner: Expense
) -> None:
    with pytest.raises(TextMissing):
        await dispute(db, bob, dinner, "  ")
    with pytest.raises(Stale):
        async with db.transaction() as tx:
            await expense_disputes.dispute(tx, bob, dinner.id, 7, "No.")
    async with db.transaction() as tx:
        await expenses.delete(tx, ann, dinner.id)
    with pytest.raises(ExpenseDeleted):
        await dispute(db, bob, dinner, "No.")
    async with db.transaction() as tx:
        await ledgers.archive(tx, ann, group.id)
    with pytest.raises(LedgerArchived):
        await dispute(db, bob, dinner, "No.")

    assert (await now(db, dinner)).disputes is None


async def test_is_a_right_of_whoever_may_not_edit(
    db: Database, ann: Actor, bob: Actor, group: Group, dinner: Expense
) -> None:
    await set_role(db, ann, group, bob, Role.VIEWER)
    version = (await ledger_row(db, group.id)).version
    async with db.transaction() as tx:
        policy = EditPolicy(WhoMayEdit.CREATOR_OR_ADMIN, 0)
        await ledgers.choose_edit_policy(tx, ann, group.id, version, policy)

    assert (await dispute(db, bob, dinner, "No.")).disputes == {str(group.seat(bob)): "No."}


async def test_another_cost_ends_it_and_nothing_else_does(
    db: Database, ann: Actor, bob: Actor, group: Group, dinner: Expense
) -> None:
    await dispute(db, bob, dinner, "No.")
    await change(db, ann, dinner, Changes(note=To("Wine"), day=DAY.replace(day=5)))
    same = Bill(Money(1000, "EUR"))
    await change(db, ann, dinner, Changes(bill=same, note=To("More wine")))
    async with db.transaction() as tx:
        await expenses.delete(tx, ann, dinner.id)
    async with db.transaction() as tx:
        await expenses.restore(tx, ann, dinner.id)
    assert (await now(db, dinner)).disputes == {str(group.seat(bob)): "No."}

    await change(db, ann, dinner, Changes(bill=Bill(Money(800, "EUR"))))

    assert (await now(db, dinner)).disputes is None
    *_, edit = await log(db, group.id)
    async with db.transaction() as tx:
        await undo.last_change(tx, ann, group.id, edit.seq)
    assert (await entries(db, dinner.id))[group.seat(bob)] == (0, 500)
    assert (await now(db, dinner)).disputes is None


async def test_is_undone_by_its_author(
    db: Database, bob: Actor, group: Group, dinner: Expense
) -> None:
    await dispute(db, bob, dinner, "No.")
    *_, event = await log(db, group.id)
    for _ in range(2):
        async with db.transaction() as tx:
            await undo.last_change(tx, bob, group.id, event.seq)

    assert (await now(db, dinner)).disputes is None
    *_, last = await log(db, group.id)
    assert (last.kind, last.seq) == ("expense.dispute_withdrawn", event.seq + 1)


async def test_is_told_to_whoever_is_part_of_it_and_to_whoever_recorded_it(
    db: Database, ann: Actor, bob: Actor, eve: Actor, group: Group, dinner: Expense
) -> None:
    await dispute(db, bob, dinner, "No.")
    await withdraw(db, bob, dinner)
    for event in (await log(db, group.id))[-2:]:
        await tell(db, event)

    told = [NotificationKind.EXPENSE_DISPUTED, NotificationKind.EXPENSE_DISPUTE_WITHDRAWN]
    assert await kinds(db, ann) == await kinds(db, eve) == told
    assert await kinds(db, bob) == []
