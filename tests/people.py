"""People for tests: registered as the API does it, but with a password hash that costs next to nothing."""

from datetime import timedelta
from itertools import count
from typing import Any

from argon2 import PasswordHasher

from adapters.passwords import Passwords
from core.db import Database
from core.ids import new_id
from domain.account import Client, Registration
from domain.actor import Actor
from services import accounts
from services.sessions import SignIn

PASSWORD = "correct horse battery staple"
LIFETIME = timedelta(days=60)

_CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
_numbers = count(1)


async def make_user(db: Database, name: str = "Ann", **wanted: Any) -> Actor:
    """A new person, signed in on their first device. For `wanted` see `register`."""
    return (await register(db, name, **wanted)).actor


async def register(
    db: Database,
    name: str = "Ann",
    *,
    email: str | None = None,
    password: str = PASSWORD,
    time_zone: str = "Europe/Berlin",
    currency: str = "EUR",
    device: str = "Phone",
    passwords: Passwords = _CHEAP,
) -> SignIn:
    """Like `make_user`, with all that registering answers. Each person gets an address of their own."""
    wanted = Registration(
        id=new_id(),
        email=email or f"{name.lower()}{next(_numbers)}@example.com",
        name=name,
        time_zone=time_zone,
        currency=currency,
    )
    password_hash = await passwords.hash(password)
    async with db.transaction() as tx:
        return await accounts.register(tx, wanted, password_hash, Client(device), LIFETIME)
