from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from strawberry.relay import GlobalID

from core.clock import now
from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.period import PeriodKind, around, local_day
from tests.api import Api
from tests.budgets import category, check, make_budget
from tests.groups import personal_ledger, spend
from tests.live import statements

CREATE = """
mutation ($input: CreateBudgetInput!) {
  createBudget(input: $input) {
    __typename
    ... on Budget {
      id name period thresholds deleted version
      amount { minor currency decimal }
      categories { key }
      status { spent { minor } }
    }
    ... on Refusal { code }
    ... on Invalid { path }
  }
}"""

UPDATE = """
mutation ($input: UpdateBudgetInput!) {
  updateBudget(input: $input) {
    __typename
    ... on Budget { name period thresholds version amount { minor } categories { key } }
    ... on Refusal { code }
    ... on Conflict { current { ... on Budget { name version } } }
  }
}"""

RESTORE = """
mutation ($id: ID!) {
  restoreBudget(id: $id) { __typename ... on Budget { deleted } ... on Refusal { code } }
}"""

DELETE = """
mutation ($id: ID!) {
  deleteBudget(id: $id) { __typename ... on Budget { deleted } ... on Refusal { code } }
}"""

LIST = """
query ($on: Date) {
  budgets(first: 10) {
    edges { node { name status(on: $on) {
      periodStart periodEnd percent
      amount { minor } spent { minor } remaining { minor } projected { minor }
      uncounted { minor currency }
    } } }
    pageInfo { hasNextPage }
  }
}"""

STATUS = """
query ($budgetId: ID!, $on: Date) { budgetStatus(budgetId: $budgetId, on: $on) { spent { minor } } }"""

NOTIFICATIONS = """
query ($unreadOnly: Boolean! = false) {
  unreadNotificationCount
  notifications(unreadOnly: $unreadOnly) {
    edges { node {
      id readAt
      about { ... on BudgetAlert {
        seq name threshold periodStart periodEnd
        spent { decimal } amount { decimal } budget { name }
      } }
    } }
  }
}"""

MARK_READ = """
mutation ($input: MarkNotificationsReadInput!) {
  markNotificationsRead(input: $input) {
    ... on NotificationsRead { marked }
    ... on Refusal { code }
  }
}"""


@pytest.fixture
def api(db: Database, redis_url: str) -> Api:
    return Api(db, redis_url)


def today() -> date:
    return local_day(now(), "Europe/Berlin")


def global_id(type_name: str, id: object) -> str:
    return str(GlobalID(type_name, str(id)))


async def wanted(db: Database, **changes: Any) -> dict[str, Any]:
    return {
        "id": str(new_id()),
        "name": "Food",
        "amount": {"minor": 40_000, "currency": "EUR"},
        "period": "MONTHLY",
        "categoryIds": [global_id("Category", await category(db, "food"))],
    } | changes


async def test_a_budget_from_its_making_to_its_end(db: Database, api: Api, ann: Actor) -> None:
    made = (await api.ask(ann, CREATE, input=await wanted(db)))["createBudget"]
    assert made == {
        "__typename": "Budget",
        "id": made["id"],
        "name": "Food",
        "period": "MONTHLY",
        "thresholds": [80, 100],
        "deleted": False,
        "version": 1,
        "amount": {"minor": 40_000, "currency": "EUR", "decimal": "400.00"},
        "categories": [{"key": "food"}],
        "status": {"spent": {"minor": 0}},
    }

    change = {"budgetId": made["id"], "ifVersion": 1, "thresholds": [50], "categoryIds": []}
    changed = (await api.ask(ann, UPDATE, input=change))["updateBudget"]
    assert changed == {
        "__typename": "Budget",
        "name": "Food",
        "period": "MONTHLY",
        "thresholds": [50],
        "version": 2,
        "amount": {"minor": 40_000},
        "categories": [],
    }

    stale = {"budgetId": made["id"], "ifVersion": 1, "name": "Fun"}
    assert (await api.ask(ann, UPDATE, input=stale))["updateBudget"] == {
        "__typename": "Conflict",
        "code": "STALE",
        "current": {"name": "Food", "version": 2},
    }

    deleted = await api.ask(ann, DELETE, id=made["id"])
    assert deleted["deleteBudget"] == {"__typename": "Budget", "deleted": True}
    assert (await api.ask(ann, LIST))["budgets"]["edges"] == []
    restored = await api.ask(ann, RESTORE, id=made["id"])
    assert restored["restoreBudget"] == {"__typename": "Budget", "deleted": False}


