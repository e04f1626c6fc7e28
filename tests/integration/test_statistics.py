from datetime import date
from typing import Any

import pytest
from strawberry.relay import GlobalID

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from services import categories, expenses
from tests.api import Api
from tests.groups import Group, spend
from tests.live import statements

DOCUMENT = """query($ledger: ID!, $from: Date, $before: Date) {
  statistics(ledgerId: $ledger, fromDay: $from, beforeDay: $before) {
    members { member { name } paid { minor currency } owed { minor } }
    categories { category { key } total { minor currency } }
    days { day total { minor currency } }
    credits { member { name } currency givenMinorDays takenMinorDays } } }"""


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
        {"member": ann_, "paid": {"minor": 1000, "currency": "EUR"}, "owed": {"minor": 700}},
        {"member": bob_, "paid": {"minor": 400, "currency": "EUR"}, "owed": {"minor": 700}},
        {"member": ann_, "paid": {"minor": 600, "currency": "USD"}, "owed": {"minor": 300}},
        {"member": bob_, "paid": {"minor": 0, "currency": "USD"}, "owed": {"minor": 300}},
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
    assert len(seen) == 7


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


async def test_strangers_get_no_figures(api: Api, eve: Actor, trip: Group) -> None:
    hidden = await api.execute(eve, DOCUMENT, ledger=_ledger(trip.id))
    absent = await api.execute(eve, DOCUMENT, ledger=_ledger(new_id()))

    assert hidden.errors is not None
    assert absent.errors is not None
    assert hidden.errors[0].message == absent.errors[0].message == "No such ledger."
