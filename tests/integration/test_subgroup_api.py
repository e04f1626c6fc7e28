"""Couples and families as clients see them: what they come to, what they pay, and why."""

from typing import Any

import pytest
from strawberry.relay import GlobalID

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.split import Exact
from tests.api import Api
from tests.groups import Group, log, make_group, spend
from tests.live import statements
from tests.people import make_user

HOME = """... on Subgroup { id version name dissolvedAt payer { name } members { name } }
  ... on Refusal { __typename code }"""
CREATE = (
    f"mutation($input: CreateSubgroupInput!) {{ done: createSubgroup(input: $input) {{ {HOME} }} }}"
)
UPDATE = (
    f"mutation($input: UpdateSubgroupInput!) {{ done: updateSubgroup(input: $input) {{ {HOME} }} }}"
)
DISSOLVE = f"mutation($id: ID!) {{ done: dissolveSubgroup(id: $id) {{ {HOME} }} }}"
LOOK = """query($id: ID!) { ledger(id: $id) { subgroups { name balances {
  net { minor currency } balances { member { name } net { minor }
  because { edges { node { contribution { minor } } } } } } } } }"""
WHY = """query($id: ID!) { settlementPlan(ledgerId: $id) {
  parts { balances { member { name } subgroup { name } net { minor } } }
  transfers { payer { name } payerSubgroup { name } payee { name } payeeSubgroup { name }
    amount { minor }
    because { routes { amount { minor } steps { debtor { name } creditor { name } owed { minor }
      withinSubgroup because(first: 10) { edges { node { contribution { minor }
        fact { ... on Expense { merchant } } } } } } } } } } }"""
HISTORY = """query($id: ID!) { node(id: $id) { ... on Subgroup { history { edges { node {
  kind entityId changes { field
    before { ...Value } after { ...Value } } } } } } } }
  fragment Value on FieldValue { __typename ... on TextValue { text }
    ... on ReferenceValue { node { ... on Member { name } } }
    ... on ReferencesValue { references { node { ... on Member { name } } } } }"""


@pytest.fixture
def api(db: Database, redis_url: str) -> Api:
    return Api(db, redis_url)


@pytest.fixture
async def three(db: Database, ann: Actor, bob: Actor) -> tuple[Group, Actor]:
    """Cat paid dinner for Ann and Bob; Ann has paid a taxi for Bob."""
    cat = await make_user(db, "Cat")
    trip = await make_group(db, ann, bob, cat)
    dinner = Exact({trip.seat(ann): 300, trip.seat(bob): 700})
    await spend(db, cat, trip.id, 1000, split=dinner, merchant="Dinner")
    await spend(db, ann, trip.id, 900, split=Exact({trip.seat(bob): 900}), merchant="Taxi")
    return trip, cat


def _id(type_name: str, id: object) -> str:
    return str(GlobalID(type_name, str(id)))


def _new(trip: Group, *people: Actor, **more: Any) -> dict[str, Any]:
    return {
        "id": str(new_id()),
        "ledgerId": _id("Ledger", trip.id),
        "name": "Home",
        "memberIds": [_id("Member", trip.seat(who)) for who in people],
        **more,
    }


async def _do(api: Api, who: Actor, document: str, **variables: Any) -> dict[str, Any]:
    return (await api.ask(who, document, **variables))["done"]


async def test_a_couple_through_its_life(
    api: Api, ann: Actor, bob: Actor, three: tuple[Group, Actor]
) -> None:
    trip, cat = three
    wanted = _new(trip, ann, bob)

    made = await _do(api, ann, CREATE, input=wanted)
    assert made == await _do(api, ann, CREATE, input=wanted)
    assert (made["version"], made["payer"], made["members"]) == (
        1,
        {"name": "Ann"},
        [{"name": "Ann"}, {"name": "Bob"}],
    )
    payer = _id("Member", trip.seat(bob))
    edit = {"subgroupId": made["id"], "ifVersion": 1, "name": "Us", "payerId": payer}
    changed = await _do(api, cat, UPDATE, input=edit)
    assert (changed["version"], changed["name"], changed["payer"]) == (2, "Us", {"name": "Bob"})
    assert await _do(api, cat, UPDATE, input={**edit, "name": "We"}) == {
        "__typename": "Conflict",
        "code": "STALE",
    }
    gone = await _do(api, bob, DISSOLVE, id=made["id"])
    assert (gone["version"], gone["dissolvedAt"] is not None) == (3, True)

    edges = (await api.ask(ann, HISTORY, id=made["id"]))["node"]["history"]["edges"]
    dissolved, updated, created = (edge["node"] for edge in edges)
    assert [each["kind"] for each in (created, updated, dissolved)] == [
        "subgroup.created",
        "subgroup.updated",
        "subgroup.dissolved",
    ]
    assert {each["entityId"] for each in (created, updated, dissolved)} == {made["id"]}
    assert updated["changes"] == [
        _change("name", {"__typename": "TextValue", "text": "Home"}, text="Us"),
        _change("payer", {"__typename": "ReferenceValue", "node": {"name": "Ann"}}, name="Bob"),
    ]
    assert [change["field"] for change in created["changes"]] == ["members", "name", "payer"]
    assert [change["field"] for change in dissolved["changes"]] == ["dissolvedAt"]


