"""A backup is a folder: the database as of one moment, every stored file, and a list of both with checksums.

The list is written last, so a backup without one is not whole. Files are copied after the database, all that
are there by then: one that the database knows and the backup lacks was erased in between, at somebody's wish.
"""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel
from sqlalchemy import text

from adapters import postgres_copy, postgres_dump
from adapters.storage import Storage
from app import migrations
from core.clock import now
from core.db import Database
from services import recovery

_FORMAT = 1
_LIST, _DUMP, _TABLES, _FILES = "backup.json", "database.dump", "tables", "files"
_TYPE = "application/octet-stream"
_SERVER_VERSION = text("SELECT current_setting('server_version_num')")
_RELATIONS = text(
    "SELECT count(*) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace "
    "WHERE nspname = 'public'"
)


class NotABackup(Exception):  # noqa: N818 - names the situation
    """Something of it is missing, or is not what was written."""


class NotEmpty(Exception):  # noqa: N818 - names the situation
    """There is something already where it should go."""


class Contents(BaseModel):
    """SHA-256 by path, and which schema the database has."""

    format: int = _FORMAT
    taken_at: datetime
    revision: str | None
    sha256: dict[str, str]

    @property
    def files(self) -> int:
        """How many there are beside the database."""
        return sum(path.startswith(f"{_FILES}/") for path in self.sha256)


@dataclass(frozen=True, slots=True)
class Backup:
    folder: Path

    async def take(self, database_url: str, storage: Storage) -> Contents:
        """Into a folder that is new or empty. Raises `NotEmpty`, `DumpFailed`, `StorageUnavailable`."""
        if self.folder.exists() and any(self.folder.iterdir()):
            raise NotEmpty(f"{self.folder} is not empty.")
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        (self.folder / _FILES).mkdir()
        began = now()
        revision = await self._dump(database_url)
        await self._copy_from(storage)
        made = Contents(taken_at=began, revision=revision, sha256=dict(self._checksums()))
        (self.folder / _LIST).write_text(made.model_dump_json(indent=1))
        return made

    async def bring_back(self, database_url: str, storage: Storage) -> Contents:
        """Into an empty database, brought up to date afterwards. What waited to be done is asked for again.

        Where that fails the database is empty again; files that came before are overwritten the next time.
        Raises `NotABackup`, `NotEmpty`, `DumpFailed`, `StorageUnavailable`.
        """
        found = self._checked()
        if found.revision is None or not migrations.is_known(found.revision):
            raise NotABackup(f"This version does not know its schema, {found.revision}.")
        await _require_empty(database_url)
        for path in found.sha256:
            if path.startswith(f"{_FILES}/"):
                data = (self.folder / path).read_bytes()
                await storage.put(path.removeprefix(f"{_FILES}/"), data, _TYPE)
        try:
            await self._restore(database_url, found.revision)
            await migrations.upgrade(database_url)
            async with _opened(database_url) as db, db.transaction() as tx:
                await recovery.carry_again(tx, found.taken_at)
        except BaseException:
            await migrations.remove(database_url)
            raise
        return found

    async def _dump(self, database_url: str) -> str | None:
        """By PostgreSQL's own program, or where there is none by the driver. The answer is the revision."""
        server = await _major(database_url)
        if not postgres_dump.is_here(server):
            folder = self.folder / _TABLES
            return await postgres_copy.dump(database_url, folder, lock=migrations.ONE_AT_A_TIME)
        revision = await _revision(database_url)
        file = self.folder / _DUMP
        await asyncio.to_thread(postgres_dump.dump, database_url, file, server=server)
        return revision

    async def _restore(self, database_url: str, revision: str) -> None:
        if (self.folder / _TABLES).exists():
            await migrations.upgrade(database_url, revision)
            await postgres_copy.restore(database_url, self.folder / _TABLES)
        else:
            file, server = self.folder / _DUMP, await _major(database_url)
            await asyncio.to_thread(postgres_dump.restore, database_url, file, server=server)

    async def _copy_from(self, storage: Storage) -> None:
        """Also what the database does not know yet: once restored, it is swept like any other."""
        async for keys in storage.keys():
            for key in keys:
                with suppress(FileNotFoundError):  # erased since it was listed
                    await self._keep(key, await storage.get(key))

    async def _keep(self, key: str, data: bytes) -> None:
        file = self.folder / _FILES / key
        file.parent.mkdir(parents=True, exist_ok=True)
        await asyncio.to_thread(file.write_bytes, data)

    def _checked(self) -> Contents:
        """Everything is there, and as it was written."""
        try:
            found = Contents.model_validate_json((self.folder / _LIST).read_bytes())
        except (FileNotFoundError, ValueError) as problem:
            raise NotABackup(f"{self.folder} has no list of a whole backup.") from problem
        actual = dict(self._checksums())
        for path in sorted(found.sha256.keys() | actual.keys()):
            if path not in actual:
                raise NotABackup(f"{path} is missing.")
            if actual[path] != found.sha256.get(path):
                raise NotABackup(f"{path} is not as it was written.")
        return found

    def _checksums(self) -> Iterator[tuple[str, str]]:
        for file in sorted(self.folder.rglob("*")):
            path = file.relative_to(self.folder).as_posix()
            if file.is_file() and path != _LIST:
                yield path, _sha256(file)


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


async def _major(database_url: str) -> int:
    """The version of the server."""
    async with _opened(database_url) as db, db.engine.connect() as connection:
        return int(await connection.scalar(_SERVER_VERSION)) // 10_000


async def _revision(database_url: str) -> str | None:
    async with _opened(database_url) as db:
        return await migrations.current(db)


async def _require_empty(database_url: str) -> None:
    async with _opened(database_url) as db, db.engine.connect() as connection:
        if await connection.scalar(_RELATIONS):
            raise NotEmpty("The database is not empty: restore into a new one.")


@asynccontextmanager
async def _opened(database_url: str) -> AsyncGenerator[Database]:
    db = Database(database_url, pool_size=1)
    try:
        yield db
    finally:
        await db.close()
