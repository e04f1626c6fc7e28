"""A file over real HTTP, by the multipart request specification, as a query and as a mutation."""

import json
from typing import Any

import httpx
from strawberry.relay import GlobalID

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from tests.e2e.conftest import TokenOf
from tests.groups import Group, balances
from tests.imports import SPLITWISE

PREVIEW = """query($input: PreviewImportInput!) { previewImport(input: $input) {
  ... on ImportPreview { expenseCount malformedCount } } }"""
IMPORT = """mutation($input: ImportFileInput!) { importFile(input: $input) {
  ... on Import { expenseCount settlementCount }
  ... on Refusal { code } } }"""


def _form(document: str, data: bytes, **input: Any) -> dict[str, Any]:
    operations = {"query": document, "variables": {"input": {"file": None, **input}}}
    return {
        "operations": (None, json.dumps(operations)),
        "map": (None, '{"0": ["variables.input.file"]}'),
        "0": ("export.csv", data, "text/csv"),
    }


async def test_a_file_is_looked_into_and_imported(
    http: httpx.AsyncClient, db: Database, ann: Actor, trip: Group, token_of: TokenOf
) -> None:
    headers = {
        "authorization": f"Bearer {token_of(ann)}",
        "graphql-require-preflight": "1",
    }
    ledger = str(GlobalID("Ledger", str(trip.id)))

    answers = [
        (await http.post("/graphql", files=form, headers=headers)).json()["data"]
        for form in (
            _form(PREVIEW, SPLITWISE, ledgerId=ledger),
            _form(IMPORT, SPLITWISE, ledgerId=ledger, id=str(new_id())),
            _form(IMPORT, bytes(10 * 2**20 + 1), ledgerId=ledger, id=str(new_id())),
        )
    ]

    assert answers == [
        {"previewImport": {"expenseCount": 2, "malformedCount": 1}},
        {"importFile": {"expenseCount": 2, "settlementCount": 1}},
        {"importFile": {"code": "FILE_TOO_LARGE"}},
    ]
    assert len(await balances(db, trip.id)) == 5
