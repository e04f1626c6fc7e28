"""People for tests: registered as the API does it, but with a password hash that costs next to nothing."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import count
from typing import Any

from argon2 import PasswordHasher

from adapters.buckets import Buckets
from adapters.passwords import Passwords
from adapters.throttle import LoginThrottle
from adapters.tokens import Tokens
from core.db import Database
from core.ids import new_id
from domain.account import Client, Registration
from domain.actor import Actor
from schema.context import Gate
from services import accounts
from services.sessions import SignIn

PASSWORD = "correct horse battery staple"
LIFETIME = timedelta(days=60)

CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
_numbers = count(1)


def gate(redis_url: str, *, per_account: int = 10, per_address: int = 100) -> Gate:
    """What letting people in takes, at the price of tests. Close its throttle."""
    window = timedelta(minutes=15)
    return Gate(
        passwords=CHEAP,
        tokens=Tokens({"test": "k" * 32}, timedelta(minutes=10)),
        throttle=LoginThrottle(
            Buckets(redis_url), per_account=per_account, per_address=per_address, window=window
        ),
        refresh_lifetime=LIFETIME,
    )


@asynccontextmanager
async def letting_in(redis_url: str, **limits: int) -> AsyncGenerator[Gate]:
    """A gate whose throttle is closed in the end."""
    at_the_gate = gate(redis_url, **limits)
    yield at_the_gate
    await at_the_gate.throttle.buckets.close()


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
    passwords: Passwords = CHEAP,
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
