"""Imports as clients ask for them."""

import asyncio
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import text
from starlette.datastructures import UploadFile
from strawberry.relay import GlobalID

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from tests.api import LIMITS, Api
from tests.groups import Group, ledger_row
from tests.imports import SPLITWISE

REFUSAL = "... on Refusal { __typename code message }"
PREVIEW = f"""query($input: PreviewImportInput!) {{ previewImport(input: $input) {{
  ... on ImportPreview {{
    source name expenseCount settlementCount conversionCount
    duplicateCount conflictCount malformedCount
    people {{ id name member {{ name }} }}
    matches {{ place verdict entityId }}
    barred {{ name }}
    problems {{ place code message }}
    moves {{ person {{ name }} net {{ decimal currency }} }}
  }}
  {REFUSAL} }} }}"""
IMPORT = f"""mutation($input: ImportFileInput!) {{ importFile(input: $input) {{
  ... on Import {{ id source expenseCount settlementCount undoneAt ledger {{ name }} }}
  {REFUSAL} }} }}"""
UNDO = f"""mutation($id: ID!) {{ undoImport(id: $id) {{
  ... on Import {{ id undoneAt version }}
  {REFUSAL} }} }}"""
LIST = """query($id: ID!) { imports(ledgerId: $id) { edges { node { id } } } }"""
NODE = """query($id: ID!) { node(id: $id) { ... on Import { expenseCount } } }"""
ACTIVITY = """query($id: ID!) { activity(ledgerId: $id, first: 1) { edges { node {
  kind entityId changes { field } } } } }"""


@pytest.fixture
def api(db: Database, redis_url: str) -> Api:
    return Api(db, redis_url)


def _input(trip: Group | None, data: bytes = SPLITWISE, **overrides: Any) -> dict[str, Any]:
    where = {"ledgerId": str(GlobalID("Ledger", str(trip.id)))} if trip else {}
    return {"file": UploadFile(BytesIO(data)), **where, **overrides}


async def test_an_import_has_more_time_than_others(
    db: Database, redis_url: str, ann: Actor, trip: Group
) -> None:
    hurried = Api(db, redis_url, limits=replace(LIMITS, seconds=2))
    rename = "mutation($i: RenameLedgerInput!) { renameLedger(input: $i) { __typename } }"
    name = {"ledgerId": str(GlobalID("Ledger", str(trip.id))), "ifVersion": 1, "name": "Tour"}

    async with db.engine.begin() as holding:
        await holding.execute(text("SELECT 1 FROM ledgers FOR UPDATE"))
        importing = asyncio.create_task(
            hurried.ask(ann, IMPORT, input=_input(trip, id=str(new_id())))
        )
        late = await hurried.execute(ann, rename, i=name)

    assert [(error.extensions or {})["code"] for error in late.errors or ()] == ["TIMED_OUT"]
    made = (await importing)["importFile"]
    undone = (await hurried.ask(ann, UNDO, id=made["id"]))["undoImport"]
    assert (made["expenseCount"], undone["version"]) == (2, 2)


