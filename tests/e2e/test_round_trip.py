"""What is exported comes back in a new group with the same shares and balances, to the cent."""

import random
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
import pytest
from strawberry.relay import GlobalID

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from domain.conversion import Exchange
from domain.imports.plan import Verdict
from domain.money import Money
from domain.settlement import Payment, SettlementMethod
from domain.split import (
    Adjusted,
    Equal,
    Exact,
    Itemised,
    Line,
    Percent,
    RemainderPolicy,
    Shares,
    Split,
    Weighted,
)
from services import conversions, expenses, ledgers, settlements
from tests.e2e.conftest import TokenOf
from tests.groups import DAY, Group, balances, ledger_row, make_group, spend
from tests.imports import bring_in, names, preview


def _split(chance: random.Random, people: list[UUID], minor: int) -> Split:
    some = chance.sample(people, chance.randint(1, len(people)))
    weights = {who: chance.randint(1, 300) for who in some}
    first, *others = some
    parts = {who: chance.randint(-500, 500) for who in others}
    line = Line("Pizza", minor - minor // 2, split=Equal(tuple(some)))
    kinds: list[Split] = [
        Equal(tuple(some)),
        Exact({**parts, first: minor - sum(parts.values())}),
        Percent(dict.fromkeys(others, 1000), remainder_to=first),
        Shares(weights),
        Weighted(weights),
        Adjusted(dict.fromkeys(some, 0)),
        Itemised((line,), remainder=Shares(weights)),
    ]
    return chance.choice(kinds)


async def _lived_in(db: Database, seed: int, *people: Actor) -> Group:
    """A group in which everything has happened, under every policy of odd cents."""
    chance, group = random.Random(seed), await make_group(db, *people)
    seats = [*group.seats.values()]
    for number in range(30):
        minor, who = chance.choice([-1, 1]) * chance.randint(0, 9999), chance.choice(people)
        payer, other = chance.sample(seats, 2)
        await spend(
            db,
            who,
            group.id,
            minor,
            currency=chance.choice(["EUR", "JPY", "KWD"]),
            paid_by={payer: minor - 7, other: 7},
            split=_split(chance, seats, minor),
            day=DAY + timedelta(days=chance.randrange(60)),
            merchant=f"={number} “é”",
            tags=["b", "a"],
        )
        if number % 10 == 0:
            policy = [*RemainderPolicy][number // 10]
            async with db.transaction() as tx:
                version = (await ledger_row(db, group.id)).version
                await ledgers.choose_remainder(tx, who, group.id, version, policy)
    one, other, *_ = seats
    deleted = await spend(db, people[0], group.id, 123456)
    async with db.transaction() as tx:
        await expenses.delete(tx, people[0], deleted.id)
        await settlements.record(
            tx,
            people[0],
            Payment(
                new_id(),
                group.id,
                one,
                other,
                Money(1234, "EUR"),
                DAY,
                SettlementMethod.CASH,
                "Thanks",
                Money(2000, "JPY"),
                external_ref="TR-7",
            ),
        )
        rate = Decimal("0.0061")
        exchange = Exchange(new_id(), group.id, other, one, Money(777, "JPY"), "EUR", DAY, rate)
        await conversions.convert(tx, people[0], exchange)
    return group


def _facts(exported: dict[str, Any]) -> Any:
    """All that a file says but for ids, moments, and how its odd cents were decided."""
    seats = {one["id"]: one["name"] for one in exported["members"]}

    def plain(value: Any) -> Any:
        match value:
            case dict():
                return {
                    plain(key): plain(each)
                    for key, each in value.items()  # pyright: ignore[reportUnknownVariableType] - JSON
                    if key not in ("id", "created_at", "created_by", "precedence", "source")
                }
            case list():
                return sorted(map(plain, value), key=str)  # pyright: ignore[reportUnknownArgumentType] - JSON
            case _:
                return seats.get(value, value)

    standing = {
        name: [one for one in exported[name] if not one["deleted_at"]]
        for name in ("expenses", "settlements", "conversions")
    }
    for paid in standing["settlements"]:
        paid["overpaid_minor"] = 0
    return plain(standing | {"balances": exported["balances"]})


async def _exported(
    http: httpx.AsyncClient, token: str, group: Group, kind: str = "json"
) -> httpx.Response:
    path = f"/ledgers/{GlobalID('Ledger', str(group.id))}/export.{kind}"
    return await http.get(path, headers={"authorization": f"Bearer {token}"})


@pytest.mark.parametrize("seed", range(3))
async def test_a_group_comes_back_to_the_cent(
    http: httpx.AsyncClient,
    db: Database,
    ann: Actor,
    bob: Actor,
    eve: Actor,
    token_of: TokenOf,
    seed: int,
) -> None:
    group = await _lived_in(db, seed, ann, bob, eve)
    copy = await make_group(db, ann)
    file = await _exported(http, token_of(ann), group)

    await bring_in(db, ann, copy, file.content)

    again = await _exported(http, token_of(ann), copy)
    assert _facts(again.json()) == _facts(file.json())
    assert len(await names(db, copy)) == 3


async def test_a_group_knows_its_own_file(
    http: httpx.AsyncClient, db: Database, ann: Actor, bob: Actor, token_of: TokenOf
) -> None:
    group = await _lived_in(db, 7, ann, bob)
    before = await balances(db, group.id)
    file = await _exported(http, token_of(bob), group)

    plan = await preview(db, bob, group, file.content, {})
    await bring_in(db, bob, group, file.content)

    assert {one.verdict for one in plan.judged} == {Verdict.DUPLICATE}
    assert await balances(db, group.id) == before


async def test_the_spreadsheet_comes_back_with_the_same_balances(
    http: httpx.AsyncClient, db: Database, ann: Actor, bob: Actor, eve: Actor, token_of: TokenOf
) -> None:
    group, copy = await make_group(db, ann, bob, eve), await make_group(db, ann, bob, eve)
    a, b, _ = group.seats.values()
    await spend(db, ann, group.id, 1000)
    await spend(db, bob, group.id, -1001, currency="JPY")
    await spend(db, eve, group.id, 50_000, currency="KWD", paid_by={a: 20_000, b: 30_000})
    async with db.transaction() as tx:
        await settlements.record(tx, bob, Payment(new_id(), group.id, b, a, Money(99, "EUR"), DAY))
    sheet = await _exported(http, token_of(ann), group, "csv")

    plan = await preview(db, ann, copy, sheet.content, {})
    file = await bring_in(db, ann, copy, sheet.content)

    assert plan.contents.malformed == []
    assert (file.expense_count, file.settlement_count) == (3, 1)
    seats = dict(zip(copy.seats.values(), group.seats.values(), strict=True))
    came = await balances(db, copy.id)
    assert {(seats[who], currency): net for (who, currency), net in came.items()} == (
        await balances(db, group.id)
    )
