from datetime import date
from typing import Any
from uuid import UUID

import pytest
from strawberry.relay import GlobalID

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.split import Equal
from services import categories, expenses
from tests.api import Api
from tests.groups import Group, make_group, spend
from tests.live import statements

DOCUMENT = """query($ledger: ID!, $from: Date, $before: Date) {
  statistics(ledgerId: $ledger, fromDay: $from, beforeDay: $before) {
    members { member { name } paid { minor currency } owed { minor } spareMinor }
    categories { category { key } total { minor currency } }
    days { day total { minor currency } }
    credits { member { name } currency givenMinorDays takenMinorDays } } }"""

EVEN = {"spareMinor": 0}


@pytest.fixture
def api(db: Database, redis_url: str) -> Api:
    return Api(db, redis_url)


def _ledger(id: object) -> str:
    return str(GlobalID("Ledger", str(id)))


@pytest.fixture
async def spent(db: Database, ann: Actor, bob: Actor, trip: Group) -> None:
    async with db.reading() as session:
        by_key = {row.key: row.id for row in await categories.all_of(session)}
    food = by_key["food"]
    await spend(db, ann, trip.id, 1000, day=date(2026, 5, 1), category_id=food)
    await spend(db, bob, trip.id, 400, day=date(2026, 5, 3), category_id=food)
    await spend(db, ann, trip.id, 600, day=date(2026, 5, 3), currency="USD")
    gone = await spend(db, ann, trip.id, 7000, day=date(2026, 5, 1))
    async with db.transaction() as tx:
        await expenses.delete(tx, ann, gone.id)


async def _ask(api: Api, caller: Actor, trip: Group, **days: str) -> dict[str, Any]:
    return (await api.ask(caller, DOCUMENT, ledger=_ledger(trip.id), **days))["statistics"]


@pytest.mark.usefixtures("spent")
async def test_a_ledger_in_figures(db: Database, api: Api, bob: Actor, trip: Group) -> None:
    with statements(db) as seen:
        figures = await _ask(api, bob, trip, before="2026-05-05")

    ann_, bob_ = {"name": "Ann"}, {"name": "Bob"}
    assert figures["members"] == [
        {
            "member": ann_,
            "paid": {"minor": 1000, "currency": "EUR"},
            "owed": {"minor": 700},
            **EVEN,
        },
        {"member": bob_, "paid": {"minor": 400, "currency": "EUR"}, "owed": {"minor": 700}, **EVEN},
        {"member": ann_, "paid": {"minor": 600, "currency": "USD"}, "owed": {"minor": 300}, **EVEN},
        {"member": bob_, "paid": {"minor": 0, "currency": "USD"}, "owed": {"minor": 300}, **EVEN},
    ]
    assert figures["categories"] == [
        {"category": {"key": "food"}, "total": {"minor": 1400, "currency": "EUR"}},
        {"category": None, "total": {"minor": 600, "currency": "USD"}},
    ]
    assert figures["days"] == [
        {"day": "2026-05-01", "total": {"minor": 1000, "currency": "EUR"}},
        {"day": "2026-05-03", "total": {"minor": 400, "currency": "EUR"}},
        {"day": "2026-05-03", "total": {"minor": 600, "currency": "USD"}},
    ]
    assert figures["credits"] == [
        _credit(ann_, "EUR", 500 * 2 + 300 * 2, 0),
        _credit(bob_, "EUR", 0, 500 * 2 + 300 * 2),
        _credit(ann_, "USD", 300 * 2, 0),
        _credit(bob_, "USD", 0, 300 * 2),
    ]
    assert len(seen) == 6


def _credit(member: dict[str, str], currency: str, given: int, taken: int) -> dict[str, Any]:
    return {
        "member": member,
        "currency": currency,
        "givenMinorDays": given,
        "takenMinorDays": taken,
    }


@pytest.mark.usefixtures("spent")
async def test_days_are_half_open(api: Api, ann: Actor, trip: Group) -> None:
    figures = await _ask(api, ann, trip, **{"from": "2026-05-02", "before": "2026-05-03"})

    assert (figures["members"], figures["categories"], figures["days"]) == ([], [], [])


@pytest.mark.parametrize(
    ("minor", "odd"),
    [
        (1000, {"Ann": (333, 0), "Bob": (333, 0), "Eve": (334, 1)}),
        (1001, {"Ann": (334, 1), "Bob": (333, 0), "Eve": (334, 1)}),
        (-1000, {"Ann": (-333, 1), "Bob": (-334, 0), "Eve": (-333, 1)}),
        (-1001, {"Ann": (-334, 0), "Bob": (-334, 0), "Eve": (-333, 1)}),
        (0, {"Ann": (0, 0), "Bob": (0, 0), "Eve": (0, 0)}),
    ],
)
async def test_who_got_the_odd_cents(
    db: Database,
    api: Api,
    ann: Actor,
    bob: Actor,
    eve: Actor,
    minor: int,
    odd: dict[str, tuple[int, int]],
) -> None:
    trip = await make_group(db, ann, bob, eve)
    eve_then_ann = UUID("0198f0c0-0000-7000-8000-000000000002")  # by turns
    await spend(db, ann, trip.id, minor, id=eve_then_ann, day=date(2026, 5, 1))
    await spend(db, ann, trip.id, 900, day=date(2026, 5, 1))
    await spend(db, ann, trip.id, 100, day=date(2026, 5, 2))

    figures = await _ask(api, bob, trip, before="2026-05-02")

    assert {
        total["member"]["name"]: (total["owed"]["minor"] - 300, total["spareMinor"])
        for total in figures["members"]
    } == odd


async def test_odd_cents_go_with_their_expense(
    db: Database, api: Api, ann: Actor, bob: Actor, trip: Group
) -> None:
    row = await spend(db, ann, trip.id, 1001)
    async with db.transaction() as tx:
        await expenses.delete(tx, bob, row.id)
    await spend(db, bob, trip.id, -1, split=Equal((trip.seat(ann), trip.seat(bob))))

    figures = await _ask(api, ann, trip)

    owed = sorted((row["owed"]["minor"], row["spareMinor"]) for row in figures["members"])
    assert owed == [(-1, 0), (0, 1)]


async def test_strangers_get_no_figures(api: Api, eve: Actor, trip: Group) -> None:
    hidden = await api.execute(eve, DOCUMENT, ledger=_ledger(trip.id))
    absent = await api.execute(eve, DOCUMENT, ledger=_ledger(new_id()))

    assert hidden.errors is not None
    assert absent.errors is not None
    assert hidden.errors[0].message == absent.errors[0].message == "No such ledger."
