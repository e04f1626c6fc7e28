"""One thread per expense, as a client shows it: what happened, field by field, and what was said."""

from typing import Any
from uuid import UUID

import pytest
from strawberry.relay import GlobalID

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.comment import Topic, Words
from domain.expense import Bill, Changes, To
from domain.money import Money
from domain.split import Exact
from models.expense import Expense
from services import comments, expenses
from tests.api import Api
from tests.groups import Group, convert, log, spend
from tests.integration.test_comments import add
from tests.live import statements

REFUSAL = "... on Refusal { __typename code message } ... on Invalid { path }"

VALUE = """{ __typename
  ... on TextValue { text } ... on TextsValue { texts } ... on ChoiceValue { choice }
  ... on DayValue { day } ... on MomentValue { at } ... on AmountValue { amount { minor decimal } }
  ... on ReferenceValue { id node { ... on Category { key } } }
  ... on ReferencesValue { references { node { ... on Member { name } } } }
  ... on PartsValue { parts { member { name } amount { decimal } } }
  ... on SplitValue { split { ... on EqualSplit { participants { name } }
                              ... on ExactSplit { amounts { member { name } value } } } } }"""

THREAD = f"""query($id: ID!, $first: Int! = 50, $after: String) {{ expense(id: $id) {{
  history(first: $first, after: $after) {{
    pageInfo {{ hasNextPage endCursor }}
    edges {{ node {{ kind actorName byMe comment {{ text authorName }}
                     changes {{ field before {VALUE} after {VALUE} }} }} }} }} }} }}"""

COMMENTS = """query($id: ID!, $first: Int! = 50, $after: String) { node(id: $id) { ... on Topic {
  comments(first: $first, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges { cursor node { id text byMe version author { name } mentions { name }
                          topic { id __typename } } } } } } }"""

LIST = """query($first: Int!) { expenses(first: $first) { edges { node {
  comments { edges { node { text author { name } } } }
  history { edges { node { kind comment { text } } } } } } } }"""

ADD = f"""mutation($input: AddCommentInput!) {{ addComment(input: $input) {{
  ... on Comment {{ id text version editableUntil createdAt mentions {{ name }} }} {REFUSAL} }} }}"""
EDIT = f"""mutation($input: EditCommentInput!) {{ editComment(input: $input) {{
  ... on Comment {{ text version }} {REFUSAL} ... on Conflict {{ current {{ id }} }} }} }}"""
DELETE = f"""mutation($id: ID!) {{ deleteComment(id: $id) {{
  ... on Comment {{ text authorName }} {REFUSAL} }} }}"""


@pytest.fixture
def api(db: Database, redis_url: str) -> Api:
    return Api(db, redis_url)


@pytest.fixture
async def dinner(db: Database, ann: Actor, trip: Group) -> Expense:
    return await spend(db, ann, trip.id, 699, merchant="Rosa's")


def _id(type_name: str, id: object) -> str:
    return str(GlobalID(type_name, str(id)))


async def _update(db: Database, actor: Actor, expense: Expense, changes: Changes) -> Expense:
    async with db.transaction() as tx:
        return await expenses.update(tx, actor, expense.id, expense.version, changes)


async def _events(api: Api, actor: Actor, expense: Expense) -> list[dict[str, Any]]:
    answer = await api.ask(actor, THREAD, id=_id("Expense", expense.id))
    return [edge["node"] for edge in answer["expense"]["history"]["edges"]]


async def test_a_client_can_say_that_the_cost_changed(
    db: Database, api: Api, ann: Actor, bob: Actor, trip: Group, dinner: Expense
) -> None:
    exact = Exact({trip.seat(ann): 899})
    await _update(db, bob, dinner, Changes(bill=Bill(Money(899, "EUR"), split=exact)))

    newest, first = await _events(api, ann, dinner)

    assert (newest["kind"], newest["actorName"], newest["byMe"]) == (
        "expense.updated",
        "Bob",
        False,
    )
    both = [{"name": "Ann"}, {"name": "Bob"}]
    amount, paid_by, split = newest["changes"]
    assert amount == {
        "field": "amount",
        "before": {"__typename": "AmountValue", "amount": {"minor": 699, "decimal": "6.99"}},
        "after": {"__typename": "AmountValue", "amount": {"minor": 899, "decimal": "8.99"}},
    }
    assert paid_by["field"] == "paidBy"
    assert paid_by["after"] == {
        "__typename": "PartsValue",
        "parts": [{"member": {"name": "Ann"}, "amount": {"decimal": "8.99"}}],
    }
    assert sorted(split["before"]["split"]["participants"], key=str) == both
    assert split["after"]["split"] == {"amounts": [{"member": {"name": "Ann"}, "value": 899}]}
    new = {change["field"]: change for change in first["changes"]}
    fields = {"amount", "day", "merchant", "paidBy", "source", "split", "tags"}
    assert new.keys() >= fields
    assert {change["before"] for change in new.values()} == {None}


