"""People, groups and spending to measure with, made through the API."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.demo import documents
from app.demo.client import Api
from bench.load import Connection, request
from core.clock import now
from core.ids import new_id

AMOUNT_MINOR = 8_643  # divides by nothing

_CREATE_EXPENSE = """\
mutation CreateExpense($input: CreateExpenseInput!) {
  createExpense(input: $input) { __typename ... on Refusal { code message } }
}"""


@dataclass(frozen=True, slots=True)
class Person:
    token: str
    ledger_id: str


@dataclass(frozen=True, slots=True)
class Group:
    ledger_id: str
    member_ids: list[str]


async def register(url: str) -> Person:
    id = new_id()
    wanted = {
        "id": str(id),
        "email": f"{id.hex}@example.com",
        "password": f"known to {id.hex}",
        "name": f"Person {id.hex[-4:]}",
        "currency": "EUR",
        "deviceName": "Benchmark",
    }
    async with Api(url) as api:
        answer = await api.ask(documents.REGISTER, input=wanted)
    return Person(answer["accessToken"], answer["user"]["personalLedger"]["id"])


async def found(url: str, people: list[Person]) -> Group:
    """A group of all of them. The first one is its owner."""
    owner, *others = people
    async with Api(url) as api:
        api.token = owner.token
        wanted = {"id": str(new_id()), "name": "Shared flat", "currency": "EUR"}
        ledger = await api.ask(documents.CREATE_GROUP, input=wanted)
        terms = {"ledgerId": ledger["id"], "maxUses": len(people)}
        invite = await api.ask(documents.CREATE_INVITE, input=terms)
        for person in others:
            api.token = person.token
            ledger = await api.ask(documents.ACCEPT_INVITE, input={"token": invite["token"]})
    return Group(ledger["id"], [member["id"] for member in ledger["members"]])


async def budget(url: str, person: Person) -> str:
    """For everything, a month; its id."""
    wanted = {
        "id": str(new_id()),
        "name": "Everything",
        "amount": {"minor": 100_00, "currency": "EUR"},
        "period": "MONTHLY",
    }
    async with Api(url) as api:
        api.token = person.token
        return (await api.ask(documents.CREATE_BUDGET, input=wanted))["id"]


def expense(ledger_id: str, amount_minor: int = AMOUNT_MINOR) -> dict[str, Any]:
    """What a client says to record one: of today, paid by whoever says it, for everyone equally."""
    return {
        "id": str(new_id()),
        "ledgerId": ledger_id,
        "bill": {"amount": {"minor": amount_minor, "currency": "EUR"}},
        "day": now().date().isoformat(),
        "merchant": "Corner shop",
    }


async def spend(connection: Connection, ledger_id: str, amount_minor: int = AMOUNT_MINOR) -> UUID:
    """Record an expense; the answer is its id. Anything but success is an error."""
    wanted = expense(ledger_id, amount_minor)
    answer = json.loads(await connection.ask(request(_CREATE_EXPENSE, input=wanted)))
    if answer.get("data") != {"createExpense": {"__typename": "Expense"}}:
        raise RuntimeError(answer)
    return UUID(wanted["id"])
