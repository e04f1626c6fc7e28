"""Expenses and groups as clients ask for them, and how many statements that takes."""

import asyncio
from typing import Any

import pytest
from strawberry.relay import GlobalID

from bench.asked import BALANCES
from bench.list_expenses import LIST as BENCH_LIST
from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.split import Exact
from services import categories
from tests.api import Api
from tests.groups import Group, log, spend
from tests.live import statements
from tests.people import make_user

REFUSAL = "... on Refusal { __typename code message } ... on Invalid { path }"

CREATE = f"""mutation($input: CreateExpenseInput!) {{ createExpense(input: $input) {{
  ... on Expense {{
    id version amount {{ minor decimal currency }} day merchant tags source
    category {{ key parent {{ key }} }} ledger {{ name }}
    split {{
      __typename
      ... on EqualSplit {{ participants {{ name }} }}
      ... on ExactSplit {{ amounts {{ member {{ name }} value }} }}
      ... on PercentSplit {{ basisPoints {{ member {{ name }} value }} }}
      ... on SharesSplit {{ weights {{ member {{ name }} value }} }}
    }}
    shares {{ member {{ name }} paid {{ minor }} owed {{ minor }} }}
  }}
  {REFUSAL} }} }}"""

UPDATE = f"""mutation($input: UpdateExpenseInput!) {{ updateExpense(input: $input) {{
  ... on Expense {{ version note merchant amount {{ minor }} }}
  {REFUSAL}
  ... on Conflict {{ current {{ id ... on Expense {{ version }} }} }} }} }}"""

LIST = """query($filter: ExpenseFilterInput, $first: Int!, $after: String) {
  expenses(filter: $filter, first: $first, after: $after) {
    edges { cursor node { id amount { minor } category { name }
                          shares { member { name } owed { minor } } } }
    pageInfo { hasNextPage endCursor }
    totals { minor currency } } }"""

LEDGER = """query($id: ID!) { ledger(id: $id) {
    name kind seq me { name isMe } members { name isMe isPlaceholder role }
    balances { member { name } net { minor currency } }
    suggestedTransfers { payer { name } payee { name } amount { minor } }
    detailed: suggestedTransfers(view: DETAILED) { payer { name } amount { minor } } } }"""


@pytest.fixture
def api(db: Database, redis_url: str) -> Api:
    return Api(db, redis_url)


def _id(type_name: str, id: object) -> str:
    return str(GlobalID(type_name, str(id)))


def _input(trip: Group, minor: int = 1001, **overrides: Any) -> dict[str, Any]:
    return {
        "id": str(new_id()),
        "ledgerId": _id("Ledger", trip.id),
        "bill": {"amount": {"minor": minor, "currency": "EUR"}, **overrides.pop("bill", {})},
        "day": "2026-05-04",
        **overrides,
    }


async def test_an_expense_is_answered_with_spec_and_shares(
    api: Api, ann: Actor, bob: Actor, trip: Group
) -> None:
    categories = (await api.ask(ann, "{ categories { id key } }"))["categories"]
    groceries = next(row["id"] for row in categories if row["key"] == "food.groceries")
    a, b = _id("Member", trip.seat(ann)), _id("Member", trip.seat(bob))
    shares = [{"memberId": a, "value": 100}, {"memberId": b, "value": 300}]
    wanted = _input(
        trip,
        merchant=" Rosa's ",
        tags=["b", "a", "b"],
        categoryId=groceries,
        bill={"paidBy": [{"memberId": b, "value": 1001}], "split": {"shares": shares}},
    )

    answer = (await api.ask(ann, CREATE, input=wanted))["createExpense"]

    assert answer == {
        "id": _id("Expense", wanted["id"]),
        "version": 1,
        "amount": {"minor": 1001, "decimal": "10.01", "currency": "EUR"},
        "day": "2026-05-04",
        "merchant": "Rosa's",
        "tags": ["a", "b"],
        "source": "MANUAL",
        "category": {"key": "food.groceries", "parent": {"key": "food"}},
        "ledger": {"name": "Trip"},
        "split": {
            "__typename": "SharesSplit",
            "weights": [
                {"member": {"name": "Ann"}, "value": 100},
                {"member": {"name": "Bob"}, "value": 300},
            ],
        },
        "shares": [
            {"member": {"name": "Bob"}, "paid": {"minor": 1001}, "owed": {"minor": 751}},
            {"member": {"name": "Ann"}, "paid": {"minor": 0}, "owed": {"minor": 250}},
        ],
    }