async def test_every_other_field_has_its_type(
    db: Database, api: Api, ann: Actor, dinner: Expense
) -> None:
    categories = (await api.ask(ann, "{ categories { id key } }"))["categories"]
    groceries = next(row["id"] for row in categories if row["key"] == "food.groceries")
    category_id: To[UUID | None] = To(UUID(GlobalID.from_id(groceries).node_id))
    changes = Changes(category_id=category_id, merchant=To(None), tags=["a"])
    updated = await _update(db, ann, dinner, changes)
    async with db.transaction() as tx:
        await expenses.delete(tx, ann, updated.id)

    deleted, edited, _ = await _events(api, ann, dinner)

    assert edited["changes"] == [
        {
            "field": "category",
            "before": None,
            "after": {
                "__typename": "ReferenceValue",
                "id": groceries,
                "node": {"key": "food.groceries"},
            },
        },
        {
            "field": "merchant",
            "before": {"__typename": "TextValue", "text": "Rosa's"},
            "after": None,
        },
        {
            "field": "tags",
            "before": {"__typename": "TextsValue", "texts": []},
            "after": {"__typename": "TextsValue", "texts": ["a"]},
        },
    ]
    (change,) = deleted["changes"]
    assert (change["field"], change["after"]["__typename"]) == ("deletedAt", "MomentValue")


async def test_what_happened_and_what_was_said_are_one_thread(
    db: Database, api: Api, ann: Actor, bob: Actor, trip: Group, dinner: Expense
) -> None:
    comment = await add(db, bob, dinner.id, "Who had the wine?", trip.seat(ann))
    await _update(db, ann, dinner, Changes(note=To("Wine was mine")))
    await add(db, bob, (await spend(db, ann, trip.id)).id, "Elsewhere")
    async with db.transaction() as tx:
        words = Words("Who had it?", [trip.seat(ann)])
        await comments.edit(tx, bob, comment.id, 1, words)

    thread = await _events(api, ann, dinner)

    said = {"text": "Who had it?", "authorName": "Bob"}
    assert [(event["kind"], event["comment"]) for event in thread] == [
        ("comment.edited", said),
        ("expense.updated", None),
        ("comment.added", said),
        ("expense.created", None),
    ]
    mentions = next(one for one in thread[2]["changes"] if one["field"] == "mentions")
    assert mentions["after"]["references"] == [{"node": {"name": "Ann"}}]


async def test_a_thread_is_read_page_by_page(
    db: Database, api: Api, ann: Actor, dinner: Expense
) -> None:
    for number in range(3):
        await add(db, ann, dinner.id, str(number))
    await add(db, ann, dinner.id, "settled", topic=Topic.EXPENSE)
    id = _id("Expense", dinner.id)

    one = (await api.ask(ann, COMMENTS, id=id, first=3))["node"]["comments"]
    rest = (await api.ask(ann, COMMENTS, id=id, after=one["pageInfo"]["endCursor"]))["node"]
    page = (await api.ask(ann, THREAD, id=id, first=4))["expense"]["history"]
    end = await api.ask(ann, THREAD, id=id, after=page["pageInfo"]["endCursor"])

    assert [edge["node"]["text"] for edge in one["edges"]] == ["settled", "2", "1"]
    assert one["pageInfo"]["hasNextPage"] is True
    assert [edge["node"]["text"] for edge in rest["comments"]["edges"]] == ["0"]
    assert rest["comments"]["pageInfo"]["hasNextPage"] is False
    kinds = [edge["node"]["kind"] for edge in end["expense"]["history"]["edges"]]
    assert kinds == ["expense.created"]


async def test_a_cursor_of_another_list_is_refused(api: Api, ann: Actor, dinner: Expense) -> None:
    answer = await api.execute(ann, COMMENTS, id=_id("Expense", dinner.id), after="WzFd")

    assert answer.errors is not None
    assert [(one.extensions or {})["code"] for one in answer.errors] == ["CURSOR_UNREADABLE"]


