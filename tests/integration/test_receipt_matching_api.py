"""Matches and duplicates as clients ask for them, and how many statements that takes."""

from typing import Any

import pytest
from strawberry.relay import GlobalID

from core.db import Database
from domain.actor import Actor
from tests.api import Api
from tests.groups import Group, log, personal_ledger, spend
from tests.live import statements
from tests.receipts import as_read, uploaded_and_read

REFUSAL = "... on Refusal { __typename code } ... on Conflict { current { id } }"
SHOWN = """
  id status expense { id version }
  matches { expense { id } score why { more { minor currency } daysLater sameMerchant } }
  duplicates { receipt { id uploadedBy { name } } reasons }
"""
RECEIPT = f"query($id: ID!) {{ receipt(id: $id) {{ {SHOWN} }} }}"
LIST = f"query($id: ID!) {{ receipts(ledgerId: $id) {{ edges {{ node {{ {SHOWN} }} }} }} }}"
CONFIRM = f"""mutation($it: ConfirmReceiptInput!) {{ confirmReceipt(input: $it) {{
  ... on Receipt {{ {SHOWN} }} {REFUSAL} }} }}"""
ATTACH = f"""mutation($it: AttachReceiptInput!) {{ attachReceipt(input: $it) {{
  ... on Receipt {{ {SHOWN} }} {REFUSAL} }} }}"""
DETACH = f"""mutation($it: DetachReceiptInput!) {{ detachReceipt(input: $it) {{
  ... on Receipt {{ {SHOWN} }} {REFUSAL} }} }}"""


@pytest.fixture
def api(db: Database, redis_url: str) -> Api:
    return Api(db, redis_url)


def _id(type_name: str, id: object) -> str:
    return str(GlobalID(type_name, str(id)))


async def test_the_way_from_an_offer_to_the_expense_and_back(
    api: Api, db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    expense = await spend(db, bob, trip.id, 1300, merchant="Harbour Lane Bakery Ltd")
    receipt = await uploaded_and_read(db, ann, trip.id)
    receipt_id, expense_id = _id("Receipt", receipt.id), _id("Expense", expense.id)

    read = (await api.ask(ann, RECEIPT, id=receipt_id))["receipt"]
    wanted = {"receiptId": receipt_id, "expenseId": expense_id, "ifVersion": 1}
    attached = (await api.ask(ann, ATTACH, it=wanted))["attachReceipt"]
    second = await uploaded_and_read(db, ann, trip.id)
    another = wanted | {"receiptId": _id("Receipt", second.id), "ifVersion": 2}
    refused = (await api.ask(ann, ATTACH, it=another))["attachReceipt"]
    off = {"receiptId": receipt_id, "ifVersion": 2}
    detached = (await api.ask(bob, DETACH, it=off))["detachReceipt"]

    offer = {
        "expense": {"id": expense_id},
        "score": 0.8233,
        "why": {"more": {"minor": 50, "currency": "EUR"}, "daysLater": 0, "sameMerchant": 1.0},
    }
    assert read == {
        "id": receipt_id,
        "status": "READ",
        "expense": None,
        "matches": [offer],
        "duplicates": [],
    }
    assert (attached["status"], attached["matches"]) == ("CONFIRMED", [])
    assert attached["expense"] == {"id": expense_id, "version": 2}
    assert refused == {
        "__typename": "Conflict",
        "code": "EXPENSE_HAS_RECEIPT",
        "current": {"id": receipt_id},
    }
    assert (detached["status"], detached["matches"]) == ("READ", [offer])


async def test_confirming_says_that_there_is_another_one_and_refuses_nothing(
    api: Api, db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    first = await uploaded_and_read(db, ann, trip.id)
    second = await uploaded_and_read(db, bob, trip.id)
    made = as_read(1250)
    wanted = {
        "receiptId": _id("Receipt", second.id),
        "expenseId": str(made.expense_id),
        "bill": {"amount": {"minor": 1250, "currency": "EUR"}},
        "day": str(made.day),
        "merchant": "Harbour Lane Bakery",
    }

    answer = (await api.ask(bob, CONFIRM, it=wanted))["confirmReceipt"]

    assert answer["status"] == "CONFIRMED"
    assert answer["duplicates"] == [
        {
            "receipt": {"id": _id("Receipt", first.id), "uploadedBy": {"name": "Ann"}},
            "reasons": ["SAME_BILL"],
        }
    ]


async def test_strangers_attach_nothing(
    api: Api, db: Database, ann: Actor, bob: Actor, eve: Actor, trip: Group
) -> None:
    own = await personal_ledger(db, eve)
    theirs, hers = [await spend(db, who, at, 1250) for who, at in ((bob, trip.id), (eve, own.id))]
    receipt = await uploaded_and_read(db, ann, trip.id)
    before = await log(db, trip.id)

    def asked(receipt_id: object, expense_id: object) -> dict[str, Any]:
        ids = {"receiptId": _id("Receipt", receipt_id), "expenseId": _id("Expense", expense_id)}
        return {**ids, "ifVersion": 1}

    eves = await uploaded_and_read(db, eve, own.id)
    for who, wanted in (
        (eve, asked(receipt.id, theirs.id)),
        (eve, asked(receipt.id, hers.id)),
        (eve, asked(eves.id, theirs.id)),
        (ann, asked(receipt.id, hers.id)),
    ):
        answer = (await api.ask(who, ATTACH, it=wanted))["attachReceipt"]
        assert answer == {"__typename": "NotFound", "code": "NOT_FOUND"}

    assert await log(db, trip.id) == before


async def test_a_list_takes_the_same_statements_however_long(
    api: Api, db: Database, ann: Actor, bob: Actor, trip: Group
) -> None:
    await spend(db, ann, trip.id, 1250)
    sent: list[int] = []
    for who in (ann, bob, ann):
        await uploaded_and_read(db, who, trip.id)
        with statements(db) as during:
            answer = (await api.ask(bob, LIST, id=_id("Ledger", trip.id)))["receipts"]
        sent.append(len(during))

    nodes = [edge["node"] for edge in answer["edges"]]
    assert [len(node["matches"]) for node in nodes] == [1, 1, 1]
    assert [len(node["duplicates"]) for node in nodes] == [2, 2, 2]
    assert sent[1] == sent[2]
