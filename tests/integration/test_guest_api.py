"""Guests as clients are them: from a link to an account, or to nothing."""

import asyncio
import secrets
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import select
from strawberry.relay import GlobalID

from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from models.account import User
from services import sessions
from tests.api import Api
from tests.groups import Group, log
from tests.guests import link, make_guest
from tests.people import gate, letting_in

PREVIEW = "query($token: String!) { invite(token: $token) { ledgerName allowsGuests } }"
JOIN = """mutation($input: JoinAsGuestInput!) { joinAsGuest(input: $input) {
  ... on Credentials { accessToken refreshToken user { email isGuest personalLedger { id } } }
  ... on Refusal { __typename code } } }"""
REGISTER = """mutation($input: RegisterGuestInput!) { registerGuest(input: $input) {
  ... on User { email isGuest personalLedger { currency } } ... on Refusal { __typename code } } }"""
DELETE = """mutation { deleteGuest { ... on DeletedGuest { id } ... on Refusal { code } } }"""
GROUP = "{ ledgers { edges { node { id members { name isGuest isMe } } } } }"


@pytest.fixture
async def api(db: Database, redis_url: str) -> AsyncGenerator[Api]:
    async with letting_in(redis_url) as at_the_gate:
        yield Api(db, redis_url, gate=at_the_gate)


def wanted(token: str, **more: Any) -> dict[str, Any]:
    joining = {"id": str(new_id()), "secret": secrets.token_hex(), "token": token, "name": "Gus"}
    return {**joining, "deviceName": "Phone", **more}


async def test_from_a_link_to_an_account(
    db: Database, api: Api, redis_url: str, ann: Actor, trip: Group
) -> None:
    token = await link(db, ann, trip.id)
    seen = (await api.ask(None, PREVIEW, token=token))["invite"]
    joining = wanted(token)

    joined = (await api.ask(None, JOIN, input=joining))["joinAsGuest"]
    again = (await api.ask(None, JOIN, input=joining))["joinAsGuest"]

    assert seen == {"ledgerName": "Trip", "allowsGuests": True}
    assert joined["user"] == {"email": None, "isGuest": True, "personalLedger": None}
    assert again["refreshToken"] == joined["refreshToken"]
    gus = gate(redis_url).tokens.identity(joined["accessToken"]).actor
    async with db.reading() as session:
        confined = await sessions.require_live(session, gus.session_id)
    gus = Actor(gus.user_id, gus.device_id, gus.session_id, confined)
    (edge,) = (await api.ask(gus, GROUP))["ledgers"]["edges"]
    ledger = edge["node"]
    assert ledger["id"] == str(GlobalID("Ledger", str(trip.id)))
    assert ledger["members"][-1] == {"name": "Gus", "isGuest": True, "isMe": True}
    about = {"email": "gus@example.com", "name": "Gustav", "currency": "CHF"}
    short = (await api.ask(gus, REGISTER, input={**about, "password": "short"}))["registerGuest"]
    made = await api.ask(gus, REGISTER, input={**about, "password": "a long one, really"})
    assert short["code"] == "PASSWORD_TOO_SHORT"
    assert made["registerGuest"] == {
        "email": "gus@example.com",
        "isGuest": False,
        "personalLedger": {"currency": "CHF"},
    }


async def test_registering_again_is_answered_as_the_first_time(
    db: Database, api: Api, ann: Actor, trip: Group
) -> None:
    gus = await make_guest(db, ann, trip.id)
    known = replace(gus, guest_of=None)  # as the server sees whoever is a guest no more
    about = {"email": "gus@example.com", "name": "Gustav", "currency": "CHF", "password": "a" * 20}

    async def register(who: Actor, **changes: str) -> dict[str, Any]:
        return (await api.ask(who, REGISTER, input=about | changes))["registerGuest"]

    first, *others = await asyncio.gather(*(register(gus) for _ in range(4)))

    assert first["email"] == "gus@example.com"
    assert others == [first] * 3
    assert [await register(who) for who in (gus, known)] == [first] * 2
    assert (await register(known, password="b" * 20))["code"] == "ID_ALREADY_USED"
    assert (await register(known, name="Augustus"))["code"] == "NOT_A_GUEST"
    assert (await register(ann))["code"] == "NOT_A_GUEST"


async def test_guessing_links_is_slowed_down(db: Database, redis_url: str, trip: Group) -> None:
    before = await log(db, trip.id)

    async with letting_in(redis_url, per_address=3) as at_the_gate:
        api = Api(db, redis_url, gate=at_the_gate)
        codes = [
            (await api.ask(None, JOIN, input=wanted(f"guess {number}")))["joinAsGuest"]["code"]
            for number in range(5)
        ]

    assert codes == ["NOT_FOUND"] * 3 + ["TOO_MANY_ATTEMPTS"] * 2
    assert await log(db, trip.id) == before


async def test_a_guest_has_themselves_forgotten(
    db: Database, api: Api, ann: Actor, trip: Group
) -> None:
    gus = await make_guest(db, ann, trip.id)

    refused = (await api.ask(ann, DELETE))["deleteGuest"]
    deleted = (await api.ask(gus, DELETE))["deleteGuest"]

    assert refused == {"code": "NOT_A_GUEST"}
    assert deleted == {"id": str(gus.user_id)}
    async with db.reading() as session:
        assert gus.user_id not in (await session.exec(select(User.id))).all()
