import asyncio
from datetime import date
from uuid import UUID

import pytest

from core.db import Database
from domain import budget as rules
from domain.actor import Actor
from domain.budget import Alert, Changes
from domain.expense import Bill
from domain.expense import Changes as ExpenseChanges
from domain.log import EventKind
from domain.money import Money
from domain.period import Period, PeriodKind
from domain.split import Equal, Exact
from models.budget import Budget
from models.expense import Expense
from services import budget_alerts, budgets, expenses
from services.budget_alerts import Concerned
from tests.budgets import TODAY, alerts, category, check, known, make_budget, told
from tests.groups import Group, log, make_group, personal_ledger, spend
from tests.imports import bring_in, take_out
from tests.members import leave
from tests.people import make_user

_REFUND = b"""Date,Description,Category,Cost,Currency,Ann,Bob
2026-05-04,Tickets,General,-60.00,EUR,60.00,-60.00
"""
"""Paid to Bob, and Ann's."""

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


@pytest.fixture
async def bob(db: Database) -> Actor:
    return await make_user(db, "Bob", time_zone="Asia/Tokyo")


@pytest.fixture
async def mine(db: Database, ann: Actor) -> Group:
    return await personal_ledger(db, ann)


async def edit(db: Database, owner: Actor, row: Budget, changes: Changes) -> Budget:
    async with db.transaction() as tx:
        return await budgets.update(tx, owner, row.id, row.version, changes, TODAY)


async def remove(db: Database, owner: Actor, expense: Expense) -> None:
    async with db.transaction() as tx:
        await expenses.delete(tx, owner, expense.id)


async def test_tells_of_each_threshold_once(db: Database, ann: Actor, mine: Group) -> None:
    budget = await make_budget(db, ann, 10_000)

    await spend(db, ann, mine.id, 7999)
    await check(db, ann)
    assert await alerts(db, ann) == []

    await spend(db, ann, mine.id, 1)
    for _ in range(3):
        await check(db, ann)
    assert await alerts(db, ann) == [(80, 8000)]

    await spend(db, ann, mine.id, 5000)
    await check(db, ann)
    assert await alerts(db, ann) == [(80, 8000), (100, 13_000)]
    assert await known(db, budget.id) == [(MAY, 80, True), (MAY, 100, True)]


async def test_an_alert_says_what_was_true_and_is_kept_as_a_notification(
    db: Database, ann: Actor, mine: Group
) -> None:
    budget = await make_budget(db, ann, 10_000, name="Month")
    await spend(db, ann, mine.id, 9000)
    await check(db, ann)

    *_, event, announcement = await log(db, mine.id)
    [notification] = await told(db, ann)

    assert (event.kind, event.entity_id) == (EventKind.BUDGET_ALERTED, budget.id)
    assert (event.actor_id, event.actor_name, event.device_id) == (None, "Outgo", 0)
    assert event.after
    assert rules.restored(event.after) == Alert(
        budget_id=budget.id,
        name="Month",
        threshold=80,
        spent=Money(9000, "EUR"),
        amount=Money(10_000, "EUR"),
        period=Period(MAY, JUNE),
    )
    assert (notification.source_seq, notification.data) == (event.seq, event.after)
    assert (announcement.kind, announcement.entity_id) == (
        EventKind.NOTIFICATION_CREATED,
        notification.id,
    )
    assert (announcement.seq, notification.read_at) == (notification.seq, None)


async def test_one_leap_over_two_thresholds_tells_of_both(
    db: Database, ann: Actor, mine: Group
) -> None:
    await make_budget(db, ann, 10_000)
    await spend(db, ann, mine.id, 10_000)
    await check(db, ann)

    assert await alerts(db, ann) == [(80, 10_000), (100, 10_000)]
    assert len(await told(db, ann)) == 2


async def test_eight_checks_at_once_alert_once(db: Database, ann: Actor, mine: Group) -> None:
    budget = await make_budget(db, ann, 10_000)
    await spend(db, ann, mine.id, 12_000)

    await asyncio.gather(*(check(db, ann) for _ in range(8)))

    assert await alerts(db, ann) == [(80, 12_000), (100, 12_000)]
    assert len(await told(db, ann)) == 2
    assert await known(db, budget.id) == [(MAY, 80, True), (MAY, 100, True)]


