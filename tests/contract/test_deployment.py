"""The example of a deployment uses settings and commands that exist."""

import re
from pathlib import Path

from app.cli import cli
from core.settings import Settings

_DEPLOY = Path(__file__).parents[2] / "deploy"


def test_its_settings_exist() -> None:
    text = "".join(path.read_text() for path in _DEPLOY.iterdir())
    used = set(re.findall(r"\bOUTGO_\w+", text))

    assert used <= {f"OUTGO_{name.upper()}" for name in Settings.model_fields}


def test_it_sets_what_production_needs() -> None:
    compose = (_DEPLOY / "compose.yaml").read_text()

    for name in ("DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "JWT_KEYS", "UPLOAD_SIGNING_KEY"):
        assert f"OUTGO_{name}: " in compose


def test_its_commands_exist() -> None:
    compose = (_DEPLOY / "compose.yaml").read_text()
    commands = set(re.findall(r"^    command: (\w+)", compose, re.MULTILINE)) - {"redis"}

    assert commands == {"migrate", "serve", "relay", "worker"}
    known = {command.callback.__name__ for command in cli.registered_commands if command.callback}
    assert commands <= known
