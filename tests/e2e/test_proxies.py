"""Behind a reverse proxy clients are told apart by what it says of them; others may say what they like."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from app.cli import programs
from core.settings import Settings
from tests.e2e.deployment import deployed, environment, listening, until_served

LOG_IN = """
mutation($input: LogInInput!) { logIn(input: $input) { ... on Refusal { code } } }
"""


@pytest.mark.parametrize(
    ("trusted", "codes"),
    [
        ("127.0.0.0/8", ["WRONG_CREDENTIALS", "WRONG_CREDENTIALS", "TOO_MANY_ATTEMPTS"]),
        ("192.0.2.0/24", ["WRONG_CREDENTIALS", "TOO_MANY_ATTEMPTS", "TOO_MANY_ATTEMPTS"]),
    ],
)
async def test_a_client_is_who_a_trusted_proxy_says(
    settings: Settings, tmp_path: Path, trusted: str, codes: list[str]
) -> None:
    variables = environment(settings) | {
        "OUTGO_TRUSTED_PROXIES": trusted,
        "OUTGO_LOGIN_ATTEMPTS_PER_ADDRESS": "1",
    }
    async with (
        listening() as (bound, address),
        deployed([programs.web(bound)], tmp_path, variables),
    ):
        await until_served(address)
        clients = ("198.51.100.1", "198.51.100.2", "203.0.113.9, 198.51.100.1")
        told = [await _fail_to_log_in(address, client) for client in clients]

    assert told == codes


async def _fail_to_log_in(address: str, forwarded_for: str) -> str:
    who: dict[str, Any] = {
        "email": f"{forwarded_for[-1]}@example.org",
        "password": "not the right one",
    }
    body = {"query": LOG_IN, "variables": {"input": who | {"deviceName": "a test"}}}
    async with httpx.AsyncClient(base_url=address) as http:
        answer = await http.post("/graphql", json=body, headers={"x-forwarded-for": forwarded_for})
    return answer.json()["data"]["logIn"]["code"]
