"""Ann and Bob on a trip, and the API they use."""

from collections.abc import AsyncGenerator, Callable
from datetime import timedelta

import httpx
import pytest

from adapters.tokens import Tokens
from core.db import Database
from core.settings import Settings
from domain.actor import Actor
from tests.e2e.serving import serving
from tests.groups import Group, make_group
from tests.people import make_user

TokenOf = Callable[..., str]


@pytest.fixture
async def ann(db: Database) -> Actor:
    return await make_user(db, "Ann")


@pytest.fixture
async def bob(db: Database) -> Actor:
    return await make_user(db, "Bob")


@pytest.fixture
async def trip(db: Database, ann: Actor, bob: Actor) -> Group:
    return await make_group(db, ann, bob)


@pytest.fixture
def token_of(settings: Settings) -> TokenOf:
    def issue(actor: Actor, seconds: float = 600) -> str:
        tokens = Tokens(settings.signing_keys, timedelta(seconds=seconds))
        return tokens.issue(actor).text

    return issue


@pytest.fixture
async def address(settings: Settings) -> AsyncGenerator[str]:
    async with serving(settings) as address:
        yield address


@pytest.fixture
async def http(address: str) -> AsyncGenerator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"http://{address}") as client:
        yield client
