"""Splits, defaults and the remainder policy as clients ask for them."""

from typing import Any

import pytest
from strawberry.relay import GlobalID

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.group import NewMember
from services import ledgers
from tests.api import Api
from tests.groups import Group, log, make_group

REFUSAL = "... on Refusal { __typename code message } ... on Invalid { path }"
PARTS = "{ member { name } value }"
PLAIN = f"""__typename
  ... on EqualSplit {{ participants {{ name }} }}
  ... on ExactSplit {{ amounts {PARTS} }}
  ... on PercentSplit {{ basisPoints {PARTS} remainderTo {{ name }} }}
  ... on SharesSplit {{ weights {PARTS} }}"""
SPLIT = f"""split {{ {PLAIN}
  ... on AdjustmentSplit {{ deltas {PARTS} }}
  ... on WeightedSplit {{ frozen: weights {PARTS} }}
  ... on ByWeightSplit {{ participants {{ name }} }}
  ... on ItemisedSplit {{
    lines {{ title amountMinor quantity unitPriceMinor taxClass split {{ {PLAIN} }} }}
    adjustments {{ kind amountMinor spread taxClass member {{ name }} }}
    remainder {{ {PLAIN} }} }} }}"""
CREATE = f"""mutation($input: CreateExpenseInput!) {{ createExpense(input: $input) {{
  ... on Expense {{ {SPLIT} shares {{ member {{ name }} owed {{ minor }} spareMinor }} }}
  {REFUSAL}
  ... on Conflict {{ current {{ ... on DefaultSplit {{ id isStale {SPLIT} }} }} }} }} }}"""
SET = f"""mutation($input: SetDefaultSplitInput!) {{ setDefaultSplit(input: $input) {{
  ... on DefaultSplit {{ id version isStale category {{ key }} between {{ name }} ledger {{ name }} {SPLIT} }}
  {REFUSAL} }} }}"""
DEFAULT = f"""query($ledgerId: ID!, $categoryId: ID, $withMemberId: ID) {{
  defaultSplit(ledgerId: $ledgerId, categoryId: $categoryId, withMemberId: $withMemberId) {{
    version isStale {SPLIT} }} }}"""
POLICY = f"""mutation($input: SetRemainderPolicyInput!) {{ setRemainderPolicy(input: $input) {{
  ... on Ledger {{ remainder version }} {REFUSAL} }} }}"""
ACTIVITY = """query($id: ID!) { activity(ledgerId: $id, first: 1) { edges { node {
  kind entityId changes { field after { __typename ... on SplitValue { split { __typename } } } } } } } }"""


@pytest.fixture
def api(db: Database, redis_url: str) -> Api:
    return Api(db, redis_url)


@pytest.fixture
async def three(db: Database, ann: Actor, bob: Actor, eve: Actor) -> Group:
    return await make_group(db, ann, bob, eve)


def _id(type_name: str, id: object) -> str:
    return str(GlobalID(type_name, str(id)))


def _input(group: Group, minor: int, split: dict[str, Any] | None = None) -> dict[str, Any]:
    bill: dict[str, Any] = {"amount": {"minor": minor, "currency": "EUR"}}
    return {
        "id": str(new_id()),
        "ledgerId": _id("Ledger", group.id),
        "bill": bill | ({"split": split} if split else {}),
        "day": "2026-05-04",
    }


def _owed(answer: dict[str, Any]) -> dict[str, int]:
    return {share["member"]["name"]: share["owed"]["minor"] for share in answer["shares"]}


