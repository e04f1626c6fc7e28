import asyncio
from datetime import date
from uuid import UUID

import pytest

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.budget import BudgetNotPositive, Changes, ThresholdOutOfRange
from domain.errors import NotFound, Refusal
from domain.expense import Changes as ExpenseChanges
from domain.expense import To
from domain.fingerprint import IdAlreadyUsed, IdNotVersion7, NothingToChange, Stale
from domain.log import EventKind
from domain.money import Money
from domain.pages import CursorUnreadable, Slice
from domain.period import Period, PeriodKind
from domain.settlement import Payment
from domain.split import Exact
from models.budget import Budget
from services import budgets, expenses, settlements
from services.budgets import BudgetDeleted, TooManyBudgets
from services.categories import NoSuchCategory
from tests.budgets import TODAY, alerts, category, check, draft, make_budget, standing
from tests.groups import Group, log, personal_ledger, spend


@pytest.fixture
async def mine(db: Database, ann: Actor) -> Group:
    return await personal_ledger(db, ann)


async def test_how_a_budget_stands(db: Database, ann: Actor, mine: Group) -> None:
    budget = await make_budget(db, ann, 10_000)
    await spend(db, ann, mine.id, 3000, day=date(2026, 5, 1))
    await spend(db, ann, mine.id, 1500, day=TODAY)

    found = await standing(db, ann, budget.id)

    assert found.period == Period(date(2026, 5, 1), date(2026, 6, 1))
    assert found.amount == Money(10_000, "EUR")
    assert found.spent == Money(4500, "EUR")
    assert found.remaining == Money(5500, "EUR")
    assert found.percent == 45
    assert found.projected == Money(9300, "EUR")  # 45.00 in 15 of 31 days
    assert found.uncounted == []