async def test_refusals_are_answers(db: Database, api: Api, ann: Actor, eve: Actor) -> None:
    nothing = await wanted(db, amount={"minor": 0, "currency": "EUR"})
    assert (await api.ask(ann, CREATE, input=nothing))["createBudget"] == {
        "__typename": "Invalid",
        "code": "BUDGET_NOT_POSITIVE",
        "path": ["amount"],
    }

    budget = global_id("Budget", (await make_budget(db, ann)).id)
    for id in (budget, global_id("Expense", new_id()), global_id("Budget", "x")):
        answer = await api.ask(eve, DELETE, id=id)
        assert answer["deleteBudget"] == {"__typename": "NotFound", "code": "NOT_FOUND"}
        assert (await api.ask(eve, "query ($id: ID!) { node(id: $id) { id } }", id=budget)) == {
            "node": None
        }
    assert await api.ask(eve, STATUS, budgetId=budget) == {"budgetStatus": None}


async def test_a_list_with_statuses_takes_as_many_queries_as_one_budget(
    db: Database, api: Api, ann: Actor
) -> None:
    mine = await personal_ledger(db, ann)
    month = around(today(), PeriodKind.MONTHLY)
    await spend(db, ann, mine.id, 1000, day=month.start)
    await spend(db, ann, mine.id, 700, currency="JPY", day=month.start)
    for name in ("A", "B", "C"):
        await make_budget(db, ann, 4000, name=name, today=today())

    with statements(db) as seen:
        edges = (await api.ask(ann, LIST, on=None))["budgets"]["edges"]

    assert [edge["node"]["name"] for edge in edges] == ["A", "B", "C"]
    paced = Fraction(1000 * month.days, month.parted(today())[0].days)
    assert edges[0]["node"]["status"] == {
        "periodStart": month.start.isoformat(),
        "periodEnd": month.end.isoformat(),
        "percent": 25,
        "amount": {"minor": 4000},
        "spent": {"minor": 1000},
        "remaining": {"minor": 3000},
        "projected": {"minor": round(paced)},
        "uncounted": [{"minor": 700, "currency": "JPY"}],
    }
    assert len(seen) == 3  # page, budgets, spending


async def test_an_alert_waits_among_the_notifications(db: Database, api: Api, ann: Actor) -> None:
    mine = await personal_ledger(db, ann)
    month = around(today(), PeriodKind.MONTHLY)
    await make_budget(db, ann, 1000, name="Month", today=today())
    await spend(db, ann, mine.id, 1250, day=today())
    await check(db, ann, today=today())

    found = await api.ask(ann, NOTIFICATIONS)
    assert found["unreadNotificationCount"] == 2
    newest, oldest = (edge["node"] for edge in found["notifications"]["edges"])
    assert newest["about"] == {
        "seq": oldest["about"]["seq"] + 2,  # each alert is followed by the announcement of itself
        "name": "Month",
        "threshold": 100,
        "periodStart": month.start.isoformat(),
        "periodEnd": month.end.isoformat(),
        "spent": {"decimal": "12.50"},
        "amount": {"decimal": "10.00"},
        "budget": {"name": "Month"},
    }

    marked = await api.ask(ann, MARK_READ, input={"ids": [oldest["id"]]})
    assert marked["markNotificationsRead"] == {"marked": 1}
    unread = await api.ask(ann, NOTIFICATIONS, unreadOnly=True)
    assert [edge["node"]["id"] for edge in unread["notifications"]["edges"]] == [newest["id"]]

    marked = await api.ask(ann, MARK_READ, input={"upTo": newest["id"]})
    assert marked["markNotificationsRead"] == {"marked": 1}
    assert (await api.ask(ann, NOTIFICATIONS))["unreadNotificationCount"] == 0


async def test_notifications_of_others_do_not_exist(
    db: Database, api: Api, ann: Actor, eve: Actor
) -> None:
    mine = await personal_ledger(db, ann)
    await make_budget(db, ann, 1000, thresholds=[100], today=today())
    await spend(db, ann, mine.id, 1000, day=today())
    await check(db, ann, today=today())
    [edge] = (await api.ask(ann, NOTIFICATIONS))["notifications"]["edges"]

    for which in ({"upTo": edge["node"]["id"]}, {"ids": [edge["node"]["id"]]}):
        answer = await api.ask(eve, MARK_READ, input=which)
        assert answer["markNotificationsRead"] == {"code": "NOT_FOUND"}
    node = await api.ask(eve, "query ($id: ID!) { node(id: $id) { id } }", id=edge["node"]["id"])
    assert node == {"node": None}

    assert (await api.ask(ann, NOTIFICATIONS))["unreadNotificationCount"] == 1


async def test_a_day_beyond_the_calendar_is_told_by_its_code(
    db: Database, api: Api, ann: Actor
) -> None:
    budget = global_id("Budget", (await make_budget(db, ann)).id)

    answer = await api.execute(ann, STATUS, budgetId=budget, on="9999-12-31")

    assert answer.data == {"budgetStatus": None}
    assert [error.extensions for error in answer.errors or []] == [{"code": "DAY_OUT_OF_RANGE"}]
