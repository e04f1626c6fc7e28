"""Whatever people do to a group at the same time, its books are right: at every look, and at the end."""

import asyncio
from collections import Counter
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select
from strawberry.relay import GlobalID

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.log import GENESIS, chained
from models.expense import Debt, Entry
from services import events
from tests.api import Api
from tests.groups import Group, balances, ledger_row, log, make_group

DEEDS_EACH = 20
_NAMED = "__typename ... on Node { id } ... on Refusal { code }"
_LOOK = "query($id: ID!) { ledger(id: $id) { balances { net { minor currency } } } }"


class Person:
    """A client who knows what the group shows, and does whatever comes to mind."""

    def __init__(self, api: Api, actor: Actor, group: Group, random: Random) -> None:
        self._api, self._actor, self._group, self._random = api, actor, group, random
        self._ledger = str(GlobalID("Ledger", str(group.id)))
        self._people = [str(GlobalID("Member", str(seat))) for seat in group.seats.values()]
        self._made: dict[str, list[str]] = {"Expense": [], "Settlement": []}
        self.outcomes: Counter[str] = Counter()

    async def live(self) -> None:
        deeds = (self.spend, self.spend, self.edit, self.put_aside, self.settle, self.take_back)
        for _ in range(DEEDS_EACH):
            await self._random.choice(
                (*deeds, self.bring_back, self.invite, self.close, self.name)
            )()
            await self.look()

    async def look(self) -> None:
        shown = await self._api.ask(self._actor, _LOOK, id=self._ledger)
        nets: Counter[str] = Counter()
        for balance in shown["ledger"]["balances"]:
            nets[balance["net"]["currency"]] += balance["net"]["minor"]
        assert not any(nets.values())

    async def spend(self) -> None:
        new = {"id": str(new_id()), "ledgerId": self._ledger, "day": "2026-05-04"}
        await self._do("createExpense", "CreateExpenseInput", **new, bill=self._bill())

    async def edit(self) -> None:
        await self._do(
            "updateExpense",
            "UpdateExpenseInput",
            expenseId=self._one_of("Expense"),
            ifVersion=self._random.randint(1, 3),
            bill=self._bill(),
        )

    async def put_aside(self) -> None:
        await self._do_to("deleteExpense", self._one_of("Expense"))

    async def bring_back(self) -> None:
        await self._do_to("restoreExpense", self._one_of("Expense"))

    async def settle(self) -> None:
        payer, payee = self._random.sample(self._people, 2)
        await self._do(
            "recordSettlement",
            "RecordSettlementInput",
            id=str(new_id()),
            ledgerId=self._ledger,
            payerId=payer,
            payeeId=payee,
            amount=self._amount(smallest=1),
            day="2026-05-04",
        )

    async def take_back(self) -> None:
        await self._do_to("deleteSettlement", self._one_of("Settlement"))

    async def invite(self) -> None:
        await self._do(
            "addMember", "AddMemberInput", id=str(new_id()), ledgerId=self._ledger, name="Cat"
        )

    async def close(self) -> None:
        await self._do_to("archiveGroup", self._ledger)
        await self._do_to("reopenGroup", self._ledger)

    async def name(self) -> None:
        new = {"ifVersion": self._random.randint(1, 3), "name": f"Trip {self._random.random()}"}
        await self._do("renameLedger", "RenameLedgerInput", ledgerId=self._ledger, **new)

    def _bill(self) -> dict[str, Any]:
        amount = self._amount(smallest=-5000)
        takers = self._random.sample(self._people, self._random.randint(1, len(self._people)))
        weights = [{"memberId": who, "value": self._random.randint(1, 300)} for who in takers]
        whole = [{"memberId": takers[0], "value": amount["minor"]}]
        hundred = [{"memberId": takers[0], "value": 10_000}]
        splits = {
            "equal": takers,
            "shares": weights,
            "exact": whole,
            "percent": {"basisPoints": hundred},
        }
        kind = self._random.choice(list(splits))
        paid_by = [{"memberId": self._random.choice(self._people), "value": amount["minor"]}]
        return {"amount": amount, "paidBy": paid_by, "split": {kind: splits[kind]}}

    def _amount(self, *, smallest: int) -> dict[str, Any]:
        currency = self._random.choice(["EUR", "JPY", "KWD"])
        return {"minor": self._random.randint(smallest, 99_999), "currency": currency}

    def _one_of(self, kind: str) -> str:
        return self._random.choice(self._made[kind] or [str(GlobalID(kind, str(new_id())))])

    async def _do(self, mutation: str, type_name: str, **fields: Any) -> None:
        document = f"mutation($it: {type_name}!) {{ done: {mutation}(input: $it) {{ {_NAMED} }} }}"
        self._keep(await self._api.ask(self._actor, document, it=fields))

    async def _do_to(self, mutation: str, id: str) -> None:
        document = f"mutation($it: ID!) {{ done: {mutation}(id: $it) {{ {_NAMED} }} }}"
        self._keep(await self._api.ask(self._actor, document, it=id))

    def _keep(self, answer: dict[str, Any]) -> None:
        done = answer["done"]
        self.outcomes[done.get("code", done["__typename"])] += 1
        if done["__typename"] in self._made and done["id"] not in self._made[done["__typename"]]:
            self._made[done["__typename"]].append(done["id"])


@pytest.mark.parametrize("seed", [1, 2])
async def test_the_books_are_right_whatever_people_do_at_once(
    db: Database, redis_url: str, ann: Actor, bob: Actor, eve: Actor, seed: int
) -> None:
    group, random, api = await make_group(db, ann, bob, eve), Random(seed), Api(db, redis_url)
    people = [Person(api, who, group, Random(random.random())) for who in (ann, bob, eve) * 2]

    await asyncio.gather(*(person.live() for person in people))

    nets = await balances(db, group.id)
    assert await _by_entries(db, group.id) == await _by_debts(db, group.id) == nets
    assert not any(sum(net for (_, of), net in nets.items() if of == one) for _, one in nets)
    await _assert_unbroken(db, group.id)
    outcomes = sum((person.outcomes for person in people), Counter[str]())
    assert outcomes["Expense"] > DEEDS_EACH  # or the dice never got anywhere
    assert outcomes["Settlement"] > 0


async def _by_entries(db: Database, ledger_id: UUID) -> dict[tuple[UUID, str], int]:
    async with db.reading() as session:
        rows = (await session.exec(select(Entry).where(Entry.ledger_id == ledger_id))).all()
    nets: Counter[tuple[UUID, str]] = Counter()
    for row in rows:
        nets[row.member_id, row.currency] += row.paid_minor - row.owed_minor
    return {key: net for key, net in nets.items() if net}


async def _by_debts(db: Database, ledger_id: UUID) -> dict[tuple[UUID, str], int]:
    async with db.reading() as session:
        rows = (await session.exec(select(Debt).where(col(Debt.ledger_id) == ledger_id))).all()
    nets: Counter[tuple[UUID, str]] = Counter()
    for row in rows:
        nets[row.creditor_id, row.currency] += row.minor
        nets[row.debtor_id, row.currency] -= row.minor
    return {key: net for key, net in nets.items() if net}


async def _assert_unbroken(db: Database, ledger_id: UUID) -> None:
    """No gap in the log, every hash follows from the one before, and the ledger knows the last."""
    hash, lines = GENESIS, await log(db, ledger_id)
    for number, event in enumerate(lines, start=1):
        assert event.seq == number
        hash = chained(hash, events.fact_of(event))
        assert event.hash == hash
    ledger = await ledger_row(db, ledger_id)
    assert (ledger.seq, ledger.head_hash) == (len(lines), hash)