async def test_a_group_expense_counts_with_my_share_and_not_with_what_i_fronted(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    of_ann, of_bob = await make_budget(db, ann), await make_budget(db, bob)
    split = Exact({trip.seat(ann): 2500, trip.seat(bob): 7500})

    await spend(db, ann, trip.id, 10_000, split=split)

    assert (await standing(db, ann, of_ann.id)).spent == Money(2500, "EUR")
    assert (await standing(db, bob, of_bob.id)).spent == Money(7500, "EUR")


async def test_settling_up_is_not_spending(
    db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    of_ann, of_bob = await make_budget(db, ann), await make_budget(db, bob)
    payment = Payment(
        id=new_id(),
        ledger_id=trip.id,
        payer_id=trip.seat(bob),
        payee_id=trip.seat(ann),
        amount=Money(5000, "EUR"),
        day=TODAY,
    )
    async with db.transaction() as tx:
        await settlements.record(tx, bob, payment)

    assert (await standing(db, ann, of_ann.id)).spent.minor == 0
    assert (await standing(db, bob, of_bob.id)).spent.minor == 0


async def test_refunds_deletions_and_edits_lower_what_is_spent(
    db: Database, ann: Actor, mine: Group
) -> None:
    budget = await make_budget(db, ann)
    first = await spend(db, ann, mine.id, 4000)
    second = await spend(db, ann, mine.id, 300)
    await spend(db, ann, mine.id, -1000)
    assert (await standing(db, ann, budget.id)).spent.minor == 3300

    async with db.transaction() as tx:
        await expenses.delete(tx, ann, first.id)
    assert (await standing(db, ann, budget.id)).spent.minor == -700
    assert (await standing(db, ann, budget.id)).percent == -7

    async with db.transaction() as tx:
        await expenses.update(tx, ann, second.id, 1, ExpenseChanges(day=date(2026, 4, 30)))
    assert (await standing(db, ann, budget.id)).spent.minor == -1000

    async with db.transaction() as tx:
        await expenses.restore(tx, ann, first.id)
    assert (await standing(db, ann, budget.id)).spent.minor == 3000


async def test_a_category_includes_those_below_it(db: Database, ann: Actor, mine: Group) -> None:
    food, groceries = await category(db, "food"), await category(db, "food.groceries")
    all_food = await make_budget(db, ann, category_ids=[food])
    only_groceries = await make_budget(db, ann, category_ids=[groceries])
    everything = await make_budget(db, ann)
    for key, minor in {"food": 1, "food.groceries": 20, "food.coffee": 300}.items():
        await spend(db, ann, mine.id, minor, category_id=await category(db, key))
    other = await spend(db, ann, mine.id, 4000, category_id=await category(db, "home.rent"))
    await spend(db, ann, mine.id, 50_000)

    assert (await standing(db, ann, all_food.id)).spent.minor == 321
    assert (await standing(db, ann, only_groceries.id)).spent.minor == 20
    assert (await standing(db, ann, everything.id)).spent.minor == 54_321

    async with db.transaction() as tx:
        await expenses.update(tx, ann, other.id, 1, ExpenseChanges(category_id=To(groceries)))
    assert (await standing(db, ann, all_food.id)).spent.minor == 4321


async def test_other_currencies_are_named_and_not_counted(
    db: Database, ann: Actor, mine: Group
) -> None:
    budget = await make_budget(db, ann)
    await spend(db, ann, mine.id, 1000)
    await spend(db, ann, mine.id, 700, currency="JPY")
    await spend(db, ann, mine.id, 20, currency="CHF", day=date(2026, 5, 30))
    await spend(db, ann, mine.id, 99, currency="USD", day=date(2026, 4, 30))

    found = await standing(db, ann, budget.id)

    assert found.spent == Money(1000, "EUR")
    assert found.uncounted == [Money(20, "CHF"), Money(700, "JPY")]


@pytest.mark.parametrize(
    ("kind", "period", "spent"),
    [
        (PeriodKind.WEEKLY, Period(date(2026, 5, 11), date(2026, 5, 18)), 2 + 4),
        (PeriodKind.MONTHLY, Period(date(2026, 5, 1), date(2026, 6, 1)), 2 + 4 + 8 + 16),
        (PeriodKind.YEARLY, Period(date(2026, 1, 1), date(2027, 1, 1)), 63),
    ],
)
async def test_each_kind_of_period(
    db: Database, ann: Actor, mine: Group, kind: PeriodKind, period: Period, spent: int
) -> None:
    budget = await make_budget(db, ann, period=kind)
    days = ["01-01", "05-11", "05-17", "05-18", "05-10", "12-31"]
    for number, day in enumerate(days):
        await spend(db, ann, mine.id, 2**number, day=date.fromisoformat(f"2026-{day}"))

    found = await standing(db, ann, budget.id)

    assert (found.period, found.spent.minor) == (period, spent)


async def test_a_projection_leans_on_the_periods_before(
    db: Database, ann: Actor, mine: Group
) -> None:
    budget = await make_budget(db, ann)
    history = [400, 420, 380, 500, 460, 520]
    for month, minor in zip((11, 12, 1, 2, 3, 4), history, strict=True):
        await spend(db, ann, mine.id, minor, day=date(2025 if month > 10 else 2026, month, 9))
    await spend(db, ann, mine.id, 10**6, day=date(2025, 10, 31))  # the seventh does not count
    await spend(db, ann, mine.id, 300, day=date(2026, 5, 2))
    await spend(db, ann, mine.id, 70, day=date(2026, 5, 20))

    found = await standing(db, ann, budget.id)

    # F = 4180/9, λ = 15/31: 300 + 70 + (300 + 16/31·F)·16/31 = 648.57
    assert found.spent.minor == 370
    assert found.projected.minor == 649


async def test_looks_at_the_period_of_any_day(db: Database, ann: Actor, mine: Group) -> None:
    budget = await make_budget(db, ann)
    await spend(db, ann, mine.id, 900, day=date(2026, 3, 3))
    await spend(db, ann, mine.id, 100, day=date(2026, 4, 4))
    await spend(db, ann, mine.id, 40, day=date(2026, 7, 1))

    past = await standing(db, ann, budget.id, on=date(2026, 3, 31))
    ahead = await standing(db, ann, budget.id, on=date(2026, 7, 15))

    assert (past.period.start, past.spent.minor, past.projected.minor) == (
        date(2026, 3, 1),
        900,
        900,
    )
    assert (ahead.period.start, ahead.spent.minor) == (date(2026, 7, 1), 40)
    assert ahead.projected.minor == 40 + 420  # (3·100 + 2·900) / 5: May is not complete yet


async def test_a_day_that_no_calendar_has_is_refused(db: Database, ann: Actor) -> None:
    budget = await make_budget(db, ann)

    with pytest.raises(Refusal, match="9999-12-31 is not between"):
        await standing(db, ann, budget.id, on=date.max)


@pytest.mark.usefixtures("trip")
async def test_not_even_who_shares_a_group_sees_or_changes_it(
    db: Database, ann: Actor, bob: Actor, mine: Group
) -> None:
    budget = await make_budget(db, ann)
    before = await log(db, mine.id)

    with pytest.raises(KeyError):
        await standing(db, bob, budget.id)
    async with db.reading() as session:
        assert not (await budgets.page(session, bob.user_id, Slice(50, None))).rows
    with pytest.raises(NotFound, match=r"No such budget\."):
        async with db.transaction() as tx:
            await budgets.update(tx, bob, budget.id, 1, Changes(name="Mine"), TODAY)
    with pytest.raises(NotFound, match=r"No such budget\."):
        async with db.transaction() as tx:
            await budgets.delete(tx, bob, budget.id)

    assert await log(db, mine.id) == before


async def test_the_same_request_again_gets_the_first_answer(
    db: Database, ann: Actor, bob: Actor, mine: Group
) -> None:
    same = draft()

    async def ask() -> Budget:
        async with db.transaction() as tx:
            return await budgets.create(tx, ann, same, TODAY)

    answers = await asyncio.gather(*(ask() for _ in range(8)))
    assert {(answer.id, answer.version, answer.name) for answer in answers} == {(same.id, 1, "All")}
    assert [event.kind for event in await log(db, mine.id)].count(EventKind.BUDGET_CREATED) == 1

    for actor, other in ((ann, draft(1, id=same.id)), (bob, same)):
        with pytest.raises(IdAlreadyUsed):
            async with db.transaction() as tx:
                await budgets.create(tx, actor, other, TODAY)


async def test_an_edit_keeps_what_it_does_not_name(db: Database, ann: Actor, mine: Group) -> None:
    food = await category(db, "food")
    budget = await make_budget(db, ann, category_ids=[food], thresholds=[100, 50, 100])
    changes = Changes(amount=Money(500, "CHF"), thresholds=[90])

    for _ in range(2):  # a retry answers alike
        async with db.transaction() as tx:
            edited = await budgets.update(tx, ann, budget.id, 1, changes, TODAY)

        assert edited.version == 2
        assert (edited.amount_minor, edited.currency, edited.thresholds) == (500, "CHF", [90])
        assert (edited.name, edited.category_ids) == ("All", [food])
    *_, event = await log(db, mine.id)
    assert event.kind is EventKind.BUDGET_UPDATED
    assert event.before
    assert event.after
    assert {name for name in event.after if event.after[name] != event.before[name]} == {
        "amount_minor",
        "currency",
        "thresholds",
    }


async def test_refuses_an_edit_of_what_was_changed_meanwhile(
    db: Database, ann: Actor, mine: Group
) -> None:
    budget = await make_budget(db, ann)
    async with db.transaction() as tx:
        await budgets.update(tx, ann, budget.id, 1, Changes(name="Fun"), TODAY)
    before = await log(db, mine.id)

    with pytest.raises(Stale) as refusal:
        async with db.transaction() as tx:
            await budgets.update(tx, ann, budget.id, 1, Changes(name="Food"), TODAY)

    assert refusal.value.entity == ("Budget", budget.id)
    assert await log(db, mine.id) == before


async def test_a_deleted_budget_leaves_the_list_and_stays_readable(
    db: Database, ann: Actor, mine: Group
) -> None:
    budget = await make_budget(db, ann)
    for _ in range(2):
        async with db.transaction() as tx:
            assert (await budgets.delete(tx, ann, budget.id)).deleted_at is not None

    assert [event.kind for event in await log(db, mine.id)].count(EventKind.BUDGET_DELETED) == 1
    async with db.reading() as session:
        assert not (await budgets.page(session, ann.user_id, Slice(50, None))).rows
    assert (await standing(db, ann, budget.id)).spent.minor == 0
    with pytest.raises(BudgetDeleted):
        async with db.transaction() as tx:
            await budgets.update(tx, ann, budget.id, 2, Changes(name="Again"), TODAY)


async def test_a_restored_budget_is_as_it_was_and_alerts_nobody_of_what_was_spent_meanwhile(
    db: Database, ann: Actor, mine: Group
) -> None:
    budget = await make_budget(db, ann, 1000, thresholds=[50, 80])
    async with db.transaction() as tx:
        await budgets.delete(tx, ann, budget.id)
    await spend(db, ann, mine.id, 600)

    async with db.transaction() as tx:
        await budgets.restore(tx, ann, budget.id, TODAY)
        restored = await budgets.restore(tx, ann, budget.id, TODAY)
    await check(db, ann)
    assert await alerts(db, ann) == []
    await spend(db, ann, mine.id, 200)
    await check(db, ann)

    assert (restored.deleted_at, restored.version) == (None, 3)
    assert [event.kind for event in await log(db, mine.id)].count(EventKind.BUDGET_RESTORED) == 1
    assert await alerts(db, ann) == [(80, 800)]


async def test_a_budget_too_many_stays_deleted(
    db: Database, ann: Actor, mine: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    budget = await make_budget(db, ann)
    async with db.transaction() as tx:
        await budgets.delete(tx, ann, budget.id)
    monkeypatch.setattr(budgets, "MOST_BUDGETS", 0)
    before = await log(db, mine.id)

    with pytest.raises(TooManyBudgets):
        async with db.transaction() as tx:
            await budgets.restore(tx, ann, budget.id, TODAY)

    assert await log(db, mine.id) == before


async def test_refuses_by_name_and_leaves_no_trace(db: Database, ann: Actor, mine: Group) -> None:
    before = await log(db, mine.id)

    refused = {
        BudgetNotPositive: draft(0),
        ThresholdOutOfRange: draft(thresholds=[0]),
        NoSuchCategory: draft(category_ids=[new_id()]),
        IdNotVersion7: draft(id=UUID("00000000-0000-4000-8000-000000000000")),
    }
    for refusal, wanted in refused.items():
        with pytest.raises(refusal):
            async with db.transaction() as tx:
                await budgets.create(tx, ann, wanted, TODAY)

    assert await log(db, mine.id) == before
    async with db.reading() as session:
        assert not (await budgets.page(session, ann.user_id, Slice(50, None))).rows


async def test_refuses_an_edit_that_names_nothing(db: Database, ann: Actor) -> None:
    budget = await make_budget(db, ann)

    with pytest.raises(NothingToChange):
        async with db.transaction() as tx:
            await budgets.update(tx, ann, budget.id, 1, Changes(), TODAY)


async def test_there_is_room_for_a_hundred_budgets(
    db: Database, ann: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budgets, "MOST_BUDGETS", 2)
    first = await make_budget(db, ann)
    await make_budget(db, ann)

    with pytest.raises(TooManyBudgets):
        await make_budget(db, ann)
    async with db.transaction() as tx:
        await budgets.delete(tx, ann, first.id)

    assert (await make_budget(db, ann)).version == 1


async def test_pages_by_name(db: Database, ann: Actor) -> None:
    made = [await make_budget(db, ann, name=name) for name in ("Fun", "Car", "Fun", "Art")]
    same_name = sorted((made[0].id, made[2].id))

    async with db.reading() as session:
        first = await budgets.page(session, ann.user_id, Slice.of(3, None))
        rest = await budgets.page(session, ann.user_id, Slice.of(3, first.rows[-1][0]))
        with pytest.raises(CursorUnreadable):
            await budgets.page(session, ann.user_id, Slice(3, (7,)))

    assert [row.id for _, row in first.rows] == [made[3].id, made[1].id, same_name[0]]
    assert [row.id for _, row in rest.rows] == [same_name[1]]
    assert (first.has_next, rest.has_next) == (True, False)
