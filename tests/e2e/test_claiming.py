"""A bill between friends: two websockets, each seeing what the other claims, and the expense it becomes."""

from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from tests.claims import cancel, claim, open_dinner
from tests.e2e.conftest import TokenOf
from tests.e2e.documents import BALANCES, global_id
from tests.e2e.live_client import Stream, live
from tests.groups import DAY, Group, ledger_row
from tests.live import relaying

CLAIMING = """
  status version unclaimed { minor }
  dues { amount { minor } member { name } }
"""
CHANGED = f"""
subscription Changed($id: ID!, $after: BigInt) {{
  claimingChanged(claimingId: $id, after: $after) {{
    __typename
    ... on ClaimingSnapshot {{ seq claiming {{ {CLAIMING} }} }}
    ... on ClaimingChange {{ seq event {{ kind actorName }} claiming {{ {CLAIMING} }} }}
    ... on Heartbeat {{ seq }}
    ... on Resync {{ seq reason }}
  }}
}}
"""
CLOSE = "mutation($input: CloseClaimingInput!) { closeClaiming(input: $input) { __typename } }"


@pytest.fixture(autouse=True)
async def _relay(db: Database, redis_url: str) -> AsyncGenerator[None]:
    async with relaying(db, redis_url):
        yield


async def head(db: Database, trip: Group) -> int:
    return (await ledger_row(db, trip.id)).seq


async def heard(stream: Stream) -> tuple[str, str]:
    message = await stream.next()
    return message["event"]["kind"], message["event"]["actorName"]


def dues(claiming: dict[str, Any]) -> dict[str, int]:
    return {due["member"]["name"]: due["amount"]["minor"] for due in claiming["dues"]}


async def test_each_sees_what_the_other_claims_and_what_becomes_of_it(
    db: Database,
    http: httpx.AsyncClient,
    address: str,
    ann: Actor,
    bob: Actor,
    trip: Group,
    token_of: TokenOf,
) -> None:
    row = await open_dinner(db, ann, trip.id)
    id, seq = global_id("Claiming", row.id), await head(db, trip)
    async with live(address, token_of(ann)) as anns, live(address, token_of(bob)) as bobs:
        hers = await anns.subscribe(CHANGED, id=id)
        his = await bobs.subscribe(CHANGED, id=id)
        balances = await bobs.subscribe(BALANCES, ledgerId=global_id("Ledger", trip.id))
        for stream in (hers, his):
            first = await stream.next()
            assert (first["__typename"], first["seq"]) == ("ClaimingSnapshot", seq)
            assert first["claiming"]["unclaimed"] == {"minor": 5263}
        await balances.next()

        await claim(db, bob, row.id, {1: 1, 2: 1, 3: 1})
        seen = await hers.next()
        assert seen["event"] == {"kind": "claiming.claimed", "actorName": "Bob"}
        assert dues(seen["claiming"]) == {"Bob": 3768}
        await claim(db, ann, row.id, {0: 1})
        assert await heard(his) == ("claiming.claimed", "Bob")
        seen = await his.next()
        assert dues(seen["claiming"]) == {"Ann": 1495, "Bob": 3768}
        assert seen["claiming"]["unclaimed"] == {"minor": 0}
        assert await heard(hers) == ("claiming.claimed", "Ann")

        closing = {
            "claimingId": id,
            "ifVersion": seen["claiming"]["version"],
            "expenseId": str(new_id()),
            "day": str(DAY),
            "onlyIfClaimed": True,
        }
        headers = {"authorization": f"Bearer {token_of(ann)}"}
        body = {"query": CLOSE, "variables": {"input": closing}}
        answer = (await http.post("/graphql", json=body, headers=headers)).json()
        assert answer["data"] == {"closeClaiming": {"__typename": "Claiming"}}

        for stream in (hers, his):
            last = await stream.next()
            assert last["event"] == {"kind": "claiming.closed", "actorName": "Ann"}
            assert last["claiming"]["status"] == "CLOSED"
            assert (await stream.receive())["type"] == "complete"
        moved = await balances.next()
        assert moved["event"] == {"kind": "expense.created"}
        assert {each["member"]["name"]: each["net"]["minor"] for each in moved["balances"]} == {
            "Ann": 3768,
            "Bob": -3768,
        }


async def test_who_comes_back_hears_what_was_missed(
    db: Database, address: str, ann: Actor, bob: Actor, trip: Group, token_of: TokenOf
) -> None:
    row = await open_dinner(db, ann, trip.id)
    id, seq = global_id("Claiming", row.id), await head(db, trip)
    await claim(db, bob, row.id, {0: 1})
    async with live(address, token_of(ann)) as client:
        stream = await client.subscribe(CHANGED, id=id, after=seq)
        assert await heard(stream) == ("claiming.claimed", "Bob")
        await cancel(db, ann, row.id)
        assert await heard(stream) == ("claiming.cancelled", "Ann")
        assert (await stream.receive())["type"] == "complete"
        again = await client.subscribe(CHANGED, id=id, after=seq)
        assert (await again.next())["claiming"]["status"] == "CANCELLED"
        assert (await again.receive())["type"] == "complete"


async def test_strangers_hear_nothing(
    db: Database, address: str, ann: Actor, eve: Actor, trip: Group, token_of: TokenOf
) -> None:
    row = await open_dinner(db, ann, trip.id)
    async with live(address, token_of(eve)) as client:
        stream = await client.subscribe(CHANGED, id=global_id("Claiming", row.id))
        assert await stream.error_code() == "NOT_FOUND"
