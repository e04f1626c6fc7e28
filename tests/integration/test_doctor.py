"""What the doctor finds on real services, well and ill."""

from pathlib import Path

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis

from app import migrations
from app.cli import checks
from app.cli.checks import Problem
from core.settings import Settings
from tests.databases import MakeDatabase


async def test_finds_the_services_well(settings: Settings) -> None:
    assert int(await checks.postgres(settings)) >= 15
    assert await checks.schema(settings) == f"at {migrations.head()}"
    assert await checks.redis(settings) == "keeps what it is given"
    assert await checks.queues(settings) == "keeps what it is given"


async def test_needs_no_services_of_others() -> None:
    assert "our own" in await checks.postgres(Settings())
    assert "our own" in await checks.redis(Settings())


async def test_names_the_missing_migrations(make_database: MakeDatabase) -> None:
    settings = Settings(database_url=SecretStr(await make_database()))

    with pytest.raises(Problem, match=r"at nothing, not at \d+: run `outgo migrate`"):
        await checks.schema(settings)


async def test_refuses_a_redis_that_forgets(settings: Settings, redis_url: str) -> None:
    async with Redis.from_url(redis_url) as redis:  # pyright: ignore[reportUnknownMemberType] - half typed
        await redis.config_set("maxmemory-policy", "allkeys-lru")  # pyright: ignore[reportUnknownMemberType] - half typed
        try:
            with pytest.raises(Problem, match="set its maxmemory-policy to noeviction"):
                await checks.redis(settings)
        finally:
            await redis.config_set("maxmemory-policy", "noeviction")  # pyright: ignore[reportUnknownMemberType] - half typed


async def test_tells_how_to_get_the_models(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="Run `outgo models`"):
        await checks.reader(Settings(data_dir=tmp_path))
