"""What a backup brings back is what was there, or nothing at all."""

import asyncio
import json
import os
from collections.abc import Mapping, Sequence
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import delete, text
from sqlalchemy.exc import DBAPIError

from adapters.embedded import binaries
from adapters.postgres_dump import DumpFailed
from adapters.storage import Storage
from app import migrations
from app.backup import Backup, NotABackup, NotEmpty
from core.clock import now
from core.db import Database
from domain.actor import Actor
from domain.log import EventKind
from models.event import Event
from services import events, recovery
from tests.databases import MakeDatabase
from tests.groups import Group, spend
from tests.integration.test_cli import outgo
from tests.live import until
from tests.receipts import upload
from workers.jobs import JOBS, caused_by

_TABLES = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
_WAITING = text(
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'COPY%'"
)
_OBJECTS = text("""
    SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        AND oid NOT IN (SELECT objid FROM pg_depend WHERE deptype = 'e')
    ORDER BY 1""")
_KEY = "receipts/one.jpg"


def no_programs(_name: str) -> Sequence[Path]:
    return ()


@pytest.fixture(params=["pg_dump", "driver"])
def rows(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """One of the files that rows are in, with PostgreSQL's programs and without."""
    if request.param == "driver":
        monkeypatch.setattr(binaries, "clients", no_programs)
    return {"pg_dump": "database.dump", "driver": "tables/events.gz"}[request.param]


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage((tmp_path / "stored").as_uri())


@pytest.fixture
async def backup(
    db: Database, trip: Group, ann: Actor, storage: Storage, tmp_path: Path, rows: str
) -> Backup:
    """Of two expenses and a file."""
    assert rows
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


@pytest.mark.parametrize("rows", ["driver"], indirect=True)
async def test_what_comes_back_is_what_was_there_and_goes_on(
    db: Database,
    ann: Actor,
    trip: Group,
    storage: Storage,
    make_database: MakeDatabase,
    backup: Backup,
    rows: str,
) -> None:
    url = await make_database()
    await backup.bring_back(url, storage)
    assert (backup.folder / rows).exists()
    assert await contents(url) == await contents(db.url)

    again = Database(url)
    await spend(again, ann, trip.id)
    with pytest.raises(DBAPIError, match="append-only"):
        async with again.transaction() as tx:
            await tx.exec(delete(Event))
    await again.close()
    checked = outgo("reconcile", OUTGO_DATABASE_URL=url)
    assert checked.stdout == "3 ledgers, 0 differences.\n"
    assert len((await contents(url))["expenses"]) == 3


async def test_what_is_written_while_it_is_taken_is_in_none_of_its_tables(
    db: Database,
    ann: Actor,
    trip: Group,
    storage: Storage,
    make_database: MakeDatabase,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(binaries, "clients", no_programs)
    before, backup = await contents(db.url), Backup(tmp_path / "backup")

    async with db.engine.begin() as holding:
        await holding.execute(text("LOCK TABLE dead_jobs"))
        taking = asyncio.create_task(backup.take(db.url, storage))
        await until(lambda: _waits(db))
        await spend(db, ann, trip.id)
    await taking

    listed = json.loads((backup.folder / "tables" / "tables.json").read_text())
    names = [table["name"] for table in listed["tables"]]
    assert names.index("dead_jobs") < names.index("expenses") < names.index("entries")
    url = await make_database()
    await backup.bring_back(url, storage)
    assert await contents(url) == before


async def _waits(db: Database) -> bool:
    async with db.engine.connect() as connection:
        return bool(await connection.scalar(_WAITING))


async def test_what_waited_to_be_done_is_asked_for_again(
    db: Database,
    ann: Actor,
    trip: Group,
    storage: Storage,
    make_database: MakeDatabase,
    tmp_path: Path,
) -> None:
    waits = await upload(db, ann, trip.id)
    expense = await spend(db, ann, trip.id)
    async with db.reading() as session:
        everything = await events.unpublished(session, limit=1000)
        await events.mark_published(session, everything)
    backup, url = Backup(tmp_path / "backup"), await make_database()
    await backup.take(db.url, storage)
    await backup.bring_back(url, storage)

    restored = Database(url)
    again = await events.unpublished(restored, limit=1000)
    jobs = [(job.actor_name, job.kwargs) for job in caused_by(again, JOBS)]
    assert [event.position for event in again] == [event.position for event in everything]
    assert ("read_receipt", {"receipt_id": str(waits.id)}) in jobs
    assert [event.seq for event in again if event.entity_id == expense.id] in [
        job["seqs"] for name, job in jobs if name == "check_budgets"
    ]

    await events.mark_published(restored, again)
    async with restored.transaction() as tx:
        assert await recovery.carry_again(tx, now() + timedelta(days=2)) == 1
    [older] = await events.unpublished(restored, limit=1000)
    assert (older.kind, older.entity_id) == (EventKind.RECEIPT_UPLOADED, waits.id)
    await restored.close()


async def test_one_of_an_older_schema_is_brought_up_to_date(
    make_database: MakeDatabase, storage: Storage, tmp_path: Path, rows: str
) -> None:
    assert rows
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


@pytest.mark.parametrize("file", ["rows", f"files/{_KEY}", "backup.json"])
async def test_what_was_touched_is_not_restored(
    backup: Backup, make_database: MakeDatabase, storage: Storage, rows: str, file: str
) -> None:
    url = await make_database()
    (backup.folder / (rows if file == "rows" else file)).write_bytes(b"{}")

    with pytest.raises(NotABackup):
        await backup.bring_back(url, storage)

    assert await contents(url) == {}


async def test_what_fails_halfway_leaves_the_database_as_it_was(
    backup: Backup, make_database: MakeDatabase, storage: Storage, rows: str
) -> None:
    url, damaged, list = await make_database(), backup.folder / rows, backup.folder / "backup.json"
    before, whole, told = await everything_in(url), damaged.read_bytes(), list.read_text()
    half = whole[: len(whole) // 2]
    damaged.write_bytes(half)
    list.write_text(told.replace(sha256(whole).hexdigest(), sha256(half).hexdigest()))

    with pytest.raises(DumpFailed):
        await backup.bring_back(url, storage)

    assert await everything_in(url) == before
    damaged.write_bytes(whole)
    list.write_text(told)
    await backup.bring_back(url, storage)
    assert len((await contents(url))["expenses"]) == 2


async def everything_in(url: str) -> list[str]:
    """The names of all that a schema consists of, but for what came with an extension."""
    db = Database(url, pool_size=1)
    async with db.engine.connect() as connection:
        found = (await connection.execute(_OBJECTS)).scalars().all()
    await db.close()
    return [*found]


async def test_one_of_a_newer_version_is_not_restored(
    backup: Backup, make_database: MakeDatabase, storage: Storage
) -> None:
    url, list = await make_database(), backup.folder / "backup.json"
    list.write_text(list.read_text().replace(f'"{migrations.head()}"', '"9999"'))

    with pytest.raises(NotABackup, match="9999"):
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


async def test_what_is_newer_than_it_by_the_clock_of_the_storage_is_in_it_too(
    db: Database, tmp_path: Path
) -> None:
    storage = Storage((tmp_path / "stored").as_uri())
    await storage.put(_KEY, b"a photograph", "image/jpeg")
    soon = now().timestamp() + 3600
    os.utime(tmp_path / "stored" / _KEY, (soon, soon))

    assert (await Backup(tmp_path / "backup").take(db.url, storage)).files == 1


async def test_it_is_as_secret_as_the_database(
    db: Database, storage: Storage, tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    folder.mkdir(mode=0o755)

    await Backup(folder).take(db.url, storage)

    assert folder.stat().st_mode & 0o777 == 0o700


async def test_no_two_backups_share_a_folder(
    db: Database, backup: Backup, storage: Storage
) -> None:
    with pytest.raises(NotEmpty):
        await backup.take(db.url, storage)
