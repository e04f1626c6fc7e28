"""Seats, policies and disputes as clients ask for them, and how many statements that takes."""

from typing import Any

import pytest
from strawberry.relay import GlobalID

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from models.expense import Expense
from tests.api import Api
from tests.groups import Group, log, make_group, spend
from tests.live import statements
from tests.members import pay

REFUSED = (
    "... on Refusal { __typename code } ... on Invalid { path } ... on Conflict { current { id } }"
)
MEMBER = f"... on Member {{ name role weight deactivatedAt leftAt version }} {REFUSED}"
EXPENSE = f"... on Expense {{ version disputes {{ reason member {{ name }} }} }} {REFUSED}"
LEDGER = f"... on Ledger {{ whoMayEdit lockAfterDays me {{ deactivatedAt }} }} {REFUSED}"

LEAVE = f"mutation($id: ID!) {{ leaveGroup(id: $id) {{ {LEDGER} }} }}"
INVITE = f"""mutation($input: CreateInviteInput!) {{ createInvite(input: $input) {{
  ... on IssuedInvite {{ token invite {{ role }} }} {REFUSED} }} }}"""
LISTS = (
    """query($ledger: ID!) { list: expenses(filter: {ledgerId: $ledger}) {
      edges { node { viewerCanEdit } } } }""",
    """query($ledger: ID!) { list: settlements(ledgerId: $ledger) {
      edges { node { viewerCanEdit } } } }""",
)
ACTIVITY = """query($ledger: ID!) { activity(ledgerId: $ledger, first: 1) { edges { node { kind changes {
  field
  before { __typename ... on ChoiceValue { choice } ... on NumberValue { number } }
  after { ... on ChoiceValue { choice } ... on NumberValue { number }
          ... on DisputesValue { disputes { reason member { name } } } } } } } } }"""


@pytest.fixture
def api(db: Database, redis_url: str) -> Api:
    return Api(db, redis_url)


def gid(type_name: str, id: Any) -> str:
    return str(GlobalID(type_name, str(id)))


async def tell(api: Api, caller: Actor, field: str, shown: str, **input: Any) -> dict[str, Any]:
    """The answer of a mutation with an input."""
    of_type = f"{field[0].upper()}{field[1:]}Input!"
    document = f"mutation($input: {of_type}) {{ {field}(input: $input) {{ {shown} }} }}"
    return (await api.ask(caller, document, input=input))[field]


async def policy(api: Api, caller: Actor, group: Group, version: int, **wanted: Any) -> Any:
    ledger = {"ledgerId": gid("Ledger", group.id), "ifVersion": version}
    return await tell(api, caller, "setEditPolicy", LEDGER, **ledger, **wanted)


async def changes(api: Api, caller: Actor, group: Group) -> dict[str, Any]:
    """What the newest event changed, by field."""
    data = await api.ask(caller, ACTIVITY, ledger=gid("Ledger", group.id))
    [edge] = data["activity"]["edges"]
    return {each["field"]: (each["before"], each["after"]) for each in edge["node"]["changes"]}


async def test_a_seat_is_renamed_weighed_and_given_a_role(
    api: Api, ann: Actor, bob: Actor, trip: Group
) -> None:
    bobs = {"memberId": gid("Member", trip.seat(bob))}

    named = await tell(
        api, bob, "updateMember", MEMBER, **bobs, ifVersion=1, name="Bobby", weight=50
    )
    risen = await tell(api, ann, "setMemberRole", MEMBER, **bobs, ifVersion=2, role="ADMIN")
    stale = await tell(api, ann, "setMemberRole", MEMBER, **bobs, ifVersion=2, role="MEMBER")
    nothing = await tell(api, bob, "updateMember", MEMBER, **bobs, ifVersion=3)

    seat = {"name": "Bobby", "weight": 50, "deactivatedAt": None, "leftAt": None}
    assert named == {**seat, "role": "MEMBER", "version": 2}
    assert risen == {**seat, "role": "ADMIN", "version": 3}
    assert stale == {
        "__typename": "Conflict",
        "code": "STALE",
        "current": {"id": bobs["memberId"]},
    }
    assert nothing == {"__typename": "Invalid", "code": "NOTHING_TO_CHANGE", "path": []}
    assert await changes(api, ann, trip) == {
        "role": ({"__typename": "ChoiceValue", "choice": "MEMBER"}, {"choice": "ADMIN"})
    }