async def test_expenses_and_checks_side_by_side_alert_once(
    db: Database, ann: Actor, mine: Group
) -> None:
    await make_budget(db, ann, 10_000)

    async def spend_and_check() -> None:
        await spend(db, ann, mine.id, 2500)
        await check(db, ann)

    await asyncio.gather(*(spend_and_check() for _ in range(8)))

    assert [threshold for threshold, _ in await alerts(db, ann)] == [80, 100]


async def test_falling_below_and_rising_again_stays_silent(
    db: Database, ann: Actor, mine: Group
) -> None:
    await make_budget(db, ann, 10_000, thresholds=[80])
    expense = await spend(db, ann, mine.id, 9000)
    await check(db, ann)
    await remove(db, ann, expense)
    await check(db, ann)
    await spend(db, ann, mine.id, 9500)
    await check(db, ann)

    assert await alerts(db, ann) == [(80, 9000)]


async def test_a_refund_before_the_check_alerts_nobody(
    db: Database, ann: Actor, mine: Group
) -> None:
    await make_budget(db, ann, 10_000)
    await spend(db, ann, mine.id, 9000)
    await spend(db, ann, mine.id, -1001)
    await check(db, ann)

    assert await alerts(db, ann) == []


async def test_what_is_spent_when_a_budget_is_made_alerts_nobody(
    db: Database, ann: Actor, mine: Group
) -> None:
    await spend(db, ann, mine.id, 9000)
    await spend(db, ann, mine.id, 20_000, day=date(2026, 4, 30))
    budget = await make_budget(db, ann, 10_000)
    await check(db, ann)
    assert await alerts(db, ann) == []
    assert await known(db, budget.id) == [
        (date(2026, 4, 1), 80, False),
        (date(2026, 4, 1), 100, False),
        (MAY, 80, False),
    ]

    await spend(db, ann, mine.id, 1000)
    await check(db, ann)
    assert await alerts(db, ann) == [(100, 10_000)]


async def test_what_an_edit_puts_above_a_threshold_alerts_nobody(
    db: Database, ann: Actor, mine: Group
) -> None:
    budget = await make_budget(db, ann, 10_000, thresholds=[100])
    await spend(db, ann, mine.id, 6000)
    budget = await edit(db, ann, budget, Changes(thresholds=[50, 75, 100]))
    await check(db, ann)
    budget = await edit(db, ann, budget, Changes(amount=Money(8000, "EUR")))
    await check(db, ann)
    assert await alerts(db, ann) == []
    assert await known(db, budget.id) == [(MAY, 50, False), (MAY, 75, False)]

    await spend(db, ann, mine.id, 2000)
    await check(db, ann)
    assert await alerts(db, ann) == [(100, 8000)]


async def test_a_new_name_silences_nothing(db: Database, ann: Actor, mine: Group) -> None:
    budget = await make_budget(db, ann, 10_000, thresholds=[80])
    await spend(db, ann, mine.id, 8500)
    await edit(db, ann, budget, Changes(name="Renamed before the check"))
    await check(db, ann)

    assert await alerts(db, ann) == [(80, 8500)]


async def test_another_kind_of_period_that_starts_on_the_same_day_alerts_anew(
    db: Database, ann: Actor, mine: Group
) -> None:
    january = date(2026, 1, 20)
    budget = await make_budget(db, ann, 1000, thresholds=[100], today=january)
    await spend(db, ann, mine.id, 1000, day=january)
    await check(db, ann, today=january)
    changes = Changes(period=PeriodKind.YEARLY, amount=Money(12_000, "EUR"))
    async with db.transaction() as tx:
        await budgets.update(tx, ann, budget.id, 1, changes, january)

    await spend(db, ann, mine.id, 11_000, day=TODAY)
    await check(db, ann)

    assert await alerts(db, ann) == [(100, 1000), (100, 12_000)]


async def test_every_period_alerts_anew(db: Database, ann: Actor, mine: Group) -> None:
    await make_budget(db, ann, 10_000, thresholds=[100])
    await spend(db, ann, mine.id, 10_000)
    await check(db, ann)
    await spend(db, ann, mine.id, 11_000, day=date(2026, 6, 3))
    await check(db, ann, today=date(2026, 6, 3))

    assert await alerts(db, ann) == [(100, 10_000), (100, 11_000)]


