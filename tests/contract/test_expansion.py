"""A new version's schema serves the version before it, so that both run while one replaces the other.

What a revision takes away was given up by the version before, and the revision says so: `contracts = "…"`.
"""

import ast
import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import migrations
from tests.databases import MakeDatabase

_ROOT = Path(__file__).parents[2]
_VERSIONS = sorted((_ROOT / "alembic" / "versions").glob("*.py"))
_BASE = "0024"
_BEFORE = "8d35c79da72bf7a2c34560212589774ceb2098d3"
"""The last commit whose newest revision is the base: the version that is replaced."""

_TAKES_AWAY = frozenset(
    {
        *("alter_column", "create_check_constraint", "create_exclude_constraint"),
        *("create_foreign_key", "create_primary_key", "create_unique_constraint"),
        *("drop_column", "drop_constraint", "drop_table", "rename_table"),
    }
)
_YOUNGER = [file for file in _VERSIONS if file.name.split("_")[3] > _BASE]

_OLD_CODE_AT_WORK = """
import asyncio, sys

from core.db import Database
from services import events
from tests.groups import balances, log, make_group, spend
from tests.people import make_user


async def work(db):
    ann, bob = await make_user(db, "Ann"), await make_user(db, "Bob")
    trip = await make_group(db, ann, bob)
    await spend(db, ann, trip.id)
    assert sorted((await balances(db, trip.id)).values()) == [-500, 500]
    async with db.reading() as session:
        waiting = await events.unpublished(session, limit=100)
    async with db.transaction() as tx:
        await events.mark_published(tx, waiting)
    print([event.kind.value for event in await log(db, trip.id)])
    await db.close()


asyncio.run(work(Database(sys.argv[1])))
"""


@pytest.mark.parametrize("file", _YOUNGER, ids=lambda file: file.stem)
def test_a_revision_adds_or_says_what_it_takes_away(file: Path) -> None:
    module = ast.parse(file.read_text())
    marks = [
        node
        for node in module.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "contracts"
    ]
    (upgrade,) = (
        node for node in module.body if isinstance(node, ast.FunctionDef) and node.name == "upgrade"
    )

    assert marks or list(_losses(upgrade)) == []


def _losses(upgrade: ast.FunctionDef) -> Iterator[str]:
    """Calls after which a statement may be refused that was not before."""
    for call in ast.walk(upgrade):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            continue
        text = ast.unparse(call)
        is_demanded = "nullable=False" in text and "server_default" not in text
        if call.func.attr in _TAKES_AWAY or (call.func.attr == "add_column" and is_demanded):
            yield text


@pytest.fixture
def old_code(tmp_path: Path) -> Path:
    """The version before, as it was committed."""
    archive = subprocess.run(  # noqa: S603
        ["git", "archive", _BEFORE],  # noqa: S607 - whichever git there is
        cwd=_ROOT,
        capture_output=True,
        check=False,
    )
    if archive.returncode:
        pytest.skip("The history is not here.")
    subprocess.run(["tar", "-x"], cwd=tmp_path, input=archive.stdout, check=True)  # noqa: S607 - the same
    return tmp_path


async def test_the_version_before_works_on_it(make_database: MakeDatabase, old_code: Path) -> None:
    url = await make_database()
    await migrations.upgrade(url)

    old = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", _OLD_CODE_AT_WORK, url],
        cwd=old_code,
        env={**os.environ, "PYTHONPATH": str(old_code)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert old.returncode == 0, old.stderr
    assert "expense.created" in old.stdout