async def test_a_friend_is_added_deactivated_reactivated_and_removed(
    api: Api, db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    flat = await make_group(db, ann)
    assert trip.seat(bob)
    data = await api.ask(ann, "{ friends { edges { node { name personId } } } }")
    [edge] = data["friends"]["edges"]
    seat = new_id()
    member = {"memberId": gid("Member", seat)}

    added = await tell(
        api,
        ann,
        "addFriend",
        MEMBER,
        id=str(seat),
        ledgerId=gid("Ledger", flat.id),
        personId=edge["node"]["personId"],
    )
    await spend(db, ann, flat.id, 1000)
    await pay(db, bob, seat, flat.seat(ann), flat)
    gone = await tell(api, ann, "removeMember", MEMBER, **member, ifVersion=1)
    await spend(db, ann, trip.id, 1000)
    debtor = {"memberId": gid("Member", trip.seat(bob))}
    kept = await tell(api, ann, "removeMember", MEMBER, **debtor, ifVersion=1)
    back = await tell(api, ann, "reactivateMember", MEMBER, **debtor, ifVersion=2)

    assert (added["name"], added["role"], added["version"]) == ("Bob", "MEMBER", 1)
    assert gone["leftAt"] is not None
    assert (kept["leftAt"], kept["deactivatedAt"] is None) == (None, False)
    assert (back["deactivatedAt"], back["version"]) == (None, 3)


async def test_leaving_tells_whether_one_is_gone(
    api: Api, db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    await spend(db, ann, trip.id, 1000)
    leave = {"id": gid("Ledger", trip.id)}

    owing = (await api.ask(bob, LEAVE, **leave))["leaveGroup"]
    await pay(db, bob, trip.seat(bob), trip.seat(ann), trip)
    settled = (await api.ask(bob, LEAVE, **leave))["leaveGroup"]

    assert owing["me"]["deactivatedAt"] is not None
    assert settled["me"] == owing["me"]
    data = await api.ask(bob, "query($id: ID!) { ledger(id: $id) { id } }", **leave)
    assert data == {"ledger": None}


async def test_an_invite_says_its_role(api: Api, ann: Actor, bob: Actor, trip: Group) -> None:
    ledger = {"ledgerId": gid("Ledger", trip.id)}

    made = await api.ask(ann, INVITE, input={**ledger, "role": "VIEWER"})
    too_high = await api.ask(bob, INVITE, input={**ledger, "role": "ADMIN"})
    never = await api.ask(ann, INVITE, input={**ledger, "role": "OWNER"})

    assert made["createInvite"]["invite"] == {"role": "VIEWER"}
    assert too_high["createInvite"] == {"__typename": "Forbidden", "code": "ROLE_TOO_LOW"}
    assert never["createInvite"] == {
        "__typename": "Invalid",
        "code": "NO_OWNER_BY_LINK",
        "path": ["role"],
    }


async def test_the_policy_is_set_and_told_field_by_field(
    api: Api, ann: Actor, bob: Actor, trip: Group
) -> None:
    refused = await policy(api, bob, trip, 1, whoMayEdit="INVOLVED")
    chosen = await policy(api, ann, trip, 1, whoMayEdit="INVOLVED", lockAfterDays=30)
    endless = await policy(api, ann, trip, 2, whoMayEdit="INVOLVED", lockAfterDays=-1)

    assert refused == {"__typename": "Forbidden", "code": "ROLE_TOO_LOW"}
    assert (chosen["whoMayEdit"], chosen["lockAfterDays"]) == ("INVOLVED", 30)
    assert (endless["code"], endless["path"]) == ("LOCK_OUT_OF_RANGE", ["lockAfterDays"])
    assert await changes(api, bob, trip) == {
        "lockAfterDays": (None, {"number": 30}),
        "whoMayEdit": (
            {"__typename": "ChoiceValue", "choice": "ANY_MEMBER"},
            {"choice": "INVOLVED"},
        ),
    }


async def test_lists_say_what_the_viewer_can_edit_in_as_many_statements_for_few_as_for_many(
    api: Api, db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    ledger = {"ledger": gid("Ledger", trip.id)}

    async def editable(viewer: Actor) -> tuple[list[bool], int]:
        with statements(db) as sent:
            lists = [(await api.ask(viewer, each, **ledger))["list"] for each in LISTS]
        edges = [edge for each in lists for edge in each["edges"]]
        return [edge["node"]["viewerCanEdit"] for edge in edges], len(sent)

    async def record(actor: Actor) -> None:
        await spend(db, actor, trip.id)
        await pay(db, actor, trip.seat(ann), trip.seat(bob), trip)

    await record(ann)
    assert (await editable(bob))[0] == [True, True]
    await policy(api, ann, trip, 1, whoMayEdit="CREATOR_OR_ADMIN")
    few, for_few = await editable(bob)
    for _ in range(5):
        await record(bob)
    many, for_many = await editable(bob)
    owners, _ = await editable(ann)
    await policy(api, ann, trip, 2, whoMayEdit="ANY_MEMBER", lockAfterDays=0)

    assert few == [False, False]
    assert sorted(many) == [False] * 2 + [True] * 10
    assert owners == [True] * 12
    assert for_few == for_many
    assert (await editable(ann))[0] == [False] * 12


async def test_a_dispute_is_seen_with_who_and_why(
    api: Api, db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    expense: Expense = await spend(db, ann, trip.id)
    it = {"expenseId": gid("Expense", expense.id)}

    made = await tell(api, bob, "disputeExpense", EXPENSE, **it, ifVersion=1, reason="No.")
    told = await changes(api, ann, trip)
    before = await log(db, trip.id)
    stale = await tell(api, ann, "disputeExpense", EXPENSE, **it, ifVersion=1, reason="Yes.")
    unwritten = await log(db, trip.id)
    gone = await tell(api, bob, "withdrawDispute", EXPENSE, **it, ifVersion=2)

    said = {"reason": "No.", "member": {"name": "Bob"}}
    assert made == {"version": 2, "disputes": [said]}
    assert told == {"disputes": (None, {"disputes": [said]})}
    assert (stale["code"], stale["current"]) == ("STALE", {"id": it["expenseId"]})
    assert unwritten == before
    assert gone == {"version": 3, "disputes": []}