def _change(field: str, before: dict[str, Any], **after: str) -> dict[str, Any]:
    became = {"node": after} if "node" in before else after
    return {"field": field, "before": before, "after": {**before, **became}}


async def test_what_a_couple_comes_to_is_the_sum_of_its_members(
    api: Api, db: Database, ann: Actor, bob: Actor, three: tuple[Group, Actor]
) -> None:
    trip, cat = three
    await spend(db, bob, trip.id, 50, split=Exact({trip.seat(ann): 50}), currency="USD")
    await _do(api, ann, CREATE, input=_new(trip, ann, bob))

    with statements(db) as seen:
        shown = (await api.ask(cat, LOOK, id=_id("Ledger", trip.id)))["ledger"]["subgroups"]

    def own(name: str, *contributions: int) -> dict[str, Any]:
        edges = [{"node": {"contribution": {"minor": minor}}} for minor in contributions]
        net = {"minor": sum(contributions)}
        return {"member": {"name": name}, "net": net, "because": {"edges": edges}}

    assert shown == [
        {
            "name": "Home",
            "balances": [
                {
                    "net": {"minor": -1000, "currency": "EUR"},
                    "balances": [own("Ann", 900, -300), own("Bob", -900, -700)],
                },
                {
                    "net": {"minor": 0, "currency": "USD"},
                    "balances": [own("Bob", 50), own("Ann", -50)],
                },
            ],
        }
    ]
    assert len(seen) == 5  # the ledger, its subgroups, balances, members, and their why


async def test_why_a_couple_pays_leads_to_the_expenses_of_both(
    api: Api, ann: Actor, bob: Actor, three: tuple[Group, Actor]
) -> None:
    trip, cat = three
    await _do(api, ann, CREATE, input=_new(trip, ann, bob))

    [plan] = (await api.ask(cat, WHY, id=_id("Ledger", trip.id)))["settlementPlan"]

    [transfer] = plan["transfers"]
    assert (transfer["payer"], transfer["payerSubgroup"]) == ({"name": "Ann"}, {"name": "Home"})
    assert (transfer["payee"], transfer["payeeSubgroup"]) == ({"name": "Cat"}, None)
    assert transfer["amount"] == {"minor": 1000}
    direct, through = transfer["because"]["routes"]
    assert (direct["amount"], through["amount"]) == ({"minor": 300}, {"minor": 700})
    assert [_told(step) for step in direct["steps"]] == [("Ann", "Cat", 300, False, ["Dinner"])]
    assert [_told(step) for step in through["steps"]] == [
        ("Ann", "Bob", 0, True, ["Taxi"]),
        ("Bob", "Cat", 700, False, ["Dinner"]),
    ]
    assert plan["parts"] == [
        {
            "balances": [
                {"member": {"name": "Ann"}, "subgroup": {"name": "Home"}, "net": {"minor": -1000}},
                {"member": {"name": "Cat"}, "subgroup": None, "net": {"minor": 1000}},
            ]
        }
    ]


def _told(step: dict[str, Any]) -> tuple[str, str, int, bool, list[str]]:
    facts = [edge["node"]["fact"]["merchant"] for edge in step["because"]["edges"]]
    names = step["debtor"]["name"], step["creditor"]["name"]
    return *names, step["owed"]["minor"], step["withinSubgroup"], facts


async def test_strangers_learn_and_change_nothing(
    api: Api, db: Database, ann: Actor, bob: Actor, eve: Actor, three: tuple[Group, Actor]
) -> None:
    trip, _ = three
    made = await _do(api, ann, CREATE, input=_new(trip, ann, bob))
    before = await log(db, trip.id)
    hidden = {"__typename": "NotFound", "code": "NOT_FOUND"}

    assert await _do(api, eve, CREATE, input=_new(trip, ann, bob)) == hidden
    edit = {"subgroupId": made["id"], "ifVersion": 1, "name": "Ours"}
    assert await _do(api, eve, UPDATE, input=edit) == hidden
    assert await _do(api, eve, DISSOLVE, id=made["id"]) == hidden
    assert (await api.ask(eve, HISTORY, id=made["id"]))["node"] is None
    assert await log(db, trip.id) == before
