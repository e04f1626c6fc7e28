from pathlib import Path

import pytest
from pydantic import ValidationError
from redis.asyncio.connection import parse_url

from core.settings import Environment, Settings

LONG = "k" * 32
KEY = "a" * 43 + "="

FIT_FOR_PRODUCTION = {
    "OUTGO_ENVIRONMENT": "production",
    "OUTGO_DATABASE_URL": "postgresql+asyncpg://outgo@db/outgo",
    "OUTGO_REDIS_URL": "redis://cache:6379/0",
    "OUTGO_PUBLIC_URL": "https://outgo.example",
    "OUTGO_ENCRYPTION_KEYS": f"2026b:{KEY},2026a:{KEY.replace('a', 'b')}",
    "OUTGO_JWT_KEYS": f"2026b:{LONG},2026a:{LONG[::-1]}",
    "OUTGO_UPLOAD_SIGNING_KEY": LONG,
}


def read(monkeypatch: pytest.MonkeyPatch, **environment: str) -> Settings:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return Settings()


def problems(monkeypatch: pytest.MonkeyPatch, **environment: str) -> str:
    with pytest.raises(ValidationError) as refused:
        read(monkeypatch, **environment)
    return str(refused.value)


def test_development_needs_nothing() -> None:
    settings = Settings()

    assert settings.database_url is None
    assert settings.broker_url is None
    assert settings.graphiql
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.models_folder == Path(".outgo/models")
    assert settings.receipts_url == Path(".outgo/receipts").absolute().as_uri()


def test_production_is_content_with_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(monkeypatch, **FIT_FOR_PRODUCTION)

    assert settings.environment is Environment.PRODUCTION
    assert not settings.graphiql
    assert settings.base_url == "https://outgo.example"


def test_production_names_everything_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    message = problems(monkeypatch, OUTGO_ENVIRONMENT="production")

    for name in FIT_FOR_PRODUCTION.keys() - {"OUTGO_ENVIRONMENT"}:
        assert f"{name} is not set" in message


@pytest.mark.parametrize(
    ("name", "value"), [("OUTGO_JWT_KEYS", "a:short"), ("OUTGO_UPLOAD_SIGNING_KEY", "short")]
)
def test_production_refuses_short_keys(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    message = problems(monkeypatch, **FIT_FOR_PRODUCTION | {name: value})

    assert f"{name} is shorter than 32 bytes" in message


@pytest.mark.parametrize(
    "value", ["a", "a:", "a:short", f"a:{LONG}", f"a:{KEY},a:{KEY}", f":{KEY}"]
)
def test_keys_that_seal_are_of_32_bytes_and_have_names(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    assert "OUTGO_ENCRYPTION_KEYS must be" in problems(monkeypatch, OUTGO_ENCRYPTION_KEYS=value)


def test_the_first_key_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(monkeypatch, **FIT_FOR_PRODUCTION)

    assert list(settings.signing_keys) == ["2026b", "2026a"]
    assert settings.signing_keys["2026a"] == LONG[::-1]


@pytest.mark.parametrize("keys", ["", "no-secret:", ":no-kid", "a:b,", "a:b,a:c"])
def test_malformed_keys_are_refused(monkeypatch: pytest.MonkeyPatch, keys: str) -> None:
    assert "OUTGO_JWT_KEYS must be" in problems(monkeypatch, OUTGO_JWT_KEYS=keys)


def test_a_refusal_keeps_secrets_to_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    message = problems(monkeypatch, **FIT_FOR_PRODUCTION | {"OUTGO_JWT_KEYS": "a:hush"})

    assert "hush" not in message
    assert LONG not in message


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert LONG not in repr(read(monkeypatch, **FIT_FOR_PRODUCTION))


@pytest.mark.parametrize(
    ("redis_url", "broker_url"),
    [
        ("redis://cache:6379", "redis://cache:6379?db=1"),
        ("redis://:pass@cache:6379/0", "redis://:pass@cache:6379/0?db=1"),
        (
            "rediss://cache/0?ssl_check_hostname=true",
            "rediss://cache/0?ssl_check_hostname=true&db=1",
        ),
        ("unix:///run/redis.sock?db=0", "unix:///run/redis.sock?db=1"),
    ],
)
def test_jobs_queue_in_a_database_of_their_own(
    monkeypatch: pytest.MonkeyPatch, redis_url: str, broker_url: str
) -> None:
    assert read(monkeypatch, OUTGO_REDIS_URL=redis_url).broker_url == broker_url
    assert parse_url(broker_url).get("db") == 1


def test_jobs_may_queue_in_a_redis_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(monkeypatch, OUTGO_REDIS_URL="redis://a", OUTGO_QUEUE_REDIS_URL="redis://b/7")

    assert settings.broker_url == "redis://b/7"


def test_proxies_are_addresses_and_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(monkeypatch, OUTGO_TRUSTED_PROXIES="10.0.0.0/8, ::1")

    assert settings.trusted_proxies == ("10.0.0.0/8", "::1")
    for wrong in ("*", "proxy.example", "10.0.0.1/8"):
        with pytest.raises(ValidationError, match="OUTGO_TRUSTED_PROXIES"):
            read(monkeypatch, OUTGO_TRUSTED_PROXIES=wrong)


def test_origins_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(monkeypatch, OUTGO_ALLOWED_ORIGINS="https://a.example, https://b.example")

    assert settings.allowed_origins == ("https://a.example", "https://b.example")
