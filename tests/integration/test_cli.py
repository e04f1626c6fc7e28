"""Commands as a shell meets them."""

import os
import socket
import subprocess
import sys
from pathlib import Path

from sqlalchemy import text
from typer.testing import CliRunner

from app import migrations
from app.cli import cli
from app.cli.checks import CHECKS
from core.db import Database
from core.ids import new_id
from domain.actor import Actor
from tests.databases import MakeDatabase
from tests.groups import Group, spend

COMMANDS = (
    "run",
    "serve",
    "relay",
    "worker",
    "migrate",
    "models",
    "schema",
    "demo",
    "doctor",
    "verify",
    "reconcile",
    "receipts",
)


def outgo(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "app.cli", *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_says_what_it_can_do() -> None:
    answer = outgo("--help")

    assert answer.returncode == 0
    for command in COMMANDS:
        assert f" {command} " in answer.stdout


def test_names_the_setting_that_is_missing() -> None:
    for command in ("migrate", "serve", "relay", "worker", "reconcile"):
        answer = CliRunner().invoke(cli, [command])

        assert answer.exit_code == 2
        assert "_URL is not set. `outgo run` starts services of its own." in answer.stderr


def test_names_every_wrong_setting_at_once() -> None:
    answer = outgo("serve", OUTGO_PORT="no", OUTGO_WEB_PROCESSES="0")

    assert answer.returncode == 2
    assert [line.partition(":")[0] for line in answer.stderr.splitlines()] == [
        "OUTGO_PORT",
        "OUTGO_WEB_PROCESSES",
    ]


def test_says_which_port_is_taken_and_touches_nothing(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        answer = outgo("run", "--fresh", OUTGO_PORT=port, OUTGO_DATA_DIR=str(data))

    assert answer.returncode == 1
    assert answer.stderr == (
        f"Cannot listen on 127.0.0.1:{port}: Address already in use. "
        "Choose another with OUTGO_PORT.\n"
    )
    assert not data.exists()


async def test_migrates(make_database: MakeDatabase) -> None:
    url = await make_database()

    answer = outgo("migrate", OUTGO_DATABASE_URL=url)

    assert answer.returncode == 0, answer.stderr
    db = Database(url)
    assert await migrations.is_current(db)
    await db.close()


async def test_reconciles(db: Database, ann: Actor, trip: Group) -> None:
    await spend(db, ann, trip.id)
    async with db.engine.begin() as connection:
        await connection.execute(text("UPDATE balances SET net_minor = 1 WHERE net_minor > 0"))

    answer = outgo("reconcile", OUTGO_DATABASE_URL=db.url)
    one = outgo("reconcile", "--ledger", str(new_id()), OUTGO_DATABASE_URL=db.url)

    assert (answer.returncode, answer.stdout) == (1, "3 ledgers, 2 differences.\n")
    differ = [line.partition(" ")[0] for line in answer.stderr.splitlines()]
    assert differ == ["BALANCE_DIFFERS", "BALANCE_NOT_AS_LOGGED"]
    assert (one.returncode, one.stdout) == (0, "1 ledgers, 0 differences.\n")


def test_the_doctor_reports_each_check_and_ends_ill(tmp_path: Path) -> None:
    answer = outgo("doctor", OUTGO_DATA_DIR=str(tmp_path))

    assert answer.returncode == 1
    names = [line.split()[1] for line in answer.stdout.splitlines()]
    assert names == ["Settings", *CHECKS]
    assert "problem Reader" in answer.stdout
    assert "Run `outgo models`; `outgo run` does so too." in answer.stdout


def test_prints_the_schema() -> None:
    assert "type Mutation {" in outgo("schema").stdout
