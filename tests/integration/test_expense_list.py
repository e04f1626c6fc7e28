from datetime import date

import pytest

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.errors import NotFound
from domain.expense import Source
from domain.listing import ExpenseFilter, ExpenseOrder
from domain.money import Money
from domain.pages import CursorUnreadable, Slice
from domain.split import Equal
from services import categories, expense_list, expenses
from tests.groups import Group, make_group, personal_ledger, spend
from tests.people import make_user


@pytest.fixture
async def trip(db: Database, ann: Actor) -> Group:
    return await make_group(db, ann, await make_user(db, "Bob"))


async def _notes(
    db: Database,
    viewer: Actor,
    wanted: ExpenseFilter,
    order: ExpenseOrder = ExpenseOrder.NEWEST,
    first: int = 100,
) -> list[str | None]:
    """The notes of all pages, in order."""
    notes: list[str | None] = []
    after = None
    while True:
        async with db.reading() as session:
            page = await expense_list.page(
                session, viewer.user_id, wanted, order, Slice.of(first, after)
            )
        notes += [row.note for _, row in page.rows]
        if not page.has_next:
            return notes
        after = page.rows[-1][0]


@pytest.mark.parametrize("first", [1, 2, 100])
async def test_every_order_visits_every_expense_once(
    db: Database, ann: Actor, trip: Group, first: int
) -> None:
    for note, day, minor in (("a", 3, 500), ("b", 1, 700), ("c", 2, 500), ("d", 2, 100)):
        await spend(db, ann, trip.id, minor, day=date(2026, 5, day), note=note)
    wanted = ExpenseFilter(ledger_id=trip.id)

    seen = {
        order: "".join(note or "" for note in await _notes(db, ann, wanted, order, first))
        for order in ExpenseOrder
    }

    assert seen == {
        ExpenseOrder.NEWEST: "adcb",
        ExpenseOrder.OLDEST: "bcda",
        ExpenseOrder.LARGEST: "bcad",
        ExpenseOrder.SMALLEST: "dacb",
        ExpenseOrder.LAST_ADDED: "dcba",
    }


async def test_every_filter_lets_through_what_it_says(
    db: Database, ann: Actor, trip: Group
) -> None:
    async with db.reading() as session:
        by_key = {row.key: row.id for row in await categories.all_of(session)}
    mine = await personal_ledger(db, ann)
    bob = next(seat for user, seat in trip.seats.items() if user != ann.user_id)
    await spend(db, ann, trip.id, 900, note="rent", category_id=by_key["home.rent"])
    await spend(db, ann, trip.id, 100, note="milk", category_id=by_key["food.groceries"])
    await spend(db, ann, trip.id, 200, note="feast 100%", category_id=by_key["food"])
    await spend(
        db,
        ann,
        trip.id,
        300,
        note="solo",
        split=Equal((trip.seat(ann),)),
        source=Source.BANK_IMPORT,
    )
    await spend(db, ann, trip.id, 400, note="yen", currency="JPY", day=date(2026, 6, 1))
    await spend(db, ann, mine.id, 500, note="own", merchant="Rosa's Café")
    gone = await spend(db, ann, trip.id, 600, note="gone")
    async with db.transaction() as tx:
        await expenses.delete(tx, ann, gone.id)

    async def through(**conditions: object) -> set[str | None]:
        return set(await _notes(db, ann, ExpenseFilter(**conditions)))  # pyright: ignore[reportArgumentType] - one condition at a time

    everything = {"rent", "milk", "feast 100%", "solo", "yen", "own"}
    assert await through() == everything
    assert await through(ledger_id=mine.id) == {"own"}
    assert await through(member_id=bob) == {"rent", "milk", "feast 100%", "yen"}
    assert await through(category_id=by_key["food"]) == {"milk", "feast 100%"}
    assert await through(category_id=by_key["food.groceries"]) == {"milk"}
    assert await through(from_day=date(2026, 6, 1)) == {"yen"}
    assert await through(before_day=date(2026, 6, 1)) == everything - {"yen"}
    assert await through(at_least_minor=400, at_most_minor=500) == {"yen", "own"}
    assert await through(currency="JPY") == {"yen"}
    assert await through(text="ROSA'S") == {"own"}
    assert await through(text="100%") == {"feast 100%"}
    assert await through(source=Source.BANK_IMPORT) == {"solo"}
    assert await through(has_receipt=True) == set()
    assert await through(has_receipt=False) == everything
    assert await through(deleted=True) == {"gone"}


async def test_totals_are_per_currency_over_all_pages(
    db: Database, ann: Actor, trip: Group
) -> None:
    for minor in (100, 250):
        await spend(db, ann, trip.id, minor)
    await spend(db, ann, trip.id, 7, currency="JPY")
    wanted = ExpenseFilter(ledger_id=trip.id)

    async with db.reading() as session:
        totals = await expense_list.totals(session, ann.user_id, wanted)

    assert totals == [Money(350, "EUR"), Money(7, "JPY")]


async def test_strangers_see_no_list(db: Database, ann: Actor, trip: Group) -> None:
    eve = await make_user(db, "Eve")
    await spend(db, ann, trip.id)

    assert await _notes(db, eve, ExpenseFilter()) == []
    for ledger_id in (trip.id, new_id()):
        with pytest.raises(NotFound, match=r"^No such ledger\.$"):
            await _notes(db, eve, ExpenseFilter(ledger_id=ledger_id))


async def test_a_cursor_of_another_order_is_refused(db: Database, ann: Actor, trip: Group) -> None:
    for _ in range(2):
        await spend(db, ann, trip.id)
    async with db.reading() as session:
        page = await expense_list.page(
            session, ann.user_id, ExpenseFilter(), ExpenseOrder.LARGEST, Slice.of(1, None)
        )
        with pytest.raises(CursorUnreadable):
            await expense_list.page(
                session,
                ann.user_id,
                ExpenseFilter(),
                ExpenseOrder.NEWEST,
                Slice.of(1, page.rows[0][0]),
            )