async def test_refusals_have_a_name_a_message_and_a_path(
    db: Database, api: Api, ann: Actor, trip: Group
) -> None:
    eve = await make_user(db, "Eve")
    exact = {"split": {"exact": [{"memberId": _id("Member", trip.seat(ann)), "value": 1000}]}}
    before = await log(db, trip.id)

    refused = (await api.ask(ann, CREATE, input=_input(trip, bill=exact)))["createExpense"]
    hidden = (await api.ask(eve, CREATE, input=_input(trip)))["createExpense"]
    absent = _input(trip, ledgerId=_id("Ledger", new_id()))

    assert refused == {
        "__typename": "Invalid",
        "code": "SHARES_DO_NOT_ADD_UP",
        "message": "The parts add up to 1000 minor units, 1 short of 1001.",
        "path": ["split"],
    }
    assert hidden == {"__typename": "NotFound", "code": "NOT_FOUND", "message": "No such ledger."}
    assert (await api.ask(ann, CREATE, input=absent))["createExpense"] == hidden
    assert await log(db, trip.id) == before


async def test_a_stale_edit_is_shown_what_stands_now(
    db: Database, api: Api, ann: Actor, bob: Actor, trip: Group
) -> None:
    expense = await spend(db, ann, trip.id, note="Dinner", merchant="Rosa's")
    target = {"expenseId": _id("Expense", expense.id), "ifVersion": 1}

    edited = await api.ask(ann, UPDATE, input={**target, "note": None})
    stale = await api.ask(bob, UPDATE, input={**target, "merchant": "Rosso"})

    assert edited["updateExpense"] == {
        "version": 2,
        "note": None,
        "merchant": "Rosa's",
        "amount": {"minor": 1000},
    }
    assert stale["updateExpense"]["code"] == "STALE"
    assert stale["updateExpense"]["current"] == {"id": target["expenseId"], "version": 2}


async def test_a_list_pages_sums_and_costs_the_same_however_long_it_is(
    db: Database, api: Api, ann: Actor, trip: Group
) -> None:
    for minor in (100, 200, 300):
        await spend(db, ann, trip.id, minor)
    await categories.to_show(db)  # which a process reads once
    with statements(db) as for_one:
        page = (await api.ask(ann, LIST, first=1))["expenses"]
    with statements(db) as for_three:
        everything = (await api.ask(ann, LIST, first=50))["expenses"]
    rest = (await api.ask(ann, LIST, first=50, after=page["pageInfo"]["endCursor"]))["expenses"]

    assert [edge["node"]["amount"]["minor"] for edge in page["edges"]] == [300]
    assert [edge["node"]["amount"]["minor"] for edge in rest["edges"]] == [200, 100]
    assert page["totals"] == everything["totals"] == [{"minor": 600, "currency": "EUR"}]
    assert len(for_one) == len(for_three) == 4


async def test_a_list_with_category_payer_and_shares_takes_three_statements(
    db: Database, api: Api, ann: Actor, trip: Group
) -> None:
    for minor in (100, 200):
        await spend(db, ann, trip.id, minor)
    wanted = {"ledgerId": _id("Ledger", trip.id)}
    await categories.to_show(db)

    with statements(db) as seen:
        page = await api.ask(ann, BENCH_LIST, filter=wanted, first=50)

    assert len(page["expenses"]["edges"]) == 2
    assert len(seen) == 3, seen  # expenses, shares, members


async def test_balances_with_their_members_take_two_statements(
    db: Database, api: Api, ann: Actor, trip: Group
) -> None:
    await spend(db, ann, trip.id, 1000)

    with statements(db) as seen:
        ledger = (await api.ask(ann, BALANCES, ledgerId=_id("Ledger", trip.id)))["ledger"]
        await asyncio.sleep(0)  # the driver tells of a statement one turn later

    nets = {each["member"]["name"]: each["net"]["minor"] for each in ledger["balances"]}
    assert nets == {"Ann": 500, "Bob": -500}
    assert len(seen) == 2, seen  # the ledger, and the balances with their members


