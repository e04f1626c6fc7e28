"""Claiming as clients ask for it, and how many statements that takes."""

from typing import Any
from uuid import UUID

import pytest
from strawberry.relay import GlobalID

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from tests.api import Api
from tests.claims import claim, close, dinner, open_dinner
from tests.groups import DAY, Group, make_group
from tests.live import statements
from tests.receipts import as_read, confirm, read, upload

REFUSAL = "... on Refusal { __typename code message } ... on Conflict { current { id } }"
CLAIMING = """
  status version merchant amount { minor currency } openedBy { name }
  lines { line title amount { minor } quantity parts left claims { parts member { name } } }
  adjustments { kind amountMinor spread }
  dues { amount { minor } member { name } }
  unclaimed { minor }
  receipt { status claiming { status } }
  expense { amount { minor } source shares { member { name } owed { minor } } }
"""
OPEN = f"""mutation($input: OpenClaimingInput!) {{ openClaiming(input: $input) {{
  ... on Claiming {{ {CLAIMING} }} {REFUSAL} }} }}"""
CLAIM = f"""mutation($input: ClaimLinesInput!) {{ claimLines(input: $input) {{
  ... on Claiming {{ {CLAIMING} }} {REFUSAL} }} }}"""
CLOSE = f"""mutation($input: CloseClaimingInput!) {{ closeClaiming(input: $input) {{
  ... on Claiming {{ {CLAIMING} }} {REFUSAL} }} }}"""
CANCEL = f"""mutation($id: ID!) {{ cancelClaiming(id: $id) {{
  ... on Claiming {{ status }} {REFUSAL} }} }}"""
NODE = f"query($id: ID!) {{ node(id: $id) {{ ... on Claiming {{ {CLAIMING} }} }} }}"
CORRECTION = """query($id: ID!) { receipt(id: $id) {
  reading { total { value { minor } } }
  correction { merchant day total { minor currency } discount { minor } category { name } } } }"""
CHANGES = """query($id: ID!) { activity(ledgerId: $id, first: 1) { edges { node {
  kind entityId changes { field before { __typename } after { ... on DocumentValue { document } } }
} } } }"""


@pytest.fixture
def api(db: Database, redis_url: str) -> Api:
    return Api(db, redis_url)


def _id(type_name: str, id: UUID) -> str:
    return str(GlobalID(type_name, str(id)))


async def test_a_receipt_is_opened_as_it_was_read(
    api: Api, db: Database, ann: Actor, trip: Group
) -> None:
    receipt = await dinner(db, ann, trip.id)
    wanted = {"id": str(new_id()), "receiptId": _id("Receipt", receipt.id)}

    answer = (await api.ask(ann, OPEN, input=wanted))["openClaiming"]

    lines = answer.pop("lines")
    assert [(line["title"], line["amount"]["minor"]) for line in lines] == [
        *[("Steak", 1250), ("Soup", 900), ("Wine", 1800), ("Cake", 450)]
    ]
    assert answer == {
        "status": "OPEN",
        "version": 1,
        "merchant": "Café Rio",
        "amount": {"minor": 5263, "currency": "EUR"},
        "openedBy": {"name": "Ann"},
        "adjustments": [
            {"kind": "DISCOUNT", "amountMinor": -200, "spread": "PROPORTIONAL"},
            {"kind": "TAX", "amountMinor": 363, "spread": "PROPORTIONAL"},
            {"kind": "TIP", "amountMinor": 700, "spread": "PROPORTIONAL"},
        ],
        "dues": [],
        "unclaimed": {"minor": 5263},
        "receipt": {"status": "READ", "claiming": {"status": "OPEN"}},
        "expense": None,
    }


