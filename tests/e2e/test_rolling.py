"""A deployment is restarted process by process under people's hands: nobody loses anything, or need know."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from sqlmodel import select
from websockets.exceptions import WebSocketException

from app.cli import programs
from core.children import Child
from core.db import Database
from core.ids import new_id
from core.settings import Settings
from domain.actor import Actor
from domain.log import EventKind
from models.event import Event
from models.expense import Expense
from models.notification import Notification
from tests.e2e.conftest import TokenOf
from tests.e2e.deployment import deployed, environment, listening, until_served
from tests.e2e.documents import EVENTS, global_id
from tests.e2e.live_client import Closed, LiveClient, live
from tests.groups import Group, ledger_row
from tests.live import until

_STOP_SECONDS = 20
_HINT = re.compile(r"RESTARTING; return in \d{1,4} ms and resume")
_WRITERS, _FOLLOWERS = 3, 4
_CREATE = """
mutation Spend($input: CreateExpenseInput!) {
  createExpense(input: $input) { __typename ... on Expense { id } ... on Refusal { code } }
}
"""


class Writer:
    """Records expenses one after the other, and each of them again until it is answered."""

    def __init__(self, address: str, token: str, ledger_id: str) -> None:
        self._http = httpx.AsyncClient(
            base_url=address, headers={"authorization": f"Bearer {token}"}, timeout=20
        )
        self._ledger_id = ledger_id
        self.acknowledged: list[UUID] = []
        self.is_over = False

    async def write(self) -> None:
        async with self._http:
            while not self.is_over:
                id = new_id()
                await self._record(id)
                self.acknowledged.append(id)
                await asyncio.sleep(0.05)

    async def _record(self, id: UUID) -> None:
        amount = {"minor": 1000, "currency": "EUR"}
        input = {
            "id": str(id),
            "ledgerId": self._ledger_id,
            "bill": {"amount": amount},
            "day": "2026-05-01",
        }
        body = {"query": _CREATE, "variables": {"input": input}}
        while True:
            try:
                answer = await self._http.post("/graphql", json=body)
            except httpx.TransportError:
                continue
            assert answer.status_code == 200, answer.text
            assert answer.json()["data"]["createExpense"]["__typename"] == "Expense"
            return


class Follower:
    """Follows the ledger over one socket after the other, resuming where it was left."""

    def __init__(self, address: str, token: str, ledger_id: str, seq: int) -> None:
        self._address, self._token, self._ledger_id = address, token, ledger_id
        self.seqs = [seq]
        self.closed: list[Closed] = []

    async def follow(self) -> None:
        while True:
            try:
                async with live(self._address, self._token) as client:
                    await self._hear(client)
                    self.closed.append(await client.closed())
            except (OSError, WebSocketException, TimeoutError):
                await asyncio.sleep(0.05)  # nobody is there for the moment

    async def _hear(self, client: LiveClient) -> None:
        variables = {"ledgerId": self._ledger_id, "after": self.seqs[-1]}
        stream = await client.subscribe(EVENTS, **variables)
        over = asyncio.create_task(client.closed(within_seconds=None))
        while not over.done():
            message = asyncio.create_task(stream.next())
            await asyncio.wait({over, message}, return_when=asyncio.FIRST_COMPLETED)
            if message.done():
                self.seqs.append(message.result()["seq"])
            else:
                message.cancel()


async def replaced(child: Child) -> Child:
    """Its successor; where nobody else does the same meanwhile, that one comes first."""
    successor, is_alone = replace(child), child.name in ("relay", "worker")
    if is_alone:
        successor.start()
    child.ask_to_stop()
    assert await asyncio.to_thread(child.wait, _STOP_SECONDS) == 0
    if not is_alone:
        successor.start()
    return successor


@pytest.mark.timeout(240)
async def test_a_rolling_restart_under_writes_loses_no_push_and_no_write(
    settings: Settings,
    db: Database,
    ann: Actor,
    bob: Actor,
    trip: Group,
    token_of: TokenOf,
    tmp_path: Path,
) -> None:
    ledger_id, seq = global_id("Ledger", trip.id), (await ledger_row(db, trip.id)).seq
    variables = environment(settings) | {"OUTGO_DRAIN_SECONDS": "1"}
    async with listening() as (bound, address):
        webs = [replace(programs.web(bound), name=f"web-{number}") for number in range(2)]
        children = [*webs, programs.relay(), programs.worker()]
        writers = [Writer(address, token_of(ann), ledger_id) for _ in range(_WRITERS)]
        host = address.removeprefix("http://")
        followers = [Follower(host, token_of(bob), ledger_id, seq) for _ in range(_FOLLOWERS)]
        async with deployed(children, tmp_path / "logs", variables):
            await until_served(address)
            following = [asyncio.create_task(who.follow()) for who in followers]
            writing = [asyncio.create_task(writer.write()) for writer in writers]
            for number, child in enumerate(children):
                await everybody_goes_on(writers)
                children[number] = await replaced(child)
            await everybody_goes_on(writers)
            for writer in writers:
                writer.is_over = True
            await asyncio.gather(*writing)
            head = (await ledger_row(db, trip.id)).seq
            await until(lambda: all(who.seqs[-1] == head for who in followers))
            await until(lambda: everything_was_told(db, trip))
            for task in following:
                task.cancel()
            await asyncio.wait(following)

    acknowledged = [id for writer in writers for id in writer.acknowledged]
    async with db.reading() as session:
        kept = (await session.exec(select(Expense.id))).all()
    assert sorted(acknowledged) == sorted(kept)
    assert [who.seqs for who in followers] == [list(range(seq, head + 1))] * _FOLLOWERS
    closings = [closed for who in followers for closed in who.closed]
    assert closings
    assert {code for code, _ in closings} == {1012}
    assert all(_HINT.fullmatch(reason or "") for _, reason in closings)


async def everybody_goes_on(writers: Sequence[Writer]) -> None:
    before = [len(writer.acknowledged) for writer in writers]
    await until(
        lambda: all(
            len(writer.acknowledged) > count + 2
            for writer, count in zip(writers, before, strict=True)
        )
    )


async def everything_was_told(db: Database, trip: Group) -> bool:
    """Whether a job for each of the events has been done."""
    async with db.reading() as session:
        told = select(Notification.source_seq).where(Notification.source_ledger_id == trip.id)
        seqs = set((await session.exec(told)).all())
        asked = select(Event.seq).where(
            Event.ledger_id == trip.id, Event.kind == EventKind.EXPENSE_CREATED
        )
        return seqs >= set((await session.exec(asked)).all())