async def test_a_file_is_looked_into_imported_and_taken_out(
    api: Api, ann: Actor, bob: Actor, trip: Group
) -> None:
    seen = (await api.ask(ann, PREVIEW, input=_input(trip)))["previewImport"]
    made = await api.ask(ann, IMPORT, input=_input(trip, id=str(new_id())))
    id = made["importFile"]["id"]
    again = (await api.ask(bob, PREVIEW, input=_input(trip)))["previewImport"]
    ledger_id = str(GlobalID("Ledger", str(trip.id)))
    listed = (await api.ask(bob, LIST, id=ledger_id))["imports"]["edges"]
    (last,) = (await api.ask(bob, ACTIVITY, id=ledger_id))["activity"]["edges"]
    undone = (await api.ask(ann, UNDO, id=id))["undoImport"]

    assert (seen["source"], seen["expenseCount"], seen["settlementCount"]) == ("SPLITWISE", 2, 1)
    assert [(one["name"], one["member"]) for one in seen["people"]] == [
        ("Ann", {"name": "Ann"}),
        ("Bob", {"name": "Bob"}),
        ("Zoë", None),
    ]
    assert seen["barred"] == []
    assert seen["problems"] == [
        {
            "place": "line 5",
            "code": "RECORD_UNREADABLE",
            "message": "'x' is no amount like -12.50.",
        }
    ]
    assert {"person": {"name": "Zoë"}, "net": {"decimal": "-10.00", "currency": "EUR"}} in (
        seen["moves"]
    )
    assert made["importFile"] == {
        "id": id,
        "source": "SPLITWISE",
        "expenseCount": 2,
        "settlementCount": 1,
        "undoneAt": None,
        "ledger": {"name": "Trip"},
    }
    assert (again["expenseCount"], again["duplicateCount"], again["moves"]) == (0, 3, [])
    assert [one["verdict"] for one in again["matches"]] == ["DUPLICATE"] * 3
    assert [one["node"]["id"] for one in listed] == [id]
    assert (last["node"]["kind"], last["node"]["entityId"]) == ("import.committed", id)
    assert undone["undoneAt"] is not None


async def test_a_file_is_looked_into_before_there_is_a_group(api: Api, ann: Actor) -> None:
    seen = (await api.ask(ann, PREVIEW, input=_input(None)))["previewImport"]

    assert [one["member"] for one in seen["people"]] == [None] * 3
    assert (seen["expenseCount"], seen["malformedCount"]) == (2, 1)


async def test_the_client_says_who_is_who(api: Api, ann: Actor, bob: Actor, trip: Group) -> None:
    people = (await api.ask(ann, PREVIEW, input=_input(trip)))["previewImport"]["people"]
    seat = str(GlobalID("Member", str(trip.seat(bob))))
    mapping = [
        {"personId": people[2]["id"], "memberId": seat},
        {"personId": people[1]["id"]},
    ]

    seen = await api.ask(ann, PREVIEW, input=_input(trip, people=mapping))

    assert [one["member"] and one["member"]["name"] for one in seen["previewImport"]["people"]] == [
        "Ann",
        None,
        "Bob",
    ]


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"hello", "FORMAT_UNKNOWN"), (b"\xff\xfe", "FILE_UNREADABLE"), (b"{", "FILE_UNREADABLE")],
)
async def test_hostile_files_are_refused_by_name(
    api: Api, db: Database, ann: Actor, trip: Group, data: bytes, code: str
) -> None:
    seq = (await ledger_row(db, trip.id)).seq

    seen = (await api.ask(ann, PREVIEW, input=_input(trip, data)))["previewImport"]
    made = (await api.ask(ann, IMPORT, input=_input(trip, data, id=str(new_id()))))["importFile"]

    assert (seen["__typename"], seen["code"], made["code"]) == ("Invalid", code, code)
    assert (await ledger_row(db, trip.id)).seq == seq


async def test_strangers_learn_nothing(
    api: Api, db: Database, ann: Actor, eve: Actor, trip: Group
) -> None:
    made = (await api.ask(ann, IMPORT, input=_input(trip, id=str(new_id()))))["importFile"]
    seq = (await ledger_row(db, trip.id)).seq
    absent = Group(new_id(), {})

    answers = [
        (await api.ask(eve, PREVIEW, input=_input(group)))["previewImport"]
        for group in (trip, absent)
    ] + [
        (await api.ask(eve, IMPORT, input=_input(group, id=str(new_id()))))["importFile"]
        for group in (trip, absent)
    ]
    undone = (await api.ask(eve, UNDO, id=made["id"]))["undoImport"]
    listed = await api.execute(eve, LIST, id=str(GlobalID("Ledger", str(trip.id))))

    assert {(one["__typename"], one["message"]) for one in answers} == {
        ("NotFound", "No such ledger.")
    }
    assert (undone["__typename"], undone["message"]) == ("NotFound", "No such import.")
    assert (await api.ask(eve, NODE, id=made["id"]))["node"] is None
    assert listed.errors is not None
    assert (await ledger_row(db, trip.id)).seq == seq
