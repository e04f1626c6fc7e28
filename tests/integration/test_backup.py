"""What a backup brings back is what was there, or nothing at all."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import text

from adapters.storage import Storage
from app import migrations
from app.backup import Backup, NotABackup, NotEmpty
from core.db import Database
from domain.actor import Actor
from tests.databases import MakeDatabase
from tests.groups import Group, spend
from tests.integration.test_cli import outgo

_TABLES = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
_KEY = "receipts/one.jpg"


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage((tmp_path / "stored").as_uri())


@pytest.fixture
async def backup(db: Database, trip: Group, ann: Actor, storage: Storage, tmp_path: Path) -> Backup:
    """Of two expenses and a file."""
    await spend(db, ann, trip.id)
    await spend(db, ann, trip.id)
    await storage.put(_KEY, b"a photograph", "image/jpeg")
    taken = Backup(tmp_path / "backup")
    await taken.take(db.url, storage)
    return taken


async def contents(url: str) -> Mapping[str, list[str]]:
    """Every row of every table, as text."""
    db = Database(url, pool_size=1)
    async with db.engine.connect() as connection:
        names = (await connection.execute(_TABLES)).scalars().all()
        rows = {
            name: (await connection.execute(text(f"SELECT t::text FROM {name} t ORDER BY 1")))  # noqa: S608 - of the catalogue
            .scalars()
            .all()
            for name in names
        }
    await db.close()
    return {name: list(found) for name, found in rows.items()}


async def test_everything_comes_back_and_the_books_agree(
    db: Database, ann: Actor, trip: Group, make_database: MakeDatabase, tmp_path: Path
) -> None:
    await spend(db, ann, trip.id)
    before, after = tmp_path / "before", tmp_path / "after"
    await Storage(before.as_uri()).put(_KEY, b"a photograph", "image/jpeg")
    url, folder = await make_database(), str(tmp_path / "backup")

    taken = outgo("backup", folder, OUTGO_DATABASE_URL=db.url, OUTGO_STORAGE_URL=before.as_uri())
    restored = outgo("restore", folder, OUTGO_DATABASE_URL=url, OUTGO_STORAGE_URL=after.as_uri())

    assert (taken.returncode, restored.returncode) == (0, 0), taken.stderr + restored.stderr
    assert "and 1 files are in" in taken.stdout
    assert "3 ledgers, 0 differences." in restored.stdout
    found = await contents(url)
    assert found == await contents(db.url)
    assert len(found["expenses"]) == 1
    assert await Storage(after.as_uri()).get(_KEY) == b"a photograph"


async def test_one_of_an_older_schema_is_brought_up_to_date(
    make_database: MakeDatabase, storage: Storage, tmp_path: Path
) -> None:
    old, new = await make_database(), await make_database()
    await migrations.upgrade(old, "0024")
    taken = Backup(tmp_path / "backup")

    assert (await taken.take(old, storage)).revision == "0024"
    await taken.bring_back(new, storage)

    db = Database(new)
    assert await migrations.is_current(db)
    await db.close()


async def test_a_database_that_is_not_empty_is_left_alone(
    db: Database, backup: Backup, storage: Storage
) -> None:
    before = await contents(db.url)

    with pytest.raises(NotEmpty):
        await backup.bring_back(db.url, storage)

    assert await contents(db.url) == before


@pytest.mark.parametrize("file", ["database.dump", f"files/{_KEY}", "backup.json"])
async def test_what_was_touched_is_not_restored(
    backup: Backup, make_database: MakeDatabase, storage: Storage, file: str
) -> None:
    url = await make_database()
    (backup.folder / file).write_bytes(b"{}")

    with pytest.raises(NotABackup):
        await backup.bring_back(url, storage)

    assert await contents(url) == {}


async def test_what_is_missing_or_added_is_noticed(
    backup: Backup, make_database: MakeDatabase, storage: Storage
) -> None:
    url = await make_database()
    (backup.folder / "files" / _KEY).rename(backup.folder / "files" / "other")

    with pytest.raises(NotABackup):
        await backup.bring_back(url, storage)

    assert await contents(url) == {}


async def test_no_two_backups_share_a_folder(
    db: Database, backup: Backup, storage: Storage
) -> None:
    with pytest.raises(NotEmpty):
        await backup.take(db.url, storage)
