"""`outgo backup` and `outgo restore`: a folder that holds everything, and everything from such a folder."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from adapters.postgres_dump import DumpFailed
from adapters.storage import Storage, StorageUnavailable
from app.backup import Backup, Contents, NotABackup, NotEmpty
from app.cli import environment
from app.cli.console import complain, doing, say
from app.cli.reconcile import reconcile_ledgers

_UNDONE = (DumpFailed, NotABackup, NotEmpty, StorageUnavailable)


def take_backup(folder: Path) -> None:
    """End with 1 where nothing whole was made."""
    settings = environment.read()
    url = environment.needed(settings.database_url, "OUTGO_DATABASE_URL")
    with doing("Taking a backup"):
        made = _done(Backup(folder).take(url, Storage(settings.receipts_url)))
    say(f"The database at {made.revision} and {made.files} files are in {folder}.")


def restore_backup(folder: Path) -> None:
    """End with 1 where it cannot be restored, or where the books do not agree afterwards."""
    settings = environment.read()
    url = environment.needed(settings.database_url, "OUTGO_DATABASE_URL")
    with doing("Restoring"):
        found = _done(Backup(folder).bring_back(url, Storage(settings.receipts_url)))
    say(f"The database and {found.files} files are as of {found.taken_at:%Y-%m-%d %H:%M} UTC.")
    reconcile_ledgers(None)


def _done(work: Coroutine[Any, Any, Contents]) -> Contents:
    try:
        return asyncio.run(work)
    except _UNDONE as problem:
        complain(str(problem))
        raise SystemExit(1) from None
