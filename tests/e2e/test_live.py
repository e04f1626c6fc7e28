"""Streams as clients see them: a real server, a real relay, real websockets."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

import pytest

from app.deadlines import HurriedSocket
from app.main import create_app
from core.db import Database
from core.settings import Settings
from domain.actor import Actor
from services import ledgers
from tests.budgets import TODAY, check, make_budget
from tests.e2e.conftest import TokenOf
from tests.e2e.documents import ALERTS, BALANCES, EVENTS, PROGRESS, global_id
from tests.e2e.live_client import Stream, live
from tests.e2e.serving import serving, serving_app
from tests.groups import Group, balances, ledger_row, personal_ledger, spend
from tests.live import relaying
from tests.receipts import begin, fail, finish, upload


@pytest.fixture(autouse=True)
async def _relay(db: Database, redis_url: str) -> AsyncGenerator[None]:
    async with relaying(db, redis_url):
        yield


async def head(db: Database, ledger_id: UUID) -> int:
    return (await ledger_row(db, ledger_id)).seq


async def until_caught_up(stream: Stream, through: int) -> list[int]:
    """The numbers of the events that come, up to `through`."""
    seqs: list[int] = []
    while not seqs or seqs[-1] < through:
        message = await stream.next()
        assert message["__typename"] == "LedgerEvent", message
        seqs.append(message["seq"])
    return seqs


async def test_a_snapshot_comes_first_and_then_what_happens(
    db: Database, address: str, ann: Actor, bob: Actor, trip: Group, token_of: TokenOf
) -> None:
    seq = await head(db, trip.id)
    async with live(address, token_of(bob)) as client:
        stream = await client.subscribe(EVENTS, ledgerId=global_id("Ledger", trip.id))
        first = await stream.next()
        await spend(db, ann, trip.id)
        await spend(db, bob, trip.id)
        then = await stream.take(2)

    assert first == {
        "__typename": "LedgerSnapshot",
        "seq": seq,
        "ledger": {"name": "Trip", "seq": seq},
    }
    assert then == [
        {
            "__typename": "LedgerEvent",
            "seq": seq + 1,
            "kind": "expense.created",
            "actorName": "Ann",
        },
        {
            "__typename": "LedgerEvent",
            "seq": seq + 2,
            "kind": "expense.created",
            "actorName": "Bob",
        },
    ]


class Counting(HurriedSocket):
    sent_at_once = 0

    def send_at_once(self, text: bytes) -> bool:
        done = super().send_at_once(text)
        Counting.sent_at_once += done
        return done


async def test_news_and_heartbeats_wait_for_no_task(
    db: Database, settings: Settings, ann: Actor, bob: Actor, trip: Group, token_of: TokenOf
) -> None:
    often = settings.model_copy(update={"heartbeat_seconds": 0.3})
    async with (
        serving_app(create_app(often), sockets=Counting) as address,
        live(address, token_of(ann)) as anns,
        live(address, token_of(bob)) as bobs,
    ):
        ledger = global_id("Ledger", trip.id)
        streams = [await client.subscribe(EVENTS, ledgerId=ledger) for client in (anns, bobs)]
        for stream in streams:
            assert (await stream.next())["__typename"] == "LedgerSnapshot"
        await spend(db, ann, trip.id)
        heard = 0
        for stream in streams:
            told = [await stream.next()]
            while told[-1]["__typename"] != "LedgerEvent":
                told.append(await stream.next())
            told.append(await stream.next())
            assert told[-1] == {"__typename": "Heartbeat", "seq": told[-2]["seq"]}
            heard += len(told)

        assert Counting.sent_at_once >= heard


async def test_who_resumes_gets_all_that_was_missed_and_nothing_twice(
    db: Database, address: str, ann: Actor, trip: Group, token_of: TokenOf
) -> None:
    seq = await head(db, trip.id)
    id = global_id("Ledger", trip.id)
    async with live(address, token_of(ann)) as client:
        stream = await client.subscribe(EVENTS, ledgerId=id, after=seq)
        await spend(db, ann, trip.id)
        assert await until_caught_up(stream, seq + 1) == [seq + 1]

    for _ in range(120):  # more than a page of the log
        await spend(db, ann, trip.id)
    async with live(address, token_of(ann)) as client:
        stream = await client.subscribe(EVENTS, ledgerId=id, after=seq + 1)
        await spend(db, ann, trip.id)

        assert await until_caught_up(stream, seq + 122) == list(range(seq + 2, seq + 123))


async def test_who_missed_too_much_or_knows_the_future_is_told_to_read_anew(
    db: Database, settings: Settings, ann: Actor, trip: Group, token_of: TokenOf
) -> None:
    for _ in range(3):
        await spend(db, ann, trip.id)
    seq, id = await head(db, trip.id), global_id("Ledger", trip.id)
    async with (
        serving(settings.model_copy(update={"resume_events": 2})) as address,
        live(address, token_of(ann)) as client,
    ):
        within_reach = await client.subscribe(EVENTS, ledgerId=id, after=seq - 2)
        too_old = await client.subscribe(EVENTS, ledgerId=id, after=seq - 3)
        too_new = await client.subscribe(EVENTS, ledgerId=id, after=seq + 1)

        assert [message["seq"] for message in await within_reach.take(2)] == [seq - 1, seq]
        snapshot = {
            "__typename": "LedgerSnapshot",
            "seq": seq,
            "ledger": {"name": "Trip", "seq": seq},
        }
        assert await too_old.take(2) == [
            {"__typename": "Resync", "seq": seq, "reason": "TOO_OLD"},
            snapshot,
        ]
        assert await too_new.take(2) == [
            {"__typename": "Resync", "seq": seq, "reason": "TOO_NEW"},
            snapshot,
        ]
        await spend(db, ann, trip.id)
        for stream in (within_reach, too_old, too_new):
            assert await until_caught_up(stream, seq + 1) == [seq + 1]


async def test_a_quiet_stream_says_that_it_lives_and_where_it_is(
    db: Database, settings: Settings, ann: Actor, trip: Group, token_of: TokenOf
) -> None:
    seq = await head(db, trip.id)
    async with (
        serving(settings.model_copy(update={"heartbeat_seconds": 0.2})) as address,
        live(address, token_of(ann)) as client,
    ):
        stream = await client.subscribe(BALANCES, ledgerId=global_id("Ledger", trip.id), after=seq)
        assert await stream.take(2) == [{"__typename": "Heartbeat", "seq": seq}] * 2

        async with db.transaction() as tx:  # an event that moves no balance
            await ledgers.rename(tx, ann, trip.id, (await ledger_row(db, trip.id)).version, "Tour")
        while (beat := await stream.next())["seq"] == seq:
            assert beat["__typename"] == "Heartbeat"
        assert beat == {"__typename": "Heartbeat", "seq": seq + 1}


async def test_balances_begin_exactly_and_move_exactly(
    db: Database, address: str, ann: Actor, bob: Actor, trip: Group, token_of: TokenOf
) -> None:
    await spend(db, ann, trip.id, 1000)
    seq = await head(db, trip.id)
    async with live(address, token_of(bob)) as client:
        stream = await client.subscribe(BALANCES, ledgerId=global_id("Ledger", trip.id))
        first = await stream.next()
        await spend(db, bob, trip.id, 3000, currency="USD")
        then = await stream.next()

    assert first == {
        "__typename": "BalanceSnapshot",
        "seq": seq,
        "balances": [
            {"net": {"minor": 500, "currency": "EUR"}, "member": {"name": "Ann"}},
            {"net": {"minor": -500, "currency": "EUR"}, "member": {"name": "Bob"}},
        ],
    }
    assert then["seq"] == seq + 1
    assert then["event"] == {"kind": "expense.created"}
    assert {
        (balance["member"]["name"], balance["net"]["currency"]): balance["net"]["minor"]
        for balance in then["balances"]
    } == {("Ann", "USD"): -1500, ("Bob", "USD"): 1500}


async def test_balances_add_up_whenever_one_begins_to_look(
    db: Database, address: str, ann: Actor, bob: Actor, trip: Group, token_of: TokenOf
) -> None:
    async def spend_some(actor: Actor, least: int) -> None:
        for minor in range(least, least + 30):
            await spend(db, actor, trip.id, minor)

    async def look(stream: Stream, through: int) -> dict[str, int]:
        """The balances by member, from a snapshot and what changed since; they always add up."""
        message: dict[str, Any] = {"seq": 0}
        seen: dict[str, int] = {}
        while message["seq"] < through:
            message = await stream.next()
            for balance in message["balances"]:
                seen[balance["member"]["name"]] = balance["net"]["minor"]
            assert sum(seen.values()) == 0, message
        return seen

    last = await head(db, trip.id) + 60
    async with live(address, token_of(bob)) as client:
        spending = asyncio.gather(
            spend_some(ann, 101), spend_some(bob, 1101)
        )  # not settled at last
        looking: list[asyncio.Task[dict[str, int]]] = []
        while not spending.done() and len(looking) < 10:
            stream = await client.subscribe(BALANCES, ledgerId=global_id("Ledger", trip.id))
            looking.append(asyncio.create_task(look(stream, last)))
            await asyncio.sleep(0.03)
        await spending
        ends = await asyncio.gather(*looking)

    stored = await balances(db, trip.id)
    names = {"Ann": trip.seat(ann), "Bob": trip.seat(bob)}
    assert ends == [{name: stored[seat, "EUR"] for name, seat in names.items()}] * len(ends)


async def test_alerts_reach_their_owner_and_can_be_resumed(
    db: Database, address: str, ann: Actor, token_of: TokenOf
) -> None:
    own = await personal_ledger(db, ann)
    await make_budget(db, ann, 10_000)
    seq = await head(db, own.id)
    async with live(address, token_of(ann)) as client:
        stream = await client.subscribe(ALERTS)
        assert await stream.next() == {"__typename": "BudgetAlertSnapshot", "seq": seq}
        await spend(db, ann, own.id, 8_500, day=TODAY)
        await check(db, ann)
        first = await stream.next()
        await spend(db, ann, own.id, 2_500, day=TODAY)
        await check(db, ann)
        second = await stream.next()
        resumed = await client.subscribe(ALERTS, after=first["seq"])

        assert first | {"seq": 0} == {
            "__typename": "BudgetAlert",
            "seq": 0,
            "name": "All",
            "threshold": 80,
            "spent": {"minor": 8_500},
        }
        assert (second["threshold"], second["spent"]) == (100, {"minor": 11_000})
        assert await resumed.next() == second


async def test_progress_of_a_receipt_ends_with_its_reading(
    db: Database, address: str, ann: Actor, bob: Actor, trip: Group, token_of: TokenOf
) -> None:
    good, bad = await upload(db, ann, trip.id), await upload(db, ann, trip.id)
    async with live(address, token_of(bob)) as client:
        streams = [
            await client.subscribe(PROGRESS, receiptId=global_id("Receipt", receipt.id))
            for receipt in (good, bad)
        ]
        assert [(await stream.next())["status"] for stream in streams] == ["QUEUED"] * 2
        await begin(db, good.id)
        await begin(db, bad.id)
        await finish(db, good.id)
        await fail(db, bad.id)

        read, failed = [
            [(message["status"], message["failure"]) for message in await stream.take(2)]
            for stream in streams
        ]
        assert read == [("READING", None), ("READ", None)]
        assert [status for status, _ in failed] == ["READING", "FAILED"]
        assert (
            failed[1][1] == "There is no text on the image. Take another photograph, or type it in."
        )
        for stream in streams:
            assert await stream.receive() == {"id": stream.id, "type": "complete"}
        late = await client.subscribe(PROGRESS, receiptId=global_id("Receipt", good.id))
        assert (await late.next())["receipt"] == {
            "id": global_id("Receipt", good.id),
            "status": "READ",
        }
        assert (await late.receive())["type"] == "complete"
