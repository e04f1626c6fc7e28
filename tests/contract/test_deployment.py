"""The example of a deployment uses settings, commands, options and files that exist."""

import re
import shlex
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.core import TyperGroup
from typer.main import get_command

from app.cli import cli
from core.settings import Environment, Settings

_ROOT = Path(__file__).parents[2]
_COMPOSE = (_ROOT / "compose.yaml").read_text()
_ENV = (_ROOT / "deploy" / "env.example").read_text()
_DOCKERFILE = (_ROOT / "deploy" / "Dockerfile").read_text()
_SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(_COMPOSE)["services"]
_OPTIONAL = re.compile(r"\$\{\w+:-(.*?)\}")
_OURS = {name: service for name, service in _SERVICES.items() if "build" in service}


def test_its_settings_exist() -> None:
    used = set(re.findall(r"\bOUTGO_\w+", _COMPOSE + _ENV + _DOCKERFILE))

    assert used <= {f"OUTGO_{name.upper()}" for name in Settings.model_fields}


def test_what_is_to_be_filled_in_is_what_the_example_lists() -> None:
    demanded = set(re.findall(r"\$\{(\w+):\?\}", _COMPOSE))
    offered = set(re.findall(r"^(\w+)=", _ENV, re.MULTILINE))

    assert demanded == {
        "POSTGRES_PASSWORD",
        "OUTGO_PUBLIC_URL",
        "OUTGO_ENCRYPTION_KEYS",
        "OUTGO_JWT_KEYS",
        "OUTGO_UPLOAD_SIGNING_KEY",
    }
    assert demanded <= offered <= set(re.findall(r"\$\{(\w+)", _COMPOSE))


@pytest.mark.parametrize("name", _OURS)
def test_production_starts_on_it_once_filled_in(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "x" * 32
    filled_in = {
        "OUTGO_ENCRYPTION_KEYS": f"2026a:{b64encode(secret.encode()).decode()}",
        "OUTGO_JWT_KEYS": f"2026a:{secret}",
        "OUTGO_UPLOAD_SIGNING_KEY": secret,
    }
    for variable, value in {**_OURS[name]["environment"], **filled_in}.items():
        monkeypatch.setenv(variable, _OPTIONAL.sub(r"\1", str(value)))

    settings = Settings()

    assert settings.environment is Environment.PRODUCTION
    assert not settings.graphiql
    assert (settings.smtp_url, settings.vapid_private_key, settings.otlp_url) == (None, None, None)


@pytest.mark.parametrize("name", _OURS)
def test_its_commands_and_their_options_exist(name: str) -> None:
    command, *options = shlex.split(_OURS[name]["command"])

    program = get_command(cli)
    assert isinstance(program, TyperGroup)
    program.commands[command].make_context(command, options)


def test_every_queue_has_a_reader_or_a_worker() -> None:
    worker, *readers = (
        _queues(_OURS[name]["command"]) for name in ("worker", "reader", "reader-gpu")
    )

    assert [worker, worker] == readers


def test_the_database_has_room_for_the_connections_of_all() -> None:
    (most,) = re.findall(r"max_connections=(\d+)", _SERVICES["postgres"]["command"])
    processes = sum(one.get("deploy", {}).get("replicas", 1) for one in _OURS.values())
    of_superusers = 3

    pool_size = Settings.model_fields["database_pool_size"].default
    assert processes * 2 * pool_size <= int(most) - of_superusers


def test_the_image_is_built_of_files_that_exist_and_are_sent() -> None:
    sent = re.findall(r"^!(.+)$", (_ROOT / ".dockerignore").read_text(), re.MULTILINE)
    locks = re.findall(r"-r (\S+)", _DOCKERFILE)

    assert all((_ROOT / path).exists() for path in sent)
    assert locks == ["requirements.lock", "deploy/requirements-gpu.lock"]
    assert set(locks) <= set(sent)
    assert {path.name for path in _packages()} <= set(sent)


def _queues(command: str) -> set[str]:
    return set(re.findall(r"--(?:queue|without) (\w+)", command))


def _packages() -> Iterator[Path]:
    beside = {"tests", "bench"}
    return (path.parent for path in _ROOT.glob("*/__init__.py") if path.parent.name not in beside)