async def test_no_member_is_read_for_whoever_asks_for_their_id_alone(
    db: Database, api: Api, ann: Actor, bob: Actor, trip: Group
) -> None:
    recorded = await spend(db, ann, trip.id, 1000)

    with statements(db) as seen:
        balances = await api.ask(
            ann,
            "query ($id: ID!) { ledger(id: $id) { balances { member { __typename seat: id } } } }",
            id=_id("Ledger", trip.id),
        )
        shares = await api.ask(
            ann,
            "query ($id: ID!) { expense(id: $id) { shares { member { id } } } }",
            id=_id("Expense", recorded.id),
        )
        await asyncio.sleep(0)  # the driver tells of a statement one turn later

    who = [{"__typename": "Member", "seat": _id("Member", trip.seat(each))} for each in (ann, bob)]
    assert [each["member"] for each in balances["ledger"]["balances"]] == who
    shared = {each["member"]["id"] for each in shares["expense"]["shares"]}
    assert shared == {each["seat"] for each in who}
    assert not any("members.name" in statement for statement in seen), seen


async def test_a_list_says_how_each_expense_is_split_and_disputed(
    db: Database, api: Api, ann: Actor, bob: Actor, trip: Group
) -> None:
    exact = Exact({trip.seat(ann): 700, trip.seat(bob): 300})
    await spend(db, ann, trip.id, 1000, split=exact)

    page = await api.ask(
        ann,
        """query { expenses(first: 1) { edges { node {
            split { ... on ExactSplit { amounts { value } } } disputes { reason } } } } }""",
    )

    (edge,) = page["expenses"]["edges"]
    assert edge["node"]["disputes"] == []
    assert sorted(part["value"] for part in edge["node"]["split"]["amounts"]) == [300, 700]


SHARES = """id shares {
  spareMinor paid { minor currency } owed { minor currency } member { id name isMe version } }"""


async def test_a_new_expense_tells_of_shares_what_is_read_of_them_later(
    api: Api, ann: Actor, bob: Actor, trip: Group
) -> None:
    create = f"""mutation($input: CreateExpenseInput!) {{
      createExpense(input: $input) {{ ... on Expense {{ {SHARES} }} }} }}"""
    show = f"query($id: ID!) {{ expense(id: $id) {{ {SHARES} }} }}"
    named = {"split": {"equal": [_id("Member", trip.seat(who)) for who in (bob, ann)]}}

    for bill in ({}, named):
        wanted = _input(trip, 1001, bill=bill)
        told = (await api.ask(ann, create, input=wanted))["createExpense"]
        again = (await api.ask(ann, create, input=wanted))["createExpense"]
        read = (await api.ask(ann, show, id=told["id"]))["expense"]

        assert told == again == read
        assert sorted(share["owed"]["minor"] for share in told["shares"]) == [500, 501]


async def test_creating_an_expense_takes_four_statements(
    db: Database, api: Api, ann: Actor, trip: Group
) -> None:
    document = f"""mutation($input: CreateExpenseInput!) {{
      createExpense(input: $input) {{ ... on Expense {{ {SHARES} }} {REFUSAL} }} }}"""
    with statements(db) as seen:
        await api.ask(ann, document, input=_input(trip))

    assert len(seen) == 4, seen  # the lock, who is there, the expense and its entries, the log


