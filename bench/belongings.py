"""So many things of each kind that has an id, made through the API.

But for claimings, which take a receipt that somebody has read.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from strawberry.relay import GlobalID

from app.demo import documents
from app.demo.client import Api
from bench import people
from bench.server import System
from core.clock import now
from core.ids import new_id
from domain.endpoint import MOST_ENDPOINTS

_KINDS = (
    *("Budget", "Comment", "Conversion", "DefaultSplit", "Endpoint", "Expense", "Import", "Invite"),
    *("Ledger", "Member", "Notification", "Rate", "Receipt", "Session", "Settlement", "Subgroup"),
    "User",
)
_IDS = "SELECT id FROM {table} ORDER BY id LIMIT {number}"
_FILE = "Date,Description,Category,Cost,Currency,Ann,Bob\n{day},Row {number},,2.00,EUR,1.00,-1.00\n"
_CENT = {"minor": 1, "currency": "EUR"}


async def made(system: System, number: int) -> Mapping[str, list[str]]:
    """The global ids of what there is then, by kind, up to so many of each."""
    owner, other = [await people.register(system.url) for _ in range(2)]
    group = await people.found(system.url, [owner, other])
    async with Api(system.url) as api:
        api.token = owner.token
        for each in range(number):
            await _make_one_of_each(api, group, each)
    for _ in range(number - 2):
        await people.register(system.url)
    system.settle()  # whoever is to be told has been
    async with Api(system.url) as api:
        api.token = owner.token
        for each in range(number):
            await _upload_receipt(api, group, each)
    return {kind: await _ids(system, kind, number) for kind in _KINDS}


async def _ids(system: System, kind: str, number: int) -> list[str]:
    table = "default_splits" if kind == "DefaultSplit" else f"{kind.lower()}s"
    rows = await system.ask(_IDS.format(table=table, number=number))
    return [str(GlobalID(kind, str(row["id"]))) for row in rows]


async def _make_one_of_each(api: Api, group: people.Group, each: int) -> None:
    day = (now().date() - timedelta(days=each)).isoformat()
    ours = {"ledgerId": group.ledger_id}
    owner, other = group.member_ids

    async def make(mutation: str, **input: Any) -> str:
        """Under an id that is answered."""
        id = str(new_id())
        await api.ask(_document(mutation), input={"id": id, **input})
        return id

    pair = [
        str(GlobalID("Member", await make("addMember", **ours, name=f"{name} {each}")))
        for name in ("One", "Two")
    ]
    await make("createSubgroup", **ours, name="Both", memberIds=pair)
    split = {"split": {"equal": [owner, pair[0]]}, "withMemberId": pair[0]}
    await api.ask(_document("setDefaultSplit"), input={**ours, **split})
    spent = people.expense(group.ledger_id)
    await api.ask(_document("createExpense"), input=spent)
    await make("addComment", topicId=str(GlobalID("Expense", spent["id"])), text="Hm.")
    paid = {"payerId": other, "payeeId": owner, "amount": _CENT, "day": day}
    await make("recordSettlement", **ours, **paid)
    await make("enterRate", **ours, day=day, base="EUR", quote="USD", rate="1.1")
    owed = {"debtorId": other, "creditorId": owner, "amount": _CENT, "to": "USD", "day": day}
    await make("convertBalance", **ours, **owed, rate="1.1")
    await api.ask(documents.CREATE_INVITE, input=ours)
    await make("createBudget", name="All", amount=_CENT, period="MONTHLY")
    await make("createGroup", name="Another", currency="EUR")
    file = _FILE.format(day=day, number=each).encode()
    await api.upload(_document("importFile"), file, input={**ours, "id": str(new_id())})
    if each < MOST_ENDPOINTS:
        service = {"url": f"ntfys://push.example.org/{each}", "name": "Mine"}
        await api.ask(_document("connectService"), input=service)


async def _upload_receipt(api: Api, group: people.Group, each: int) -> None:
    """It waits: nobody reads here."""
    picture = b"\xff\xd8\xff" + each.to_bytes(2)
    receipt = {"id": str(new_id()), "ledgerId": group.ledger_id}
    await api.upload(_document("uploadReceipt"), picture, input=receipt)


def _document(mutation: str) -> str:
    name = mutation[0].upper() + mutation[1:]
    return (
        f"mutation($input: {name}Input!) {{ {mutation}(input: $input) {{ "
        "__typename ... on Refusal { code message } } }"
    )