async def test_many_threads_cost_as_much_as_one(
    db: Database, api: Api, ann: Actor, bob: Actor, trip: Group
) -> None:
    for minor in (100, 200, 300):
        await add(db, bob, (await spend(db, ann, trip.id, minor)).id, str(minor))
    with statements(db) as for_one:
        one = await api.ask(ann, LIST, first=1)
    with statements(db) as for_three:
        three = await api.ask(ann, LIST, first=3)

    assert len(for_one) == len(for_three)
    assert one["expenses"]["edges"] == three["expenses"]["edges"][:1]
    assert [
        [edge["node"]["text"] for edge in expense["node"]["comments"]["edges"]]
        for expense in three["expenses"]["edges"]
    ] == [["300"], ["200"], ["100"]]


async def test_comments_are_added_edited_and_deleted(
    api: Api, ann: Actor, bob: Actor, trip: Group, dinner: Expense
) -> None:
    wanted = {
        "id": str(new_id()),
        "topicId": _id("Expense", dinner.id),
        "text": " Wine? ",
        "mentions": [_id("Member", trip.seat(ann))],
    }
    id = _id("Comment", wanted["id"])

    added = (await api.ask(bob, ADD, input=wanted))["addComment"]
    again = (await api.ask(bob, ADD, input=wanted))["addComment"]
    edited = await api.ask(bob, EDIT, input={"commentId": id, "ifVersion": 1, "text": "Beer?"})
    stale = await api.ask(bob, EDIT, input={"commentId": id, "ifVersion": 1, "text": "Tea?"})
    not_mine = await api.ask(ann, DELETE, id=id)
    seen = (await api.ask(ann, COMMENTS, id=wanted["topicId"]))["node"]["comments"]["edges"]
    deleted = await api.ask(bob, DELETE, id=id)

    assert (added["id"], added["text"], added["version"]) == (id, "Wine?", 1)
    assert added["mentions"] == [{"name": "Ann"}]
    assert added["editableUntil"] > added["createdAt"]
    assert again == added
    assert edited["editComment"] == {"text": "Beer?", "version": 2}
    assert (stale["editComment"]["code"], stale["editComment"]["current"]) == ("STALE", {"id": id})
    assert not_mine["deleteComment"]["code"] == "NOT_THE_AUTHOR"
    assert [edge["node"] for edge in seen] == [
        {
            "id": id,
            "text": "Beer?",
            "byMe": False,
            "version": 2,
            "author": {"name": "Bob"},
            "mentions": [],
            "topic": {"id": wanted["topicId"], "__typename": "Expense"},
        }
    ]
    assert deleted["deleteComment"] == {"text": None, "authorName": "Bob"}


async def test_a_conversion_has_a_thread_too(
    db: Database, api: Api, ann: Actor, bob: Actor, trip: Group
) -> None:
    conversion = await convert(db, bob, trip, ann)
    id = _id("Conversion", conversion.id)
    await api.ask(ann, ADD, input={"id": str(new_id()), "topicId": id, "text": "At 1.20?"})
    document = """query($id: ID!) { node(id: $id) { ... on Topic {
        comments { edges { node { text topic { id } } } }
        history { edges { node { kind changes { field after { ... on AmountValue { amount { decimal } } } }
        } } } } } }"""

    seen = (await api.ask(bob, document, id=id))["node"]

    assert [edge["node"] for edge in seen["comments"]["edges"]] == [
        {"text": "At 1.20?", "topic": {"id": id}}
    ]
    said, posted = (edge["node"] for edge in seen["history"]["edges"])
    assert (said["kind"], posted["kind"]) == ("comment.added", "conversion.posted")
    amounts = {
        change["field"]: change["after"]["amount"]["decimal"]
        for change in posted["changes"]
        if "amount" in change["after"]
    }
    assert amounts == {"from": "5.00", "to": "6.00"}


async def test_strangers_and_wrong_topics_are_not_found(
    db: Database, api: Api, ann: Actor, eve: Actor, trip: Group, dinner: Expense
) -> None:
    comment = await add(db, ann, dinner.id)
    wanted = {"id": str(new_id()), "topicId": _id("Expense", dinner.id), "text": "?"}
    before = await log(db, trip.id)

    hidden = (await api.ask(eve, ADD, input=wanted))["addComment"]
    nothing = await api.ask(ann, ADD, input={**wanted, "topicId": _id("Ledger", trip.id)})

    assert hidden["code"] == nothing["addComment"]["code"] == "NOT_FOUND"
    assert (await api.ask(eve, COMMENTS, id=_id("Expense", dinner.id)))["node"] is None
    look = "query($id: ID!) { node(id: $id) { ... on Comment { text } } }"
    assert (await api.ask(eve, look, id=_id("Comment", comment.id)))["node"] is None
    assert (await api.ask(ann, look, id=_id("Comment", comment.id)))["node"] == {
        "text": comment.text
    }
    assert await log(db, trip.id) == before