async def test_lines_are_claimed_in_parts_until_none_is_left(
    api: Api, db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    receipt = await dinner(db, ann, trip.id)
    offer = {
        "total": {"minor": 1650, "currency": "EUR"},
        "lines": [{"title": "Beer", "amountMinor": 1500, "quantity": "3"}],
        "adjustments": [{"kind": "TIP", "amountMinor": 150}],
    }
    claiming_id = new_id()
    wanted = {
        "id": str(claiming_id),
        "receiptId": _id("Receipt", receipt.id),
        "offer": offer,
    }
    await api.ask(ann, OPEN, input=wanted)
    beers = {"claimingId": _id("Claiming", claiming_id), "lines": [{"line": 0, "parts": 2}]}

    answer = (await api.ask(bob, CLAIM, input=beers))["claimLines"]

    (line,) = answer["lines"]
    assert (line["parts"], line["left"]) == (3, 1)
    assert line["claims"] == [{"parts": 2, "member": {"name": "Bob"}}]
    assert answer["dues"] == [{"amount": {"minor": 1100}, "member": {"name": "Bob"}}]
    assert answer["unclaimed"] == {"minor": 550}
    refused = (await api.ask(ann, CLAIM, input=beers))["claimLines"]
    assert refused == {
        "__typename": "Conflict",
        "code": "OVER_CLAIMED",
        "message": "Of the 3 parts of “Beer”, 1 are left to claim.",
        "current": None,
    }
    twice = beers | {"lines": [{"line": 0, "parts": 1}, {"line": 0, "parts": 2}]}
    assert (await api.ask(ann, CLAIM, input=twice))["claimLines"]["code"] == "LINE_NAMED_TWICE"


async def test_closing_makes_the_expense(
    api: Api, db: Database, ann: Actor, bob: Actor, eve: Actor
) -> None:
    trip = await make_group(db, ann, bob, eve)
    row = await open_dinner(db, ann, trip.id)
    for one, parts in ((ann, {0: 1, 2: 1}), (bob, {1: 1, 2: 1}), (eve, {2: 1})):
        await claim(db, one, row.id, parts)
    wanted: dict[str, Any] = {
        "claimingId": _id("Claiming", row.id),
        "ifVersion": 4,
        "expenseId": str(new_id()),
        "day": str(DAY),
        "onlyIfClaimed": True,
    }

    refused = (await api.ask(ann, CLOSE, input=wanted))["closeClaiming"]
    assert refused["code"] == "UNCLAIMED"
    eves = {"shares": [{"memberId": _id("Member", trip.seat(eve)), "value": 100}]}
    wanted |= {"onlyIfClaimed": False, "remainder": eves}
    answer = (await api.ask(ann, CLOSE, input=wanted))["closeClaiming"]

    assert answer["status"] == "CLOSED"
    assert answer["receipt"]["status"] == "CONFIRMED"
    assert answer["expense"]["source"] == "RECEIPT"
    assert {
        share["member"]["name"]: share["owed"]["minor"] for share in answer["expense"]["shares"]
    } == {"Ann": 2213, "Bob": 1794, "Eve": 1256}


async def test_one_is_cancelled(api: Api, db: Database, ann: Actor, trip: Group) -> None:
    row = await open_dinner(db, ann, trip.id)

    answer = (await api.ask(ann, CANCEL, id=_id("Claiming", row.id)))["cancelClaiming"]

    assert answer == {"status": "CANCELLED"}
    again = {"claimingId": _id("Claiming", row.id), "lines": [{"line": 0, "parts": 1}]}
    refused = (await api.ask(ann, CLAIM, input=again))["claimLines"]
    assert refused["code"] == "CLAIMING_OVER"
    assert refused["current"] == {"id": _id("Claiming", row.id)}


async def test_however_many_claim_it_takes_as_many_statements(
    api: Api, db: Database, ann: Actor, bob: Actor, eve: Actor
) -> None:
    trip = await make_group(db, ann, bob)
    row = await open_dinner(db, ann, trip.id)
    await claim(db, ann, row.id, {0: 1})
    with statements(db) as few:
        await api.ask(ann, NODE, id=_id("Claiming", row.id))
    await claim(db, ann, row.id, {0: 1, 1: 1, 2: 1, 3: 1})
    await claim(db, bob, row.id, {0: 1, 1: 1, 2: 1, 3: 1})

    with statements(db) as many:
        answer = await api.ask(ann, NODE, id=_id("Claiming", row.id))

    assert len(answer["node"]["dues"]) == 2
    assert len(many) == len(few)
    assert (await api.ask(eve, NODE, id=_id("Claiming", row.id))) == {"node": None}


async def test_what_was_confirmed_stands_beside_what_was_read(
    api: Api, db: Database, ann: Actor, trip: Group
) -> None:
    receipt = await upload(db, ann, trip.id)
    await read(db, receipt.id)
    id = _id("Receipt", receipt.id)
    assert (await api.ask(ann, CORRECTION, id=id))["receipt"]["correction"] is None

    await confirm(db, ann, receipt.id, as_read(1300, merchant="Bakery"))

    assert (await api.ask(ann, CORRECTION, id=id))["receipt"] == {
        "reading": {"total": {"value": {"minor": 1250}}},
        "correction": {
            "merchant": "Bakery",
            "day": str(DAY),
            "total": {"minor": 1300, "currency": "EUR"},
            "discount": None,
            "category": None,
        },
    }


async def test_the_log_says_what_was_claimed(
    api: Api, db: Database, ann: Actor, trip: Group
) -> None:
    row = await open_dinner(db, ann, trip.id)
    await claim(db, ann, row.id, {0: 1, 2: 1})

    (edge,) = (await api.ask(ann, CHANGES, id=_id("Ledger", trip.id)))["activity"]["edges"]

    assert edge["node"]["kind"] == "claiming.claimed"
    assert edge["node"]["entityId"] == _id("Claiming", row.id)
    (change,) = edge["node"]["changes"]
    assert change["after"] == {"document": {"0": 1, "2": 1}}


async def test_the_log_says_what_became_of_it(
    api: Api, db: Database, ann: Actor, trip: Group
) -> None:
    await close(db, ann, (await open_dinner(db, ann, trip.id)).id)
    fields = CHANGES.replace("after { ... on DocumentValue { document } }", "after { __typename }")

    (edge,) = (await api.ask(ann, fields, id=_id("Ledger", trip.id)))["activity"]["edges"]

    assert edge["node"]["changes"] == [
        {"field": "expense", "before": None, "after": {"__typename": "ReferenceValue"}},
        {
            "field": "status",
            "before": {"__typename": "ChoiceValue"},
            "after": {"__typename": "ChoiceValue"},
        },
    ]