@pytest.mark.parametrize(
    ("day", "alerted"),
    [
        (date(2026, 5, 31), True),  # later this month
        (date(2026, 4, 1), True),  # last month
        (date(2026, 3, 31), False),  # long ago
        (date(2026, 6, 1), False),  # not yet
    ],
)
async def test_which_periods_alert(
    db: Database, ann: Actor, mine: Group, day: date, *, alerted: bool
) -> None:
    await make_budget(db, ann, 10_000, thresholds=[100])
    await spend(db, ann, mine.id, 10_000, day=day)
    await check(db, ann)

    assert await alerts(db, ann) == ([(100, 10_000)] if alerted else [])


async def test_what_was_dated_ahead_alerts_when_its_period_has_come(
    db: Database, ann: Actor, mine: Group
) -> None:
    await make_budget(db, ann, 10_000, thresholds=[100])
    await spend(db, ann, mine.id, 10_000, day=JUNE)
    await check(db, ann)
    assert await alerts(db, ann) == []

    await check(db, ann, today=JUNE)
    assert await alerts(db, ann) == [(100, 10_000)]


async def test_a_deleted_budget_is_silent(db: Database, ann: Actor, mine: Group) -> None:
    budget = await make_budget(db, ann, 10_000)
    async with db.transaction() as tx:
        await budgets.delete(tx, ann, budget.id)
    await spend(db, ann, mine.id, 10_000)
    await check(db, ann)

    assert await alerts(db, ann) == []
    assert await known(db, budget.id) == []


async def test_other_categories_and_currencies_alert_nobody(
    db: Database, ann: Actor, mine: Group
) -> None:
    food = await category(db, "food")
    await make_budget(db, ann, 100, category_ids=[food])
    await spend(db, ann, mine.id, 1000, category_id=await category(db, "home"))
    await spend(db, ann, mine.id, 1000, category_id=food, currency="USD")
    await spend(db, ann, mine.id, 1000)
    await check(db, ann)

    assert await alerts(db, ann) == []


async def concerned(db: Database, ledger_id: UUID) -> set[Concerned]:
    """Whom the ledger's newest event concerns."""
    *_, event = await log(db, ledger_id)
    return set(await budget_alerts.concerned(db, ledger_id, [event.seq]))


async def test_everyone_with_a_share_and_a_budget_is_concerned(
    db: Database, ann: Actor, bob: Actor, mine: Group
) -> None:
    eve = await make_user(db, "Eve")
    trip = await make_group(db, ann, bob, eve)
    await make_budget(db, ann)
    await make_budget(db, bob)
    his = await personal_ledger(db, bob)
    for_ann, for_bob = Concerned(mine.id, "Europe/Berlin"), Concerned(his.id, "Asia/Tokyo")

    expense = await spend(db, ann, trip.id)
    assert await concerned(db, trip.id) == {for_ann, for_bob}

    only_bob = Equal((trip.seat(bob), trip.seat(eve)))
    await spend(db, ann, trip.id, split=only_bob)
    assert await concerned(db, trip.id) == {for_bob}

    all_eves = Bill(Money(1000, "EUR"), split=Exact({trip.seat(eve): 1000}))
    async with db.transaction() as tx:
        await expenses.update(tx, ann, expense.id, 1, ExpenseChanges(bill=all_eves))
    assert await concerned(db, trip.id) == {for_ann, for_bob}  # they had a share before

    await remove(db, ann, expense)
    assert await concerned(db, trip.id) == set()
    assert await budget_alerts.concerned(db, trip.id, [10**6]) == []


async def test_whose_refund_a_file_brought_is_alerted_when_it_is_taken_out(
    db: Database, ann: Actor, bob: Actor, mine: Group
) -> None:
    trip = await make_group(db, bob, ann)
    await make_budget(db, ann, 10_000)
    await make_budget(db, bob)
    await spend(db, ann, mine.id, 14_000)
    file = await bring_in(db, ann, trip, _REFUND)
    await leave(db, ann, trip)
    await check(db, ann)
    assert await alerts(db, ann) == [(80, 8000)]

    await take_out(db, bob, file)
    his = await personal_ledger(db, bob)
    assert await concerned(db, trip.id) == {
        Concerned(mine.id, "Europe/Berlin"),  # who has gone keeps what they spent there
        Concerned(his.id, "Asia/Tokyo"),
    }
    await check(db, ann)

    assert await alerts(db, ann) == [(80, 8000), (100, 14_000)]