async def test_a_receipt_is_split_line_by_line_and_shown_as_it_was_said(
    api: Api, ann: Actor, bob: Actor, eve: Actor, three: Group
) -> None:
    a, b, e = (_id("Member", three.seat(who)) for who in (ann, bob, eve))
    itemised: dict[str, Any] = {
        "lines": [
            {"title": " Steak ", "amountMinor": 1250, "split": {"equal": [a]}},
            {"title": "Wine", "amountMinor": 900, "taxClass": "alcohol", "split": {"equal": [b]}},
            {
                "title": "Mezze",
                "amountMinor": 1800,
                "quantity": "3",
                "unitPriceMinor": 600,
                "split": {"equal": [e, b, a]},
            },
            {"title": "Cake", "amountMinor": 450},
        ],
        "adjustments": [
            {"kind": "TAX", "amountMinor": 363},
            {"kind": "TIP", "amountMinor": 700},
            {"kind": "DISCOUNT", "amountMinor": -200},
        ],
        "remainder": {"percent": {"basisPoints": [], "remainderTo": e}},
    }

    answer = (await api.ask(ann, CREATE, input=_input(three, 5263, {"itemised": itemised})))[
        "createExpense"
    ]

    assert _owed(answer) == {"Ann": 2213, "Bob": 1794, "Eve": 1256}
    shown = answer["split"]
    assert [line["title"] for line in shown["lines"]] == ["Steak", "Wine", "Mezze", "Cake"]
    assert shown["lines"][2] == {
        "title": "Mezze",
        "amountMinor": 1800,
        "quantity": "3",
        "unitPriceMinor": 600,
        "taxClass": None,
        "split": {
            "__typename": "EqualSplit",
            "participants": [{"name": "Ann"}, {"name": "Bob"}, {"name": "Eve"}],
        },
    }
    assert shown["lines"][3]["split"] is None
    assert shown["adjustments"][2] == {
        "kind": "DISCOUNT",
        "amountMinor": -200,
        "spread": "PROPORTIONAL",
        "taxClass": None,
        "member": None,
    }
    assert shown["remainder"] == {
        "__typename": "PercentSplit",
        "basisPoints": [],
        "remainderTo": {"name": "Eve"},
    }


async def test_adjustments_percents_weights_and_two(
    api: Api, ann: Actor, bob: Actor, trip: Group
) -> None:
    a, b = (_id("Member", trip.seat(who)) for who in (ann, bob))

    for split, kind, owed in (
        (
            {"adjustment": [{"memberId": a, "value": 200}, {"memberId": b, "value": 0}]},
            "AdjustmentSplit",
            {"Ann": 600, "Bob": 400},
        ),
        (
            {"percent": {"basisPoints": [{"memberId": a, "value": 2500}], "remainderTo": b}},
            "PercentSplit",
            {"Ann": 250, "Bob": 750},
        ),
        ({"byWeight": [a, b]}, "WeightedSplit", {"Ann": 500, "Bob": 500}),
        ({"withMember": b}, "EqualSplit", {"Ann": 500, "Bob": 500}),
    ):
        answer = (await api.ask(ann, CREATE, input=_input(trip, 1000, split)))["createExpense"]
        assert (answer["split"]["__typename"], _owed(answer)) == (kind, owed)


async def test_refusals_say_how_far_off_and_where(
    db: Database, api: Api, ann: Actor, bob: Actor, trip: Group
) -> None:
    a, b = (_id("Member", trip.seat(who)) for who in (ann, bob))
    before = await log(db, trip.id)

    def lines(minor: int, **terms: Any) -> dict[str, Any]:
        line = {"title": "x", "amountMinor": minor, "split": {"equal": [a]}}
        return {"itemised": {"lines": [line], **terms}}

    spread = {"kind": "TAX", "amountMinor": 0, "spread": "TO_CLASS"}
    for split, code, message in (
        (lines(1001), "ITEMS_EXCEED_AMOUNT", "1001 minor units, 1 beyond 1000"),
        (lines(999), "REST_UNASSIGNED", "1 minor units are nobody's"),
        (lines(1000, adjustments=[spread]), "SPREAD_INCOMPLETE", "tax class"),
        (
            lines(1000, adjustments=[spread | {"taxClass": "wine"}]),
            "NO_LINE_OF_CLASS",
            "'wine'",
        ),
        (
            {"adjustment": [{"memberId": a, "value": 1001}, {"memberId": b, "value": 0}]},
            "ADJUSTMENTS_EXCEED_AMOUNT",
            "1001 minor units, 1 beyond 1000",
        ),
        (
            {"percent": {"basisPoints": [{"memberId": a, "value": 9999}]}},
            "SHARES_DO_NOT_ADD_UP",
            "1 short of 10000",
        ),
        ({"byWeight": [a, a]}, "MEMBER_NAMED_TWICE", "twice"),
    ):
        refused = (await api.ask(ann, CREATE, input=_input(trip, 1000, split)))["createExpense"]
        assert (refused["__typename"], refused["code"]) == ("Invalid", code)
        assert message in refused["message"]
        assert refused["path"][0] == "split"

    assert await log(db, trip.id) == before


