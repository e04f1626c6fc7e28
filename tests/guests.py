"""Guests for tests, through the real services."""

import secrets
from datetime import timedelta
from uuid import UUID

from core.db import Database
from core.ids import new_id
from domain.account import Client
from domain.actor import Actor
from domain.group import NewInvite
from domain.guest import NewGuest
from services import guests, invites
from services.sessions import SignIn
from tests.people import LIFETIME


async def link(
    db: Database,
    actor: Actor,
    ledger_id: UUID,
    *,
    max_uses: int = 9,
    allows_guests: bool = True,
) -> str:
    """The token of a new link."""
    invite = NewInvite(ledger_id, timedelta(hours=1), max_uses, allows_guests=allows_guests)
    async with db.transaction() as tx:
        return (await invites.create(tx, actor, invite)).token


def guest(
    token: str,
    name: str | None = "Gus",
    *,
    id: UUID | None = None,
    secret: str | None = None,
    claim: UUID | None = None,
) -> NewGuest:
    return NewGuest(id or new_id(), token, secret or secrets.token_hex(), name, claim)


async def join(db: Database, wanted: NewGuest) -> SignIn:
    async with db.transaction() as tx:
        return await guests.join(tx, wanted, Client("Phone"), LIFETIME)


async def make_guest(
    db: Database, owner: Actor, ledger_id: UUID, name: str = "Gus", *, claim: UUID | None = None
) -> Actor:
    """Somebody without an account who has joined the owner's group, or claimed a seat of it."""
    return (await join(db, guest(await link(db, owner, ledger_id), name, claim=claim))).actor