async def test_a_ledger_shows_members_balances_and_what_would_settle_it(
    db: Database, api: Api, ann: Actor, trip: Group
) -> None:
    await spend(db, ann, trip.id, 1000)

    answer = (await api.ask(ann, LEDGER, id=_id("Ledger", trip.id)))["ledger"]

    assert answer == {
        "name": "Trip",
        "kind": "GROUP",
        "seq": 5,
        "me": {"name": "Ann", "isMe": True},
        "members": [
            {"name": "Ann", "isMe": True, "isPlaceholder": False, "role": "OWNER"},
            {"name": "Bob", "isMe": False, "isPlaceholder": False, "role": "MEMBER"},
        ],
        "balances": [
            {"member": {"name": "Ann"}, "net": {"minor": 500, "currency": "EUR"}},
            {"member": {"name": "Bob"}, "net": {"minor": -500, "currency": "EUR"}},
        ],
        "suggestedTransfers": [
            {"payer": {"name": "Bob"}, "payee": {"name": "Ann"}, "amount": {"minor": 500}}
        ],
        "detailed": [{"payer": {"name": "Bob"}, "amount": {"minor": 500}}],
    }


async def test_settlements_are_listed_newest_day_first(
    api: Api, ann: Actor, bob: Actor, trip: Group
) -> None:
    record = f"""mutation($input: RecordSettlementInput!) {{ recordSettlement(input: $input) {{
      ... on Settlement {{ id payer {{ name }} payee {{ name }} method deleted }} {REFUSAL} }} }}"""
    document = """query($ledger: ID!, $first: Int!, $after: String) {
      settlements(ledgerId: $ledger, first: $first, after: $after) {
        edges { node { day amount { minor } } } pageInfo { hasNextPage endCursor } } }"""
    for day, minor in (("2026-05-02", 200), ("2026-05-03", 300), ("2026-05-01", 100)):
        answer = await api.ask(
            bob,
            record,
            input={
                "id": str(new_id()),
                "ledgerId": _id("Ledger", trip.id),
                "payerId": _id("Member", trip.seat(bob)),
                "payeeId": _id("Member", trip.seat(ann)),
                "amount": {"minor": minor, "currency": "EUR"},
                "day": day,
                "method": "CASH",
            },
        )
    ledger = _id("Ledger", trip.id)
    page = (await api.ask(ann, document, ledger=ledger, first=2))["settlements"]
    rest = await api.ask(ann, document, ledger=ledger, first=2, after=page["pageInfo"]["endCursor"])

    assert answer["recordSettlement"]["payer"] == {"name": "Bob"}
    assert (answer["recordSettlement"]["method"], answer["recordSettlement"]["deleted"]) == (
        "CASH",
        False,
    )
    assert [edge["node"]["amount"]["minor"] for edge in page["edges"]] == [300, 200]
    assert rest["settlements"] == {
        "edges": [{"node": {"day": "2026-05-01", "amount": {"minor": 100}}}],
        "pageInfo": {
            "hasNextPage": False,
            "endCursor": rest["settlements"]["pageInfo"]["endCursor"],
        },
    }


async def test_a_node_is_for_those_who_may_see_it(
    db: Database, api: Api, ann: Actor, trip: Group
) -> None:
    eve = await make_user(db, "Eve")
    expense = await spend(db, ann, trip.id)
    document = "query($id: ID!) { node(id: $id) { __typename id } }"

    for type_name, id in (
        ("Ledger", trip.id),
        ("Member", trip.seat(ann)),
        ("Expense", expense.id),
    ):
        key = _id(type_name, id)
        assert await api.ask(ann, document, id=key) == {
            "node": {"__typename": type_name, "id": key}
        }
        assert await api.ask(eve, document, id=key) == {"node": None}
    assert await api.ask(ann, document, id=_id("Expense", "nonsense")) == {"node": None}
    assert await api.ask(eve, LEDGER, id=_id("Ledger", trip.id)) == {"ledger": None}


async def test_nobody_gets_in_unless_signed_in(api: Api) -> None:
    answer = await api.execute(None, "{ ledgers { pageInfo { hasNextPage } } }")

    assert answer.data is None
    assert answer.errors is not None
    assert answer.errors[0].extensions == {"code": "UNAUTHENTICATED"}


async def test_a_bug_is_masked_and_a_refusal_outside_a_mutation_is_named(
    api: Api, ann: Actor
) -> None:
    answer = await api.execute(ann, "{ expenses(first: 101) { edges { cursor } } }")

    assert answer.errors is not None
    assert answer.errors[0].extensions == {"code": "PAGE_TOO_LARGE"}
    assert answer.errors[0].message == "A page has 0 to 100 rows, not 101."