async def test_a_default_is_set_used_and_asked_about_when_stale(
    db: Database, api: Api, ann: Actor, bob: Actor, trip: Group
) -> None:
    ledger, a, b = (
        _id("Ledger", trip.id),
        _id("Member", trip.seat(ann)),
        _id("Member", trip.seat(bob)),
    )
    shares = [{"memberId": a, "value": 100}, {"memberId": b, "value": 300}]

    set_ = (await api.ask(ann, SET, input={"ledgerId": ledger, "split": {"shares": shares}}))[
        "setDefaultSplit"
    ]
    await api.ask(
        ann, SET, input={"ledgerId": ledger, "withMemberId": b, "split": {"byWeight": [a, b]}}
    )
    used = (await api.ask(ann, CREATE, input=_input(trip, 1000)))["createExpense"]
    pair = (await api.ask(bob, DEFAULT, ledgerId=ledger, withMemberId=a))["defaultSplit"]

    assert (set_["version"], set_["isStale"], set_["between"]) == (1, False, [])
    assert _owed(used) == {"Ann": 250, "Bob": 750}
    assert pair["split"] == {
        "__typename": "ByWeightSplit",
        "participants": [{"name": "Ann"}, {"name": "Bob"}],
    }
    (edge,) = (await api.ask(ann, ACTIVITY, id=ledger))["activity"]["edges"]
    assert edge["node"]["kind"] == "expense.created"

    async with db.transaction() as tx:
        await ledgers.add_placeholder(
            tx, ann, NewMember(id=new_id(), ledger_id=trip.id, name="Cat")
        )
    refused = (await api.ask(ann, CREATE, input=_input(trip, 1000)))["createExpense"]
    assert (refused["__typename"], refused["code"]) == ("Conflict", "DEFAULT_SPLIT_STALE")
    assert refused["current"]["id"] == set_["id"]
    assert refused["current"]["isStale"] is True
    assert refused["current"]["split"]["__typename"] == "SharesSplit"

    again = {"ledgerId": ledger, "ifVersion": 1, "split": {"shares": shares}}
    fresh = (await api.ask(bob, SET, input=again))["setDefaultSplit"]
    assert (fresh["id"], fresh["version"], fresh["isStale"]) == (set_["id"], 2, False)
    gone = (await api.ask(bob, SET, input={"ledgerId": ledger, "ifVersion": 2}))["setDefaultSplit"]
    assert (gone["version"], gone["split"]) == (3, None)
    assert (await api.ask(ann, DEFAULT, ledgerId=ledger))["defaultSplit"] is None
    (edge,) = (await api.ask(ann, ACTIVITY, id=ledger))["activity"]["edges"]
    assert (edge["node"]["kind"], edge["node"]["entityId"]) == (
        "default_split.cleared",
        set_["id"],
    )


async def test_a_default_by_weight_is_a_readable_change(api: Api, ann: Actor, trip: Group) -> None:
    ledger = _id("Ledger", trip.id)
    by_weight = {"byWeight": [_id("Member", trip.seat(ann))]}
    await api.ask(ann, SET, input={"ledgerId": ledger, "split": by_weight})

    (edge,) = (await api.ask(ann, ACTIVITY, id=ledger))["activity"]["edges"]
    assert edge["node"]["kind"] == "default_split.set"
    assert {
        "field": "split",
        "after": {"__typename": "SplitValue", "split": {"__typename": "ByWeightSplit"}},
    } in edge["node"]["changes"]


async def test_the_payer_gets_the_odd_cent_if_the_group_says_so(
    api: Api, ann: Actor, bob: Actor, trip: Group
) -> None:
    ledger = _id("Ledger", trip.id)
    wanted = {"ledgerId": ledger, "ifVersion": 1, "policy": "PAYER"}

    chosen = (await api.ask(ann, POLICY, input=wanted))["setRemainderPolicy"]
    stale = (await api.ask(bob, POLICY, input=wanted | {"policy": "ROTATE"}))["setRemainderPolicy"]
    expense = (await api.ask(bob, CREATE, input=_input(trip, 101)))["createExpense"]

    assert chosen == {"remainder": "PAYER", "version": 2}
    assert stale["code"] == "STALE"
    assert [
        (share["member"]["name"], share["owed"]["minor"], share["spareMinor"])
        for share in expense["shares"]
    ] == [("Bob", 51, 1), ("Ann", 50, 0)]
