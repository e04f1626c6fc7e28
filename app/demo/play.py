"""The main job from end to end: a photographed receipt becomes a shared expense while another looks on."""

import asyncio
import math
import time
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from app.demo import documents, drawn_receipt
from app.demo.client import Api, Refused
from app.demo.stage import Stage
from core.clock import now
from core.ids import new_id

_PASSWORD = "split the bill fairly"  # noqa: S105 - of people who exist for the demo only
_PATIENCE_SECONDS = 60
_BUDGET_PERCENT = 90  # of his budget is what Bob's half costs: past the first threshold only
_DRAWN = 4

Stream = AsyncGenerator[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _Person:
    name: str
    email: str
    api: Api


@dataclass(frozen=True, slots=True)
class _Bill:
    merchant: str
    day: str
    minor: int
    currency: str


def play(url: str, receipt: Path | None, stage: Stage) -> str:
    """Play it against the API at `url`, with a photograph of one's own or a receipt that is drawn now.

    The answer says how to log in as those who played. Raises `Refused` where the API does not do what it
    should, `TimeoutError` where it does nothing.
    """
    image = receipt.read_bytes() if receipt else _drawn()
    return asyncio.run(_play(url, image, stage))


def _drawn() -> bytes:
    return drawn_receipt.draw(replace(drawn_receipt.sample(_DRAWN), day=_today()))


def _today() -> date:
    return now().date()


async def _play(url: str, image: bytes, stage: Stage) -> str:
    async with AsyncExitStack() as undo:
        ann, bob = [await _register(undo, stage, url, name) for name in ("Ann", "Bob")]
        ledger_id = await _meet(stage, ann, bob)
        balances, alerts = await _watch(undo, stage, bob, ledger_id)
        receipt_id = await _scan(undo, stage, ann, ledger_id, image)
        bill = await _look(stage, ann, receipt_id)
        await _budget(stage, bob, bill)
        sent_at = time.perf_counter()
        await _confirm(stage, ann, receipt_id, bill)
        change = await _next(balances, "BalanceChange")
        stage.done(f"Bob's screen: {_told(change)}", time.perf_counter() - sent_at)
        alert = await _next(alerts, "BudgetAlert")
        stage.done(f"Bob's screen: {_warned(alert)}", time.perf_counter() - sent_at)
    return f"Log in as [bold]{ann.email}[/] or [bold]{bob.email}[/], password [bold]{_PASSWORD}[/]"


async def _register(undo: AsyncExitStack, stage: Stage, url: str, name: str) -> _Person:
    api = await undo.enter_async_context(Api(url))
    id = new_id()
    email = f"{name.lower()}-{id.hex[-6:]}@example.com"
    input = {
        "id": str(id),
        "email": email,
        "password": _PASSWORD,
        "name": name,
        "currency": "EUR",
        "deviceName": "Demo",
    }
    asking = api.ask(documents.REGISTER, input=input)
    api.token = (await stage.step(f"{name} registers", documents.REGISTER, asking))["accessToken"]
    return _Person(name, email, api)


async def _meet(stage: Stage, ann: _Person, bob: _Person) -> str:
    """Ann makes a group and Bob joins it; the answer is the group's id."""
    wanted = {"id": str(new_id()), "name": "Dinner for two", "currency": "EUR"}
    asking = ann.api.ask(documents.CREATE_GROUP, input=wanted)
    group = await stage.step("Ann makes a group", documents.CREATE_GROUP, asking)
    asking = ann.api.ask(documents.CREATE_INVITE, input={"ledgerId": group["id"]})
    invite = await stage.step("… and a link into it", documents.CREATE_INVITE, asking)
    asking = bob.api.ask(documents.ACCEPT_INVITE, input={"token": invite["token"]})
    await stage.step("Bob joins by the link", documents.ACCEPT_INVITE, asking)
    return group["id"]


async def _watch(
    undo: AsyncExitStack, stage: Stage, bob: _Person, ledger_id: str
) -> tuple[Stream, Stream]:
    """Bob's screen: balances and alerts over one websocket, each past its snapshot."""
    socket = await undo.enter_async_context(bob.api.socket())
    balances = await socket.subscribe(documents.FOLLOW_BALANCES, ledgerId=ledger_id)
    first = _next(balances, "BalanceSnapshot")
    await stage.step("Bob's screen follows the balances", documents.FOLLOW_BALANCES, first)
    alerts = await socket.subscribe(documents.FOLLOW_ALERTS)
    first = _next(alerts, "BudgetAlertSnapshot")
    await stage.step("… and his budget alerts", documents.FOLLOW_ALERTS, first)
    return balances, alerts


async def _scan(
    undo: AsyncExitStack, stage: Stage, ann: _Person, ledger_id: str, image: bytes
) -> str:
    """Ann uploads the photograph and watches it being read; the answer is the receipt's id."""
    input = {"id": str(new_id()), "ledgerId": ledger_id}
    asking = ann.api.upload(documents.UPLOAD_RECEIPT, image, input=input)
    receipt = await stage.step("Ann uploads a receipt", documents.UPLOAD_RECEIPT, asking)
    socket = await undo.enter_async_context(ann.api.socket())
    progress = await socket.subscribe(documents.FOLLOW_RECEIPT, receiptId=receipt["id"])
    reading = _until_read(progress)
    await stage.step("… and watches a worker read it", documents.FOLLOW_RECEIPT, reading)
    return receipt["id"]


async def _look(stage: Stage, ann: _Person, receipt_id: str) -> _Bill:
    asking = ann.api.ask(documents.READ_RECEIPT, id=receipt_id)
    answer = await stage.step("Ann looks at what was read", documents.READ_RECEIPT, asking)
    reading = answer["reading"]
    if reading["total"] is None:
        raise Refused("No total could be read on this receipt: try another photograph.")
    bill = _bill(reading)
    items = ", ".join(item["description"] for item in reading["items"]) or "no lines"
    stage.say(
        f"    {bill.merchant}, {bill.day}: {reading['total']['value']['decimal']} {bill.currency}"
        f" (confidence {reading['total']['confidence']}); {items}"
    )
    return bill


def _bill(reading: dict[str, Any]) -> _Bill:
    """What Ann confirms. A receipt of another month is entered as today's, for the budget's sake."""
    total, today = reading["total"]["value"], _today().isoformat()
    day = reading["day"]["value"] if reading["day"] else today
    return _Bill(
        merchant=reading["merchant"]["value"] if reading["merchant"] else "Somewhere",
        day=day if day[:7] == today[:7] else today,
        minor=total["minor"],
        currency=total["currency"],
    )


async def _budget(stage: Stage, bob: _Person, bill: _Bill) -> None:
    """Bob means to spend a little more than his half of the bill."""
    minor = math.ceil(bill.minor / 2 * 100 / _BUDGET_PERCENT)
    input = {
        "id": str(new_id()),
        "name": "Eating out",
        "amount": {"minor": minor, "currency": bill.currency},
        "period": "MONTHLY",
    }
    asking = bob.api.ask(documents.CREATE_BUDGET, input=input)
    await stage.step("Bob budgets his month", documents.CREATE_BUDGET, asking)


async def _confirm(stage: Stage, ann: _Person, receipt_id: str, bill: _Bill) -> None:
    input = {
        "receiptId": receipt_id,
        "expenseId": str(new_id()),
        "bill": {"amount": {"minor": bill.minor, "currency": bill.currency}},
        "day": bill.day,
        "merchant": bill.merchant,
    }
    asking = ann.api.ask(documents.CONFIRM_RECEIPT, input=input)
    await stage.step("Ann confirms it, split equally", documents.CONFIRM_RECEIPT, asking)


async def _next(stream: Stream, typename: str) -> dict[str, Any]:
    """The next message of that type. Raises `TimeoutError`."""
    async with asyncio.timeout(_PATIENCE_SECONDS):
        async for message in stream:
            if message["__typename"] == typename:
                return message
    raise Refused(f"The stream ended before a {typename} came.")


async def _until_read(progress: Stream) -> None:
    while (message := await _next(progress, "ReceiptProgress"))["status"] != "READ":
        if message["status"] == "FAILED":
            raise Refused(message["failure"])


def _told(change: dict[str, Any]) -> str:
    (mine,) = [balance for balance in change["balances"] if balance["member"]["isMe"]]
    net = mine["net"]
    return f"Bob's balance is now [bold]{net['decimal']} {net['currency']}[/]"


def _warned(alert: dict[str, Any]) -> str:
    spent, amount = alert["spent"], alert["amount"]["decimal"]
    return (
        f"[bold]{alert['name']}[/] has reached {alert['threshold']} %:"
        f" {spent['decimal']} of {amount} {spent['currency']}"
    )
