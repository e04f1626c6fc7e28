"""Ann and Bob on a trip, and the API they use."""

import ssl
from collections.abc import AsyncGenerator, Callable
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from adapters.ocr import models
from adapters.tokens import Tokens
from core.settings import Settings
from domain.actor import Actor
from tests.e2e.serving import serving

TokenOf = Callable[..., str]

_MODELS = Path(".outgo/models").resolve()
_UNUSED = ssl.SSLContext(
    ssl.PROTOCOL_TLS_CLIENT
)  # else each client reads all certificates there are


@pytest.fixture(scope="session")
def model_dir() -> Path:
    models.ensure(_MODELS, progress=print)
    return _MODELS


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
    async with httpx.AsyncClient(base_url=f"http://{address}", verify=_UNUSED) as client:
        yield client
